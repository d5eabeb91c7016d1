"""What a running Home Assistant costs with four followed persons, above an empty one, in real time.

Both run side by side, so that what else the machine does slows both. It takes a quarter of an hour and runs
by name only: `.venv/bin/python -m scripts.benchmarks.running`.
"""

import argparse
import asyncio
from contextlib import AsyncExitStack, closing
from datetime import timedelta
import os
from pathlib import Path
import sqlite3
import tempfile
import time
from typing import Final

from tests.cloud_double import Account, CloudDouble, Person
from tests.home.flows import follow
from tests.home.process import Home

NAMES: Final = ("Alex", "Robin", "Kim", "Sam")
SETTLING: Final = 30.0
"""Seconds after set-up that do not count."""
AIM: Final = 0.12
"""Seconds of processor time."""
TICKS: Final = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Run two houses and print what one costs more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=12)
    asyncio.run(_measure(parser.parse_args().minutes * 60))


async def _measure(seconds: float) -> None:
    cloud = CloudDouble()
    persons = [
        Person(first_name=name, phase=timedelta(minutes=number / len(NAMES)))
        for number, name in enumerate(NAMES)
    ]
    account = cloud.add_account(Account(), persons=persons)
    async with cloud.serving(), AsyncExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        empty, full = (
            Home(folder, cloud=cloud.url_template, login=False, log_level="warning") for folder in folders
        )
        await stack.enter_async_context(empty)
        await stack.enter_async_context(full)
        await follow(full.client, account.email, account.password)
        await asyncio.sleep(SETTLING)
        begin, before = time.time(), [_processor_time(home) for home in (empty, full)]
        await asyncio.sleep(seconds)
        spent = [_processor_time(home) - then for home, then in zip((empty, full), before, strict=True)]
        end = time.time()
        await full.stop()
        _report(seconds, spent, _rows(folders[1], begin, end))


def _processor_time(home: Home) -> float:
    """Return the seconds that a house's process has used, in all its threads."""
    fields = Path(f"/proc/{home.process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rows(folder: Path, begin: float, end: float) -> dict[str, int]:
    """Return how many states the recorder has written of each entity."""
    with closing(sqlite3.connect(folder / "home-assistant_v2.db")) as database:
        return dict(
            database.execute(
                "SELECT states_meta.entity_id, count(*) FROM states JOIN states_meta USING (metadata_id)"
                " WHERE last_updated_ts BETWEEN ? AND ? GROUP BY 1 ORDER BY 2 DESC, 1",
                (begin, end),
            )
        )


def _report(seconds: float, spent: list[float], rows: dict[str, int]) -> None:
    above = spent[1] - spent[0]
    each = sum(rows.values()) * 3600 / seconds / len(NAMES)
    print(f"{seconds / 60:.0f} minutes, {len(NAMES)} persons, a reading a minute:")
    print(f"  processor time above an empty Home Assistant{above:8.2f} s  (empty: {spent[0]:.2f}; aim {AIM})")
    print(f"  rows of the recorder an hour and person     {each:8.0f}")
    for entity_id, count in rows.items():
        if NAMES[0].lower() in entity_id:
            print(f"    {entity_id:40}{count * 3600 / seconds:8.0f}")


if __name__ == "__main__":
    main()
