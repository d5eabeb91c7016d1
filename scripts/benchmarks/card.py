"""How much the card costs: bytes to load, time until it is drawn and drawn again, bytes of a window."""

import asyncio
import json
from pathlib import Path
from statistics import median
from typing import Any, Final
import zlib

from playwright.async_api import Page

from tests.e2e.browser import launched
from tests.e2e.card_page import TABLET, drawn, served, shown

BUILT: Final = Path(__file__).parents[2] / "custom_components" / "libreview" / "frontend"
# Which files a page loads, and their aims in bytes, compressed.
LOADED: Final = {
    "every page: entry": (("libreview",), 12_000),
    "with a card: view and words": (("card", "person", "define", "texts", "de"), 25_000),
    "with a chart: uPlot and ours": (("charts",), 45_000),
}
HOURS: Final = (1, 3, 8, 24)
ROUNDS: Final = 7
PAINT_AIM: Final = 500
REDRAW_AIM: Final = 16
"""Milliseconds. A screen shows sixty pictures in a second."""

# Milliseconds from one more reading until the curve of 24 h is drawn with it, flushed by reading a pixel.
REDRAWS = """async () => {
  const view = document.querySelector("libreview-card-view");
  const curve = view.shadowRoot.querySelector("libreview-curve");
  const times = [];
  for (let round = 0; round < 40; round++) {
    const begin = performance.now();
    news({ t: [Date.now() / 1000 + round], v: [120 + round % 9] });
    await view.updateComplete;
    await curve.updateComplete;
    await new Promise((resolve) => queueMicrotask(resolve));
    curve.shadowRoot.querySelector("canvas").getContext("2d").getImageData(0, 0, 1, 1);
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return times.slice(5);
}"""
WINDOW = """async (hours) => {
  let told;
  const message = { type: "libreview/subscribe", entity_id: "sensor.sam_glucose", hours };
  await house.connection.subscribeMessage((event) => { told = event; }, message);
  return told;
}"""


def report() -> None:
    """Print the sizes, the times and whether the aims are met."""
    met = _sizes()
    paints, redraws, windows = asyncio.run(_measured())
    print(f"\nIn headless Chromium, a day of readings a minute apart (median of {ROUNDS} pages):")
    print(f"{'from the card in the page to the drawn curve':46}{median(paints):8.0f} ms")
    print(f"{'one more reading, drawn again':46}{median(redraws):8.1f} ms")
    print("\nOne window over the WebSocket, plain and as Home Assistant compresses it:")
    for hours, window in windows.items():
        plain = json.dumps(window, separators=(",", ":")).encode()
        packed = len(zlib.compress(plain))
        print(f"{hours:4} h{len(window['t']):8} readings{len(plain):9,} bytes{packed:9,} bytes")
    met = met and median(paints) <= PAINT_AIM and median(redraws) <= REDRAW_AIM
    print(
        f"\nAims: sizes as above, drawn within {PAINT_AIM} ms, again within {REDRAW_AIM} ms:"
        f"  {'met' if met else 'NOT met'}"
    )


def _sizes() -> bool:
    met = True
    print(f"{'what a page loads, compressed':34}{'bytes':>9}{'aim':>9}")
    for what, (names, aim) in LOADED.items():
        size = sum(
            file.stat().st_size
            for file in BUILT.glob("*.js.gz")
            if file.name.split("-")[0].split(".")[0] in names
        )
        met = met and size <= aim
        print(f"{what:34}{size:9,}{aim:9,}")
    return met


async def _measured() -> tuple[list[float], list[float], dict[int, Any]]:
    paints: list[float] = []
    redraws: list[float] = []
    async with launched() as browser, served() as address:
        for _ in range(ROUNDS):
            async with shown(browser, address, screen=TABLET, at=None, hours="24", language="de") as page:
                await drawn(page)
                paints.append(await page.evaluate("drawnAfter"))
                redraws.extend(await page.evaluate(REDRAWS))
                windows = {hours: await _window(page, hours) for hours in HOURS}
    return paints, redraws, windows


async def _window(page: Page, hours: int) -> Any:
    return await page.evaluate(WINDOW, hours)
