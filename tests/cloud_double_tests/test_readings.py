"""Which readings the cloud has, and when."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from tests.cloud_double import Account, Alarm, CloudDouble, Person, Sensor, Uom, readings, wire
from tests.cloud_double.curve import realistic
from tests.cloud_double.demo import demo_world
from tests.support.examples import times

from .conftest import Clock
from .follower import Follower

RECORDED = Path(__file__).parent.parent / "recorded"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
INSTANTS = st.integers(1704067200, 1893456000).map(lambda second: datetime.fromtimestamp(second, UTC))
SEEDS = st.text(max_size=8)


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)


def _measurements(value: Any) -> Iterator[dict[str, Any]]:
    """Every measurement somewhere inside a JSON value."""
    if isinstance(value, dict) and "ValueInMgPerDl" in value:
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _measurements(inner)


def _steady(mg_dl: float) -> Callable[[datetime], float]:
    return lambda _: mg_dl


@given(SEEDS, INSTANTS)
def test_a_curve_is_the_same_whenever_it_is_asked(seed: str, at: datetime) -> None:
    assert realistic(seed)(at) == realistic(seed)(at)


@given(SEEDS, INSTANTS)
def test_a_curve_moves_as_glucose_does(seed: str, at: datetime) -> None:
    curve = realistic(seed)
    assert 20 < curve(at) < 450
    assert abs(curve(at + timedelta(minutes=1)) - curve(at)) < 15


@pytest.mark.parametrize("name", ["Alex Example", "Robin Sample"])
def test_the_demos_persons_move_visibly_within_minutes(name: str) -> None:
    cloud = CloudDouble(clock=lambda: NOON)
    demo_world(cloud)
    person = cloud.person(name)
    assert person is not None
    first = readings.newest_tick(person, NOON)
    shown = [
        wire.glucose_value(readings.measure(person, readings.tick(person, n)).mg_dl, person.uom or Uom.MG_DL)
        for n in range(first, first + 1440)
    ]

    def still(minutes: int) -> float:
        """The share of stretches so long in which nothing moves."""
        stretches = [shown[i : i + minutes + 1] for i in range(len(shown) - minutes)]
        return sum(len(set(stretch)) == 1 for stretch in stretches) / len(stretches)

    assert still(2) < 0.01
    assert still(4) == 0


@given(
    at=INSTANTS,
    cadence=st.sampled_from([60, 300]),
    delay=st.integers(0, 400),
    jitter=st.integers(0, 200),
    pause=st.none() | st.tuples(st.integers(-7200, 60), st.integers(1, 7200)),
)
def test_the_latest_reading_is_the_newest_that_has_been_uploaded(
    at: datetime, cadence: int, delay: int, jitter: int, pause: tuple[int, int] | None
) -> None:
    person = Person(
        cadence=timedelta(seconds=cadence),
        upload_delay=timedelta(seconds=delay),
        upload_jitter=timedelta(seconds=jitter),
    )
    if pause is not None:
        since = at + timedelta(seconds=pause[0])
        person.pause(since, since + timedelta(seconds=pause[1]))
    newest = readings.newest_tick(person, at)
    uploaded = [
        readings.tick(person, n)
        for n in range(newest - 200, newest + 1)
        if (upload := readings.uploaded_at(person, readings.tick(person, n), n)) is not None and upload <= at
    ]
    latest = readings.latest(person, at)
    assert latest is not None
    assert latest.at == uploaded[-1]


@given(INSTANTS)
def test_measurements_are_a_cadence_apart_and_on_whole_seconds(at: datetime) -> None:
    person = Person()
    number = readings.newest_tick(person, at)
    step = readings.tick(person, number + 1) - readings.tick(person, number)
    assert timedelta(seconds=59) <= step <= timedelta(seconds=61)
    assert readings.tick(person, number) <= at < readings.tick(person, number + 1)
    assert readings.tick(person, number).microsecond == 0


@pytest.mark.parametrize("product", [3, 4])
@given(at=INSTANTS)
def test_the_graph_has_twelve_hours_without_trend_and_ends_before_the_reading(
    product: int, at: datetime
) -> None:
    person = Person(sensor=Sensor(product=product))
    points = readings.graph(person, at)
    latest = readings.latest(person, at)
    minutes, number = (15, 47) if product == 3 else (5, 140)
    assert latest is not None
    assert number - 1 <= len(points) <= number + 1
    assert all(point.trend is None for point in points)
    assert at - timedelta(hours=12) < points[0].at
    assert timedelta(minutes=17) <= latest.at - points[-1].at <= timedelta(minutes=17 + minutes, seconds=15)
    steps = {(b.at - a.at).total_seconds() - 60 * minutes for a, b in pairwise(points)}
    assert all(-14 <= step <= 14 for step in steps)


async def test_a_reading_appears_when_it_has_been_uploaded(follower: Follower, clock: Clock) -> None:
    clock.now = NOON.replace(hour=13, second=4)
    before = _utc((await follower.latest())["FactoryTimestamp"])
    clock.move(seconds=4)
    after = _utc((await follower.latest())["FactoryTimestamp"])
    assert before.minute == 59
    assert timedelta(seconds=59) <= after - before <= timedelta(seconds=61)


def test_uploads_take_their_delay_and_up_to_their_jitter() -> None:
    person = Person(upload_delay=timedelta(seconds=10), upload_jitter=timedelta(seconds=30))
    first = readings.newest_tick(person, NOON)
    ticks = {number: readings.tick(person, number) for number in range(first, first + 200)}
    uploads = [(at, readings.uploaded_at(person, at, number)) for number, at in ticks.items()]
    delays = [(upload - at).total_seconds() for at, upload in uploads if upload is not None]
    assert len(delays) == 200
    assert 10 <= min(delays) < 12
    assert 38 < max(delays) < 40


async def test_times_are_utc_and_the_persons_wall_clock(
    follower: Follower, clock: Clock, person: Person
) -> None:
    person.time_zone = "America/New_York"
    clock.now = datetime(2026, 7, 4, 16, 9, 30, tzinfo=UTC)
    latest = await follower.latest()
    assert latest["FactoryTimestamp"].startswith("7/4/2026 4:09:0")
    assert latest["Timestamp"].startswith("7/4/2026 12:09:0")
    assert latest["FactoryTimestamp"].endswith(" PM")


@given(INSTANTS)
def test_us_times_are_not_padded(at: datetime) -> None:
    text = wire.us_time(at)
    assert not any(part.startswith("0") for part in text.split(" ")[0].split("/"))
    assert not text.split(" ")[1].startswith("0")
    assert _utc(text) == at.replace(microsecond=0)


def test_mmol_values_are_rounded_as_recorded() -> None:
    recorded = [
        point
        for name in RECORDED.glob("llu_get_llu_connections_*")
        for point in _measurements(json.loads(name.read_text()))
        if point["GlucoseUnits"] == Uom.MMOL_L
    ]
    assert len(recorded) > 200
    for point in recorded:
        value = wire.glucose_value(point["ValueInMgPerDl"], Uom.MMOL_L)
        assert (value, type(value)) == (point["Value"], type(point["Value"]))


async def test_values_come_in_the_followers_unit(
    follower: Follower, account: Account, person: Person
) -> None:
    person.curve = _steady(115)
    in_mg = await follower.latest()
    account.uom = Uom.MMOL_L
    in_mmol = await follower.latest()
    assert (in_mg["Value"], in_mg["GlucoseUnits"]) == (115, 1)
    assert (in_mmol["Value"], in_mmol["GlucoseUnits"], in_mmol["ValueInMgPerDl"]) == (6.4, 0, 115)


async def test_a_person_may_insist_on_a_unit(follower: Follower, person: Person) -> None:
    person.uom = Uom.MMOL_L
    data = (await follower.connections()).json["data"][0]
    assert (data["uom"], data["glucoseMeasurement"]["GlucoseUnits"]) == (0, 0)


@pytest.mark.parametrize(
    ("mg_dl", "colour"),
    [(53, 4), (69, 4), (70, 1), (180, 1), (181, 2), (250, 2), (252, 3), (390, 3)],
)
async def test_the_colour_follows_the_value(
    follower: Follower, person: Person, mg_dl: int, colour: int
) -> None:
    person.curve = _steady(mg_dl)
    assert (await follower.latest())["MeasurementColor"] == colour


@pytest.mark.parametrize(
    ("true", "shown", "is_high", "is_low"),
    [(38, 40, False, True), (40, 40, False, False), (400, 400, False, False), (412, 400, True, False)],
)
async def test_beyond_the_sensors_range_it_shows_its_limit(
    *, follower: Follower, person: Person, true: float, shown: int, is_high: bool, is_low: bool
) -> None:
    person.curve = _steady(true)
    latest = await follower.latest()
    assert (latest["ValueInMgPerDl"], latest["isHigh"], latest["isLow"]) == (shown, is_high, is_low)


@pytest.mark.parametrize(("per_minute", "arrow"), [(-3, 1), (-1.5, 2), (0, 3), (0.9, 3), (1.5, 4), (2.5, 5)])
async def test_the_arrow_follows_the_slope(
    follower: Follower, person: Person, clock: Clock, per_minute: float, arrow: int
) -> None:
    start = clock.now
    person.curve = lambda at: 150 + per_minute * (at - start).total_seconds() / 60
    assert (await follower.latest())["TrendArrow"] == arrow


async def test_a_silent_phone_leaves_the_reading_as_it_was_until_it_is_back(
    follower: Follower, cloud: CloudDouble, person: Person, clock: Clock
) -> None:
    before = await follower.latest()
    cloud.pause(person)
    clock.move(hours=6)
    assert await follower.latest() == before
    path = f"/llu/connections/{person.patient_id}/graph"
    silent = (await follower.get(path)).json["data"]["graphData"]
    cloud.resume(person)
    clock.move(minutes=1)
    assert await follower.latest() != before
    assert len((await follower.get(path)).json["data"]["graphData"]) > len(silent) + 60


async def test_an_ended_sensor_brings_no_more_readings(
    follower: Follower, person: Person, clock: Clock
) -> None:
    assert person.sensor is not None
    person.sensor.ended = clock.now - timedelta(days=3)
    data = (await follower.connections()).json["data"][0]
    assert _utc(data["glucoseMeasurement"]["FactoryTimestamp"]) < clock.now - timedelta(days=3)
    graph = await follower.get(f"/llu/connections/{person.patient_id}/graph")
    assert graph.json["data"]["graphData"] == []


async def test_a_sensor_that_warms_up_measures_nothing_yet(
    follower: Follower, person: Person, clock: Clock
) -> None:
    started = clock.now
    person.sensor = Sensor(activated=started)
    clock.move(minutes=59)
    assert _utc((await follower.latest())["FactoryTimestamp"]) < started
    clock.move(minutes=3)
    assert _utc((await follower.latest())["FactoryTimestamp"]) > started


async def test_a_person_without_sensor_or_reading_is_null_there(follower: Follower, person: Person) -> None:
    person.sensor = None
    person.has_reading = False
    data = (await follower.connections()).json["data"][0]
    assert (data["sensor"], data["glucoseMeasurement"], data["glucoseItem"]) == (None, None, None)
    graph = (await follower.get(f"/llu/connections/{person.patient_id}/graph")).json["data"]
    assert (graph["activeSensors"], graph["graphData"]) == ([], [])
    assert (await follower.get(f"/llu/connections/{person.patient_id}/logbook")).json["data"] == []


async def test_a_reading_of_the_future_can_be_planted(
    follower: Follower, person: Person, clock: Clock
) -> None:
    person.add_reading(clock.now + timedelta(hours=1), 99, trend=None)
    latest = await follower.latest()
    assert (latest["ValueInMgPerDl"], latest["TrendArrow"]) == (99, None)


async def test_the_logbook_tells_of_lows_and_highs_newest_first(
    follower: Follower, person: Person, clock: Clock
) -> None:
    start = clock.now
    values = {3: 60, 2: 50, 1: 260}
    person.curve = lambda at: values.get(int((start - at).total_seconds() // 3600), 120)
    entries = (await follower.get(f"/llu/connections/{person.patient_id}/logbook")).json["data"]
    assert [(each["type"], each["alarmType"]) for each in entries] == [(3, 2), (3, 0), (3, 1)]
    first = start - timedelta(hours=2) - _utc(entries[0]["FactoryTimestamp"])
    assert timedelta(seconds=-60) <= first <= timedelta(0)


@given(st.integers(-10, 10))
def test_a_phone_silent_for_the_whole_logbook_leaves_at_most_its_beginning(minutes: int) -> None:
    person = Person(curve=_steady(50))
    person.pause(NOON - timedelta(days=14, minutes=minutes))
    assert readings.logbook(person, NOON) == []


async def test_the_logbook_goes_back_14_days(follower: Follower, person: Person, clock: Clock) -> None:
    person.curve = _steady(120)
    person.add_alarm(clock.now - timedelta(days=13), Alarm.HIGH, 260)
    person.add_alarm(clock.now - timedelta(days=15), Alarm.HIGH, 260)
    person.add_alarm(clock.now - timedelta(minutes=1), Alarm.LOW)
    entries = (await follower.get(f"/llu/connections/{person.patient_id}/logbook")).json["data"]
    assert [(each["type"], each.get("Value")) for each in entries] == [(2, None), (3, 260)]


@settings(max_examples=times(0.4))
@given(SEEDS, INSTANTS)
def test_alarms_stand_at_the_first_measurement_beyond_the_limit(seed: str, at: datetime) -> None:
    person = Person(patient_id=seed or "x", cadence=timedelta(minutes=5))
    for entry in readings.logbook(person, at):
        number = readings.newest_tick(person, entry.at)
        before, now = (readings.measure(person, readings.tick(person, n)).mg_dl for n in (number - 1, number))
        match entry.alarm:
            case Alarm.HIGH:
                assert before <= 250 < now
            case Alarm.LOW:
                assert 55 <= now < 70
                assert not 55 <= before < 70
            case Alarm.FIXED_LOW:
                assert now < 55 <= before
