"""Brings the card and the dashboard into Home Assistant's frontend, built from the sources in `frontend/`.

Nobody's dashboards are changed: the frontend loads one small file on every page, which registers card and
strategy where the frontend offers them.
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant

from ..const import DOMAIN

URL: Final = f"/{DOMAIN}_static"
_FOLDER: Final = Path(__file__).parents[1] / "frontend"
_ENTRY: Final = "libreview.js"


async def async_setup_frontend(hass: HomeAssistant) -> None:
    """Serve the files and have them loaded. To be called once, since neither can be undone."""
    # Browsers keep files for a month. The entry names all others by their content, so that its own content is
    # the version of them all.
    content = await hass.async_add_executor_job((_FOLDER / _ENTRY).read_bytes)
    await hass.http.async_register_static_paths([StaticPathConfig(URL, str(_FOLDER), cache_headers=True)])
    add_extra_js_url(hass, f"{URL}/{_ENTRY}?v={sha256(content).hexdigest()[:8]}")
