"""A headless Chromium in front of a Home Assistant, as a person sits before it."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
import json
import os
from pathlib import Path
import re
import shutil
import time
from typing import Any

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.home import Client

HOW_TO_GET_ONE = (
    "No browser was found. Install Chromium (Debian: apt-get install chromium; "
    "elsewhere: .venv/bin/playwright install chromium), or name one by LIBREVIEW_BROWSER."
)
type Screen = dict[str, Any]

DESKTOP: Screen = {"viewport": {"width": 1280, "height": 900}}
WIDE: Screen = {"viewport": {"width": 1600, "height": 960}}
PHONE: Screen = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NARROW: Screen = PHONE | {"viewport": {"width": 360, "height": 780}}
"""The narrowest phone that is looked at."""

ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""No page leaves this machine. To turn its requests away one by one would do without the browser's cache."""

# Dialogs and charts come in softly, and nothing says when they have all arrived.
SETTLE = 500
LIMIT = 150_000
"""Milliseconds, in which a busy machine too has drawn what is waited for."""

# What must never be seen by anybody: texts that are missing, and what programs say when they have no words.
RAW = re.compile(
    r"component\.libreview|undefined|\bNaN\b|\[object|\bnull\b|\{\w+\}|\b[a-z]+_[a-z_]+\b|Unknown error"
)

# All text that can be seen, also inside of shadow roots, where `document.body.innerText` does not look.
SEEN_TEXT = """() => {
  const texts = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.trim();
      if (text) texts.push(text);
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["STYLE", "SCRIPT", "TEMPLATE", "NOSCRIPT"].includes(node.tagName)) return;
      const contents = getComputedStyle(node).display === "contents";
      if (!contents && !node.checkVisibility()) return;
      for (const name of ["placeholder", "aria-label", "title", "label"]) {
        const text = node.getAttribute(name);
        if (text) texts.push(text);
      }
      if (node.tagName === "SLOT") {
        const assigned = node.assignedNodes();
        (assigned.length ? assigned : node.childNodes).forEach(walk);
        return;
      }
    }
    (node.shadowRoot || node).childNodes.forEach(walk);
  };
  walk(document.body);
  return texts.join("\\n");
}"""


def in_a_row(text: str) -> str:
    """Return a text with one blank for each row of blanks and ends of lines."""
    return " ".join(text.split())


def executable() -> str | None:
    """The browser that the machine offers, or None for Playwright's own."""
    named = os.environ.get("LIBREVIEW_BROWSER")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A headless browser. Raises AssertionError that says how to get one when there is none."""
    async with async_playwright() as playwright:
        path = executable() or playwright.chromium.executable_path
        assert Path(path).exists(), HOW_TO_GET_ONE
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--hide-scrollbars", "--force-color-profile=srgb", ONLY_HERE]
        )
        try:
            yield browser
        finally:
            await browser.close()


class Seat:
    """A person's place before one Home Assistant: a signed-in page, and the pictures taken of it."""

    def __init__(self, client: Client, page: Page, language: str, pictures: Path) -> None:
        """Sit down; use `seated` for that."""
        self.client = client
        self.page = page
        self.language = language
        self.pictures = pictures

    async def go(self, path: str) -> None:
        """Open a page of the frontend and wait until it has drawn itself."""
        await self.page.goto(self.client.url + path)
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until the launch screen is gone and nothing is being loaded any more."""
        await self.page.locator("#ha-launch-screen").wait_for(state="detached")
        await self.page.wait_for_load_state("networkidle")

    async def reads(self, *texts: str) -> None:
        """Wait until all of these can be read, over how many elements the frontend may spread each."""
        missing = list(texts)
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT / 1000):
                while missing := [text for text in texts if text not in in_a_row(await self._seen())]:
                    await self.page.wait_for_timeout(SETTLE)
        assert not missing, f"this should be there: {missing}"

    async def _seen(self) -> str:
        text: str = await self.page.evaluate(SEEN_TEXT)
        return text

    async def look(self, name: str, *, full_page: bool = False, known: Collection[str] = ()) -> str:
        """Take a picture and return all text that is seen.

        Raises AssertionError when some of it is raw, but for the lines that are `known` to be.
        """
        await self.page.wait_for_timeout(SETTLE)
        await self.page.screenshot(path=self.pictures / f"{name}.png", full_page=full_page)
        text = await self._seen()
        raw = [line for line in text.splitlines() if line not in known and RAW.search(line)]
        assert not raw, f"{name} shows raw text: {raw}"
        return text


@asynccontextmanager
async def seated(
    browser: Browser,
    client: Client,
    pictures: Path,
    *,
    language: str = "en",
    screen: Screen = DESKTOP,
    dark: bool = False,
) -> AsyncIterator[Seat]:
    """A page that is signed in as the owner and never leaves this machine."""
    context = await browser.new_context(
        **screen,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        service_workers="block",
        locale={"en": "en-GB", "de": "de-DE"}[language],
        timezone_id="Europe/Amsterdam",
    )
    tokens = {
        **client.tokens,
        "hassUrl": client.url,
        "clientId": client.client_id,
        "expires": int(time.time() * 1000) + client.tokens["expires_in"] * 1000,
    }
    await context.add_init_script(
        f"localStorage.hassTokens = {json.dumps(json.dumps(tokens))};"
        f"localStorage.selectedLanguage = {json.dumps(json.dumps(language))};"
    )

    page = await context.new_page()
    page.set_default_timeout(LIMIT)
    expect.set_options(timeout=LIMIT)
    pictures.mkdir(parents=True, exist_ok=True)
    try:
        yield Seat(client, page, language, pictures)
    except BaseException:
        await page.screenshot(path=pictures / "where-it-failed.png")
        raise
    finally:
        await context.close()
