"""How fresh readings are in a real Home Assistant, in real time: after a cold start and after a restart.

It takes half an hour, so that it runs by name only: `.venv/bin/python -m scripts.benchmarks.real_time`.
"""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
import tempfile

from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.readings import newest_tick, tick, uploaded_at
from tests.home.flows import follow
from tests.home.process import Home
from tests.support.simulated_uploader import percentile

MINUTE = timedelta(minutes=1)
NAMES = ("Alex", "Robin", "Kim", "Sam")


def main() -> None:
    """Run one house and print what a person feels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1, choices=range(1, len(NAMES) + 1))
    parser.add_argument("--minutes", type=float, default=15)
    options = parser.parse_args()
    asyncio.run(_measure(options.persons, timedelta(minutes=options.minutes)))


async def _measure(count: int, span: timedelta) -> None:
    cloud = CloudDouble()
    persons = [
        Person(
            first_name=name,
            phase=MINUTE * number / count,
            upload_delay=timedelta(seconds=6),
            upload_jitter=timedelta(seconds=4),
        )
        for number, name in enumerate(NAMES[:count])
    ]
    account = cloud.add_account(Account(), persons=persons)
    async with cloud.serving():
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder), cloud=cloud.url_template, login=False, log_level="warning")
            async with home:
                await follow(home.client, account.email, account.password)
                await _watch("cold start", cloud, persons, span)
                await home.stop()
                cloud.log.clear()
                await home.start()
                await _watch("restart", cloud, persons, span)


async def _watch(name: str, cloud: CloudDouble, persons: list[Person], span: timedelta) -> None:
    """Print how long readings waited for the poll that told them, by the requests that came."""
    await asyncio.sleep(span.total_seconds())
    polls = [each.at for each in cloud.requests("connections")]
    waits, uploads, seen = [], 0, 0
    for person in persons:
        measured = _measured(person, polls[0], datetime.now(UTC))
        uploads += len(measured)
        for number, (_, appears) in enumerate(measured):
            poll = next((poll for poll in polls if poll >= appears), None)
            if poll is None:
                uploads -= 1
                continue
            waits.append((poll - appears).total_seconds())
            later = measured[number + 1 :]
            seen += not any(other <= poll for _, other in later)
    counted = {
        endpoint: len(cloud.requests(endpoint)) for endpoint in ("login", "connections", "graph", "logbook")
    }
    print(
        f"{name}, {len(persons)} persons: mean {fmean(waits):.1f} s, 95th percentile "
        f"{percentile(waits, 95):.0f} s, never seen {uploads - seen} of {uploads}; requests {counted}",
        flush=True,
    )


def _measured(person: Person, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return when readings of a span were measured, and when they appeared in the cloud."""
    first = newest_tick(person, since)
    measured = []
    for number in range(first, newest_tick(person, until) + 1):
        at = tick(person, number)
        appears = uploaded_at(person, at, number)
        if appears is not None and appears > since:
            measured.append((at, appears))
    return measured


if __name__ == "__main__":
    main()
