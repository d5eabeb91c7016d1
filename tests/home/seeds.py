"""The configuration folder of a Home Assistant that is ready at once and asks nothing.

What is seeded in `.storage` is what Home Assistant itself would write there after its welcome
pages, so that everything stays editable in its settings.
"""

from collections.abc import Sequence
import json
from pathlib import Path
from typing import Any

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "libreview"

LOGIN = """\
    - type: homeassistant
"""

NO_LOGIN = """\
    - type: trusted_networks
      trusted_networks: ["127.0.0.1/32"]
      allow_bypass_login: true
"""

# No `default_config:`, which would look for Bluetooth, phones and the internet.
CONFIGURATION = """\
homeassistant:
  auth_providers:
{providers}
frontend:
history:
logbook:
my:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components.libreview: {log_level}
    # Miss programs for cameras, of which this house has none.
    haffmpeg: critical
    homeassistant.components.camera: critical
    homeassistant.components.ffmpeg: critical
automation: !include automations.yaml
script: !include scripts.yaml
"""


def seed(
    folder: Path, *, port: int, login: bool, language: str, log_level: str, helpers: Sequence[Path] = ()
) -> None:
    """Write the configuration into `folder`; what Home Assistant has changed there since is kept."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    providers = LOGIN if login else NO_LOGIN + LOGIN
    (folder / "configuration.yaml").write_text(
        CONFIGURATION.format(providers=providers.rstrip(), log_level=log_level)
        + "".join(f"{helper.name}:\n" for helper in helpers),
        encoding="utf-8",
    )
    for name, content in (("automations.yaml", "[]\n"), ("scripts.yaml", "{}\n")):
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")
    for integration in (INTEGRATION, *helpers):
        _link(folder / "custom_components" / integration.name, integration)
    _store(storage / "http", 2, 2, _http(port))
    if not (storage / "core.config").exists():
        _store(storage / "core.config", 1, 4, {**CORE, "language": language})
    if not (storage / "onboarding").exists():
        _store(storage / "onboarding", 4, 1, {"done": ["core_config", "analytics", "integration"]})


CORE = {
    "latitude": 52.0907,
    "longitude": 5.1214,
    "elevation": 5,
    "unit_system_v2": "metric",
    "location_name": "Home",
    "time_zone": "Europe/Amsterdam",
    "external_url": None,
    "internal_url": None,
    "currency": "EUR",
    "country": "NL",
    "radius": 100,
}


def _http(port: int) -> dict[str, Any]:
    """Loopback only; `http:` in YAML is on its way out and goes back to port 8123 after 5 minutes."""
    return {
        "stable": {
            "server_host": ["127.0.0.1"],
            "server_port": port,
            "cors_allowed_origins": ["https://cast.home-assistant.io"],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": True,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": "2026-01-01T00:00:00+00:00",
            "error": None,
            "error_message": None,
        },
        "pending": None,
        "yaml_migration_done": True,
    }


def _store(path: Path, version: int, minor_version: int, data: dict[str, Any]) -> None:
    store = {"version": version, "minor_version": minor_version, "key": path.name, "data": data}
    path.write_text(json.dumps(store, indent=2), encoding="utf-8")


def _link(link: Path, target: Path) -> None:
    link.parent.mkdir(exist_ok=True)
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target, target_is_directory=True)
