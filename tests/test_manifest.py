"""What Home Assistant and HACS look at before they look at the code."""

import json
from pathlib import Path
import re
import struct
import tomllib
from typing import Any, Final

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import homeassistant
from homeassistant.const import REQUIRED_PYTHON_VER, __version__ as ha_version
from homeassistant.util.yaml import load_yaml_dict
import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "custom_components" / "libreview"
BRAND: Final = PACKAGE / "brand"

REQUIRED: Final = {
    "codeowners",
    "config_flow",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "requirements",
    "version",
}
# https://www.hacs.xyz/docs/publish/start#hacsjson
HACS_KEYS: Final = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "zip_release",
}
SIZES: Final = {
    "icon.png": (256, 256),
    "icon@2x.png": (512, 512),
    "logo.png": (1024, 256),
    "logo@2x.png": (2048, 512),
    "dark_logo.png": (1024, 256),
    "dark_logo@2x.png": (2048, 512),
}
RGBA: Final = 6


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


MANIFEST: Final = _json(PACKAGE / "manifest.json")
HACS: Final = _json(ROOT / "hacs.json")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RULES: Final = load_yaml_dict(str(PACKAGE / "quality_scale.yaml"))["rules"]


def test_the_manifest_has_domain_and_name_first_and_the_rest_by_alphabet() -> None:
    rest = sorted(MANIFEST.keys() - {"domain", "name"})
    assert list(MANIFEST) == ["domain", "name", *rest]


def test_the_manifest_says_all_that_home_assistant_and_hacs_require() -> None:
    assert MANIFEST.keys() >= REQUIRED


def test_the_domain_is_the_name_of_the_folder() -> None:
    assert MANIFEST["domain"] == PACKAGE.name


def test_the_version_is_one_that_home_assistant_accepts() -> None:
    strategies = [AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.CALVER]
    assert AwesomeVersion(MANIFEST["version"], ensure_strategy=strategies)


def test_manifest_and_project_name_the_same_version() -> None:
    assert MANIFEST["version"] == PROJECT["project"]["version"]


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_links_lead_to_the_repository_by_https(key: str) -> None:
    assert MANIFEST[key].startswith(PROJECT["project"]["urls"]["Homepage"])
    assert MANIFEST[key].startswith("https://")


def test_code_owners_are_named_as_accounts() -> None:
    assert MANIFEST["codeowners"]
    assert all(re.fullmatch(r"@[\w-]+", owner) for owner in MANIFEST["codeowners"])


def test_nothing_has_to_be_installed() -> None:
    assert MANIFEST["requirements"] == []


def test_the_integration_is_set_up_in_dialogs_and_asks_the_cloud() -> None:
    kind = (MANIFEST["config_flow"], MANIFEST["integration_type"], MANIFEST["iot_class"])
    assert kind == (True, "service", "cloud_polling")


def test_hacs_knows_everything_that_is_told_to_it() -> None:
    assert HACS.keys() <= HACS_KEYS
    assert HACS["name"] == MANIFEST["name"]


def test_hacs_finds_the_archive_that_a_release_is_made_of() -> None:
    assert HACS["zip_release"] is True
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert HACS["filename"] in release


def test_hacs_offers_no_branch_beside_the_releases() -> None:
    # With zip_release HACS looks for the archive among a release's files. A branch has none.
    assert HACS["zip_release"] is True
    assert HACS["hide_default_branch"] is True


def test_hacs_demands_no_newer_home_assistant_than_the_tested_one() -> None:
    assert AwesomeVersion(HACS["homeassistant"]) <= AwesomeVersion(ha_version)


def test_the_project_demands_the_python_of_home_assistant() -> None:
    demanded = ".".join(str(number) for number in REQUIRED_PYTHON_VER)
    assert PROJECT["project"]["requires-python"] == f">={demanded}"


def test_the_quality_scale_answers_every_rule_and_no_other() -> None:
    # Home Assistant's own integrations each answer all of them.
    components = Path(str(homeassistant.__file__)).parent / "components"
    answered = next(components.glob("*/quality_scale.yaml"))
    assert RULES.keys() == load_yaml_dict(str(answered))["rules"].keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_met_or_exempt_with_a_reason(rule: str) -> None:
    answer = RULES[rule]
    if answer == "done":
        return
    assert answer.keys() <= {"status", "comment"}
    assert answer["status"] in {"done", "exempt", "todo"}
    assert answer["comment"]


@pytest.mark.parametrize("name", SIZES)
def test_a_brand_image_is_a_transparent_png_of_the_right_size(name: str) -> None:
    head = (BRAND / name).read_bytes()[:26]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, color = struct.unpack(">IIBB", head[16:26])
    assert (width, height) == SIZES[name]
    assert (depth, color) == (8, RGBA)


def test_there_are_no_other_brand_images() -> None:
    assert {file.name for file in BRAND.iterdir()} == set(SIZES)
