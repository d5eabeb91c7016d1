"""The card on a page of its own, with a made-up house instead of Home Assistant (`frontend/dev/`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

CHECKOUT: Final = Path(__file__).parents[2]
AXE: Final = CHECKOUT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
HERE_AND_NOW: Final = "2026-07-01T16:40:20+02:00"

PHONE: Final = {"width": 360, "height": 760}
TABLET: Final = {"width": 800, "height": 900}
WALL: Final = {"width": 1280, "height": 800}
SMALL_WALL: Final = {"width": 840, "height": 700}
"""Just wide enough for the number and the curve to stand side by side."""


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The address of this checkout's files, on 127.0.0.1 only."""
    application = web.Application()
    application.router.add_static("/", CHECKOUT)
    async with TestServer(application, host="127.0.0.1") as server:
        yield str(server.make_url("/")).rstrip("/")


@asynccontextmanager
async def shown(
    browser: Browser,
    address: str,
    *,
    screen: dict[str, int] = PHONE,
    at: str | None = HERE_AND_NOW,
    **asked: str,
) -> AsyncIterator[Page]:
    """A page with the card, in the scene and with what else `frontend/dev/house.js` knows to ask for.

    The clock begins `at` a moment, or is the real one when that is None. Raises AssertionError for any error
    that the page has thrown or written.
    """
    phone = screen["width"] < TABLET["width"]
    context = await browser.new_context(
        viewport={"width": screen["width"], "height": screen["height"]},
        device_scale_factor=2 if phone else 1,
        has_touch=phone,
        reduced_motion="reduce",
        timezone_id="Europe/Amsterdam",
        locale="en-GB",
    )
    errors: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    await page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    await page.clock.install(time=at) if at else None
    page.set_default_timeout(10_000)
    expect.set_options(timeout=10_000)
    try:
        await page.goto(f"{address}/frontend/dev/index.html?{urlencode(asked)}")
        await expect(page.locator("libreview-card-view ha-card")).to_be_visible()
        yield page
    finally:
        await context.close()
    assert errors == []


async def drawn(page: Page) -> None:
    """Wait until the chart is there, and the words of the language."""
    await expect(page.locator("libreview-curve canvas, libreview-profile canvas")).to_be_visible()
    await page.evaluate("document.fonts.ready")


async def violations(page: Page) -> list[str]:
    """What axe finds against the WCAG up to level AA, a line each."""
    await page.add_script_tag(path=AXE)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    within = {"include": [["main"]]}
    result: dict[str, Any] = await page.evaluate(f"axe.run({json.dumps(within)}, {json.dumps(rules)})")
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
