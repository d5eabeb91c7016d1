"""How long the event loop of a real Home Assistant stands still while a large history is asked and filled.

Ten persons have 400 days of a reading a minute each. Their account is opened while Home Assistant runs: when
that starts, it imports everything, and even an empty one stands still for 150 to 200 ms to collect garbage.
It takes some minutes and a GiB of disk, so that it runs by name only:
`.venv/bin/python -m scripts.benchmarks.event_loop`, for another version of Home Assistant with its
interpreter in LIBREVIEW_HOME_PYTHON.
"""

import argparse
import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import tempfile
from time import perf_counter, time
from typing import Any, Final

from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Device, Source
from tests.cloud_double import Account, CloudDouble, Person
from tests.e2e.imports import csv_lines, write_file, year_until
from tests.home import pulse
from tests.home.flows import entries, follow
from tests.home.persons import persons
from tests.home.process import Home

DAY: Final = 24 * 60 * 60
CALM: Final = 5.0
"""Seconds."""
STATISTICS: Final = 60.0
"""Seconds in which the statistics of what was imported are written."""
AIM: Final = 20.0
"""Milliseconds."""
ROUNDS: Final = 3
LIBRE: Final = Device(name="FreeStyle Libre 3", serial="0ETEST0010")


def main() -> None:
    """Fill a house with a history and print what each request costs its event loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=10)
    parser.add_argument("--days", type=int, default=400)
    options = parser.parse_args()
    asyncio.run(_measure(options.persons, options.days))


async def _measure(count: int, days: int) -> None:
    cloud = CloudDouble()
    followed = [Person(first_name=f"Person {number}") for number in range(count)]
    account = cloud.add_account(Account(), persons=followed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "www").mkdir()
        async with cloud.serving():
            helper = Path(pulse.__file__).parent
            home = Home(folder, cloud=cloud.url_template, login=False, log_level="warning", helpers=[helper])
            async with home:
                await follow(home.client, account.email, account.password)
                entry_id = (await entries(home.client))[0]["entry_id"]
                await home.stop()
                path = folder / ".storage" / f"libreview.{entry_id}.history.db"
                await asyncio.to_thread(_fill, path, [each.patient_id for each in followed], days)
                size = path.stat().st_size / 2**20
                print(f"{count} persons, {days} days of a reading a minute, {size:.0f} MiB:")
                print(f"{'':34}{'takes':>10}{'stands still':>15}{'of it ours':>13}{'collector':>12}")
                await home.start()
                await _ask(home, folder, days)


def _fill(path: Path, patient_ids: list[str], days: int) -> None:
    """Store readings of all persons until now."""
    store, code, end = Store(path), SOURCE_CODE[Source.LIVE], int(time())
    for patient_id in patient_ids:
        store.keep_file(
            patient_id,
            [LIBRE],
            lambda numbers: (
                ReadingRow(at, 90 + at // 60 % 97, code, 2, 0, numbers[0])
                for at in range(end - days * DAY, end, 60)
            ),
            (),
            thin_before=0,
        )
    store.close()


async def _ask(home: Home, folder: Path, days: int) -> None:
    client = home.client
    everybody = await persons(client)
    sensors = [person.entities["glucose"] for person in everybody]
    first = everybody[0].device_id
    await asyncio.sleep(CALM)
    for _ in range(ROUNDS):
        opened = client.act("homeassistant.reload_config_entry", entity_id=sensors[0])
        await _line(home, "closing and opening", opened)
        await _line(home, "first figures of all", asyncio.sleep(CALM))
    await _line(home, "calm", asyncio.sleep(CALM))
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(days=days)).isoformat(), "end": now.isoformat()}
    for _ in range(ROUNDS):
        for name, command, fields in (
            ("windows of 24 h", "subscribe", {"hours": 24}),
            ("windows of 14 days", "subscribe", {"hours": 14 * 24}),
            ("figures of 90 days", "metrics", {"days": 90}),
            ("usual days of 90 days", "agp", {"days": 90}),
        ):
            ask: Any = client.first_event if command == "subscribe" else client.ask
            asked = (ask(f"libreview/{command}", entity_id=sensor, **fields) for sensor in sensors)
            await _line(home, f"{name}, all at once", asyncio.gather(*asked))
    for kind in ("csv", "json"):
        file = str(folder / "www" / f"export.{kind}")
        export = client.answer("libreview.export", person=first, format=kind, path=file, **span)
        await _line(home, f"export as {kind}", export)
    year = year_until(now - timedelta(days=days + 30))
    file = str(write_file(folder / "www" / "year.csv", csv_lines(year)))
    imported = client.answer(
        "libreview.import_csv", person=first, path=file, date_order="day_first", accept_other_person=True
    )
    await _line(home, f"importing {len(year)} rows", imported)
    await _line(home, "figures and statistics thereafter", asyncio.sleep(STATISTICS))


async def _line(home: Home, name: str, work: Awaitable[Any]) -> None:
    """Print how long a piece of work takes, and how the event loop was meanwhile.

    Ours is what was computed; in the rest others had the processors. The collector of garbage holds all.
    """
    await home.client.get("/api/pulse")
    begin = perf_counter()
    await work
    took = perf_counter() - begin
    felt = await home.client.get("/api/pulse")
    verdict = "" if felt["own"] <= AIM else "  NOT met"
    print(
        f"{name:34}{took * 1e3:7.0f} ms{felt['longest']:12.0f} ms{felt['own']:10.0f} ms"
        f"{felt['collection']:9.0f} ms{verdict}",
        flush=True,
    )


if __name__ == "__main__":
    main()
