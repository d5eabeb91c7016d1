"""Nine hours without the cloud, and nine hours without Home Assistant: afterwards nothing is missing.

Home Assistant is a real process. It goes by a clock that leaps a quarter of an hour each time, on which the
cloud lives too. Run it by name, and again if the recorder of Home Assistant has lost its timer (its
`statistics_runs` then end long before the clock does): libfaketime now and then tells one thread the true
time, and what is timed in that moment comes a day late. That is why it is not among all tests.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cloud_double import CloudDouble, Person, faults
from tests.cloud_double.demo import EMAIL, PASSWORD, demo_world
from tests.cloud_double.readings import graph, value
from tests.history.graph_hours import HOUR, hour_of_graph
from tests.home import Client, Home
from tests.home.clock import MovedClock
from tests.home.flows import follow
from tests.home.persons import ShownPerson, persons

from .world import person

MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
PAUSE = 0.1
"""Seconds, after which Home Assistant has done what was due."""
COMPILED = timedelta(seconds=12)
"""After the end of each five minutes the recorder takes ten seconds until it makes statistics of them."""
AWAY = 9 * HOUR
BYSTANDER = "sensor.outdoor_temperature"
SAME = 10
"""Seconds. The graph's copy of a reading is a second or two off."""
PATIENCE = 90
"""Minutes."""
MISSED = 120
"""Seconds: one reading of a minute that was not seen lies between two that were."""

type Hours = dict[datetime, tuple[float, float, float]]
"""Mean, least and most."""


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    """Yesterday evening, so to speak."""
    return MovedClock(tmp_path / "clock", timedelta(hours=21))


@pytest.fixture
async def cloud(socket_enabled: None, clock: MovedClock) -> AsyncIterator[CloudDouble]:
    """The demo's cloud, at that time."""
    double = CloudDouble(clock=clock.now)
    demo_world(double)
    async with double.serving():
        yield double


@pytest.fixture
async def home(cloud: CloudDouble, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Home]:
    """A Home Assistant at that time."""
    async with Home(tmp_path / "config", cloud=cloud.url_template, environment=clock.environment) as house:
        yield house


async def test_nothing_is_missing_after_nine_hours(cloud: CloudDouble, home: Home, clock: MovedClock) -> None:
    await follow(home.client, EMAIL, PASSWORD)
    shown = (await persons(home.client))[0]
    alex = person(cloud, shown.name)
    days = Days(home, cloud, clock)
    await days.begin()
    await days.pass_by(2 * HOUR)
    before = clock.now()

    cloud.fail_always("*", faults.status(503))
    await days.pass_by(AWAY)
    after = clock.now()
    assert (await home.client.state(shown.entities["glucose"]))["state"] == "unknown"
    cloud.heal()
    await days.go_on()
    await _nothing_is_missing(home.client, shown, alex, clock, after)
    await _hours_are_true(days, shown, alex, before, after)
    await _nobody_else_loses_an_hour(days)

    before = clock.now()
    await home.stop()
    clock.leap(AWAY)
    after = clock.now()
    await home.start()
    await days.begin()
    await days.go_on()
    await _nothing_is_missing(home.client, shown, alex, clock, after)
    await _hours_are_true(days, shown, alex, before, after)
    await _nobody_else_loses_an_hour(days, besides=(before, after))


