"""How fresh readings are in a real Home Assistant, in real time: after a cold start and after a restart.

It takes half an hour, so that it runs by name only: `.venv/bin/python -m scripts.benchmarks.real_time`. Below
each line stands what simulated runs of such phones bring, with the polls that are left out for the graphs.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean
import tempfile
from typing import Final

from scripts.benchmarks.polling import Figures
from scripts.benchmarks.requesting import Requesting
from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.readings import newest_tick, tick, uploaded_at
from tests.home.flows import follow
from tests.home.process import Home
from tests.support.simulated_uploader import HOUR, Uploader, follow as follow_simulated, percentile, uniform

MINUTE = timedelta(minutes=1)
NAMES = ("Alex", "Robin", "Kim", "Sam")
DELAY: Final = timedelta(seconds=6)
JITTER: Final = timedelta(seconds=4)
RUNS: Final = 200


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
            upload_delay=DELAY,
            upload_jitter=JITTER,
        )
        for number, name in enumerate(NAMES[:count])
    ]
    account = cloud.add_account(Account(), persons=persons)
    cold, again = _simulate(count, span.total_seconds())
    async with cloud.serving():
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder), cloud=cloud.url_template, login=False, log_level="warning")
            async with home:
                await follow(home.client, account.email, account.password)
                await _watch("cold start", cloud, persons, span, cold)
                await home.stop()
                cloud.log.clear()
                await home.start()
                await _watch("restart", cloud, persons, span, again)


def _simulate(count: int, seconds: float) -> tuple[Sequence[Figures], Sequence[Figures]]:
    """Return what simulated cold starts bring, and the restarts after them."""
    cold, again = [], []
    for seed in range(RUNS):
        polling = Requesting()
        cold.append(_simulated(count, seconds, 2 * seed, polling))
        again.append(_simulated(count, seconds, 2 * seed + 1, Requesting(polling.lock.known())))
    return cold, again


def _simulated(count: int, seconds: float, seed: int, polling: Requesting) -> Figures:
    phones: Mapping[str, Uploader] = {
        str(number): Uploader(
            delay=uniform(DELAY.total_seconds(), (DELAY + JITTER).total_seconds()),
            phase=Random(seed).uniform(0, 60) + 60 * number / count,  # noqa: S311 (a simulation)
            seed=1000 * seed + number,
            hours=seconds / HOUR + 2,
        )
        for number in range(count)
    }
    figures = Figures()
    figures.add(phones, follow_simulated(phones, polling, seconds / HOUR).polls, (0, seconds))
    return figures


async def _watch(
    name: str, cloud: CloudDouble, persons: list[Person], span: timedelta, expected: Sequence[Figures]
) -> None:
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
    means = [fmean(each.waits) for each in expected]
    missed = 1 - sum(each.seen for each in expected) / sum(each.uploads for each in expected)
    print(
        f"  simulated: mean {fmean(means):.1f} s, of 20 runs 18 between {percentile(means, 5):.1f} and "
        f"{percentile(means, 95):.1f} s; never seen {missed:.1%}",
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
