"""Takes pictures of the card in many states: `python -m tests.e2e.card_pictures FOLDER`."""

import asyncio
from itertools import product
from pathlib import Path
import sys

from .browser import launched
from .card_page import PHONE, TABLET, WALL, drawn, served, shown

SCREENS = {"phone": PHONE, "tablet": TABLET, "wall": WALL}
SCENES = {
    "normal": {},
    "low": {},
    "high": {"unit": "mmol/L"},
    "stale": {},
    "ended": {},
    "diary": {"hours": "24"},
}


async def take(folder: Path) -> None:
    """Take all of them, English by day and German by night, and some of a language from right to left."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = [
        *((screen, scene, "en", False) for screen, scene in product(SCREENS, SCENES)),
        *((screen, scene, "de", True) for screen, scene in product(SCREENS, SCENES)),
        *((screen, scene, "ar", False) for screen, scene in product(("phone", "wall"), ("normal", "diary"))),
    ]
    async with launched() as browser, served() as address:
        for screen, scene, language, dark in cases:
            asked = {"language": language, "persons": "2" if screen == "wall" else "1", **SCENES[scene]}
            if screen == "wall":
                asked["panel"] = "1"
            if dark:
                asked["dark"] = "1"
            async with shown(browser, address, screen=SCREENS[screen], scene=scene, **asked) as page:
                await drawn(page)
                if scene == "diary":
                    await page.locator(".mark").nth(2).click()
                name = f"{screen}-{scene}-{language}"
                await page.screenshot(path=folder / f"{name}.png", full_page=True)
                await page.locator("label[for=period-profile]").click()
                await drawn(page)
                if scene == "normal":
                    await page.screenshot(path=folder / f"{name}-profile.png", full_page=True)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