class Days:
    """Time that goes by in a Home Assistant, with a thermometer that has nothing to do with anything."""

    def __init__(self, home: Home, cloud: CloudDouble, clock: MovedClock) -> None:
        self.client = home.client
        self.cloud = cloud
        self.clock = clock

    async def begin(self) -> None:
        """Take a token that outlives the day. Home Assistant takes what it knew with it."""
        self.client.tokens["access_token"] = await self.client.ask(
            "auth/long_lived_access_token", client_name=str(self.clock.now()), lifespan=30
        )
        await self._measure()

    async def pass_by(self, span: timedelta, step: timedelta = QUARTER) -> None:
        """Let it be so much later, and what is due done. Ends when the recorder has compiled."""
        end = self.clock.now() + span
        while (now := self.clock.now()) < end:
            since = (now - COMPILED - datetime.fromtimestamp(0, UTC)) % step
            self.clock.leap(step - since)
            await self._measure()
            await asyncio.sleep(PAUSE)

    async def go_on(self) -> None:
        """Let an hour pass as at home, with a poll in each minute: the graph takes half of it to come."""
        for _ in range(60):
            polls = len(self.cloud.requests("connections"))
            await self.pass_by(MINUTE, MINUTE)
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    while len(self.cloud.requests("connections")) == polls:
                        await self._measure()

    async def _measure(self) -> None:
        """It is a degree warmer in each minute."""
        await self.client.post(
            f"/api/states/{BYSTANDER}",
            {
                "state": str(self.clock.now().minute),
                "attributes": {
                    "unit_of_measurement": "°C",
                    "device_class": "temperature",
                    "state_class": "measurement",
                },
            },
        )

    async def hours(self, statistic: str) -> Hours:
        """What the recorder has of the last day."""
        told = await self.client.ask(
            "recorder/statistics_during_period",
            start_time=(self.clock.now() - timedelta(days=1)).isoformat(),
            statistic_ids=[statistic],
            period="hour",
            types=["mean", "min", "max"],
        )
        return {
            datetime.fromtimestamp(row["start"] / 1000, UTC): (row["mean"], row["min"], row["max"])
            for row in told.get(statistic, ())
        }


async def _nothing_is_missing(
    client: Client, shown: ShownPerson, who: Person, clock: MovedClock, live_since: datetime
) -> None:
    """All that the graph still has is in the store and in the card's window, and nothing else is.

    On a busy machine a poll may miss the reading of one minute. That is no hole, and nobody asks for it.
    """
    of_the_graph = graph(who, clock.now())
    assert len(of_the_graph) > 12 * 11
    told = await client.answer("libreview.get_readings", person=shown.device_id)
    store = {int(datetime.fromisoformat(each["at"]).timestamp()): each["value"] for each in told["readings"]}
    window = await client.first_event("libreview/subscribe", entity_id=shown.entities["glucose"], hours=12)
    card = dict(zip(window["t"], window["v"], strict=True))
    assert max(later - earlier for earlier, later in pairwise(card)) <= window["gap"], "no break in the curve"
    for readings in (store, card):
        assert not [
            each.at
            for each in of_the_graph
            if not _has(readings, each.at, SAME if each.at < live_since else MISSED)
        ]
        for at, mg_dl in readings.items():
            assert mg_dl == value(who, datetime.fromtimestamp(at, UTC)).mg_dl


def _has(readings: dict[int, float], at: datetime, within: int) -> bool:
    instant = int(at.timestamp())
    return any(instant + later in readings for later in range(-within, within + 1))


async def _hours_are_true(
    days: Days, shown: ShownPerson, who: Person, before: datetime, after: datetime
) -> None:
    """Whether the hours that passed as a whole while something was away come to be what they were.

    They are written when the recorder is done with the hour that is running, on a busy machine with the next.
    """
    first = before.replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [first + number * HOUR for number in range((after - first) // HOUR)]
    assert len(hours) >= AWAY / HOUR - 1
    for _ in range(PATIENCE):
        recorded = await days.hours(shown.entities["glucose"])
        wrong = [hour for hour in hours if not _is_true(recorded.get(hour), who, hour)]
        if not wrong:
            return
        await days.pass_by(MINUTE, MINUTE)
    assert not wrong


def _is_true(recorded: tuple[float, float, float] | None, who: Person, hour: datetime) -> bool:
    """Whether the recorder has an hour of the curve, and no flat line."""
    if recorded is None:
        return False
    mean, low, high = recorded
    expected = hour_of_graph(who, hour)
    return (low, high) == expected[1:] and mean == pytest.approx(expected[0], abs=0.5) and low < high


async def _nobody_else_loses_an_hour(days: Days, besides: tuple[datetime, datetime] | None = None) -> None:
    """Whether the thermometer has every hour since it is there, `besides` those of Home Assistant being down.

    Through these the recorder carries on what was last known of each sensor that it finds when it comes to
    them, and this one may be there only later.
    """
    warm = set(await days.hours(BYSTANDER))
    hour, last = min(warm), max(warm)
    assert last >= days.clock.now() - 2 * HOUR
    while hour < last:
        hour += HOUR
        was_down = besides is not None and besides[0] - HOUR < hour < besides[1]
        assert hour in warm or was_down, "nobody else loses an hour"
