"""The card's way into the frontend."""

import gzip
from http import HTTPStatus
from pathlib import Path
import re

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.dashboard import frontend

BUILT = Path(frontend.__file__).parents[1] / "frontend"


async def _loaded_on_every_page(hass: HomeAssistant) -> list[str]:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    return [url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if DOMAIN in url]


async def test_the_frontend_loads_the_card_from_home_assistant_itself(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    (url,) = await _loaded_on_every_page(hass)
    client = await hass_client_no_auth()

    answer = await client.get(url)

    assert answer.status == HTTPStatus.OK
    assert answer.content_type == "text/javascript"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert await answer.read() == (BUILT / "libreview.js").read_bytes()
    assert "max-age" in answer.headers["Cache-Control"]


async def test_the_address_changes_with_the_content_so_that_no_browser_keeps_an_old_card(
    hass: HomeAssistant,
) -> None:
    (url,) = await _loaded_on_every_page(hass)

    assert re.fullmatch(r"/libreview_static/libreview\.js\?v=[0-9a-f]{8}", url)


async def test_without_a_frontend_everything_else_is_set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})

    assert DATA_EXTRA_MODULE_URL not in hass.data


def test_a_compressed_file_holds_what_the_other_one_holds() -> None:
    scripts = sorted(BUILT.glob("*.js"))

    assert scripts
    for script in scripts:
        assert gzip.decompress(script.with_name(f"{script.name}.gz").read_bytes()) == script.read_bytes()


def test_no_file_names_an_address_outside_of_home_assistant() -> None:
    allowed = re.compile(r"https://github\.com/ha-libreview/|http://www\.w3\.org/|https?://\S*lit\b")
    for script in BUILT.glob("*.js"):
        found = re.findall(r"https?://[^\s\"'`)]+", script.read_text(encoding="utf-8"))
        assert [each for each in found if not allowed.match(each)] == []


def test_what_every_page_loads_stays_small() -> None:
    sizes = {file.name: file.stat().st_size for file in BUILT.glob("*.gz")}

    assert sum(size for name, size in sizes.items() if name.startswith("libreview")) <= 4_000
    assert sum(size for name, size in sizes.items() if name.startswith("charts")) <= 45_000
    assert sum(size for name, size in sizes.items() if name.startswith("card")) <= 20_000
