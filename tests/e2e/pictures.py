"""Takes the README's pictures of a demo that has run for an hour: `python -m tests.e2e.pictures [URL]`."""

import asyncio
from pathlib import Path
import sys

from tests.home import Client
from tests.home.dashboard import URL_PATH

from .browser import DESKTOP, PHONE, WIDE, launched, seated

FOLDER = Path(__file__).parents[2] / "docs" / "images"


async def take(address: str) -> None:
    """Take the dashboard by day, by night and on a phone."""
    async with Client(address) as client, launched() as browser:
        await client.sign_in()
        for name, screen, dark, period in (
            ("dashboard", WIDE, False, "24"),
            ("dashboard-dark", DESKTOP, True, "profile"),
            ("dashboard-phone", PHONE, False, "8"),
        ):
            async with seated(browser, client, FOLDER, screen=screen, dark=dark) as seat:
                await seat.go(f"/{URL_PATH}")
                await seat.page.locator(f"label[for=period-{period}]").click()
                await seat.page.locator("libreview-curve canvas, libreview-profile canvas").wait_for()
                await seat.look(name)


if __name__ == "__main__":
    asyncio.run(take(*sys.argv[1:] or ["http://127.0.0.1:8123"]))
