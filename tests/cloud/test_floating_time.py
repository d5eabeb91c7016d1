"""Wall clocks without a zone, and the instants they were: there and back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
import random
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.floating_time import (
    SeenOffset,
    observed_offset,
    resolve,
    resolve_seconds,
)

ZONES = sorted(available_timezones())
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def clock(text: str) -> datetime:
    return datetime.fromisoformat(text)


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


@cache
def transitions(zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants at which a zone's clock jumps, to the second."""
    found = []
    at = FIRST
    while at < LAST:
        later = at + timedelta(days=5)
        if offset(at, zone) != offset(later, zone):
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if offset(middle, zone) == offset(low, zone) else (low, middle)
            found.append(high)
        at = later
    return tuple(found)


def series(start: datetime, end: datetime, every: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += every


@pytest.mark.parametrize("letter", sorted({name[0] for name in ZONES}))
def test_every_zone_of_the_world_comes_back(letter: str) -> None:
    for name in ZONES:
        if not name.startswith(letter):
            continue
        zone = ZoneInfo(name)
        chance = random.Random(name)
        for jump in transitions(zone):
            every = chance.choice((15, 17, 20, 25, 29)) * MINUTE
            start = jump - 5 * HOUR + chance.randrange(900) * timedelta(seconds=1)
            moments = tuple(series(start, jump + 5 * HOUR, every))
            walls = [wall_of(at, zone) for at in moments]
            assert resolve(walls, zone) == moments, (name, jump)
            assert resolve(walls[::-1], zone) == moments[::-1], (name, jump)
        quiet = [
            at
            for at in (FIRST + chance.random() * (LAST - FIRST) for _ in range(20))
            if all(abs(at - jump) > 4 * HOUR for jump in transitions(zone))
        ]
        assert resolve([wall_of(at, zone) for at in quiet], zone) == tuple(quiet), name


def test_most_zones_that_change_their_clocks_are_among_them() -> None:
    assert sum(len(transitions(ZoneInfo(name))) > 10 for name in ZONES) > 150


@given(st.sampled_from(ZONES), st.datetimes(datetime(1900, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 (floating)
def test_an_instant_comes_back_or_is_the_other_pass_through_the_same_hour(name: str, at: datetime) -> None:
    zone = ZoneInfo(name)
    instant = at.replace(tzinfo=UTC)
    (found,) = resolve([wall_of(instant, zone)], zone)
    assert wall_of(found, zone) == wall_of(instant, zone)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1900, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 (floating)
def test_any_wall_clock_becomes_an_instant_that_shows_it_or_a_later_one(name: str, wall: datetime) -> None:
    zone = ZoneInfo(name)
    (found,) = resolve([wall], zone)
    assert found.tzinfo is UTC
    assert wall <= wall_of(found, zone) <= wall + 26 * HOUR


def test_a_clock_hour_that_does_not_exist_moves_forward() -> None:
    assert resolve([clock("2026-03-29 02:30")], BERLIN) == (utc(2026, 3, 29, 1, 30),)
    assert resolve([clock("2026-10-04 02:15")], LORD_HOWE) == (utc(2026, 10, 3, 15, 45),)


def test_a_clock_that_goes_back_marks_the_second_pass() -> None:
    walls = [clock(f"2026-10-25 {text}") for text in ("02:20", "02:50", "02:10", "02:40")]
    assert [at.hour for at in resolve(walls, BERLIN)] == [0, 0, 1, 1]


def test_half_an_hour_that_happens_twice_is_resolved_by_the_order() -> None:
    walls = [clock(f"2026-04-05 {text}") for text in ("01:25", "01:45", "01:35", "01:55", "02:15")]
    found = resolve(walls, LORD_HOWE)
    assert [(at - found[0]) / MINUTE for at in found] == [0, 20, 40, 60, 80]


def test_without_a_jump_a_reading_belongs_to_the_side_that_it_joins() -> None:
    early = [clock(f"2026-10-25 {text}") for text in ("01:55", "02:00", "02:05", "03:40")]
    late = [clock(f"2026-10-25 {text}") for text in ("01:10", "02:50", "02:55", "03:00")]
    assert [at.hour for at in resolve(early, BERLIN)] == [23, 0, 0, 2]
    assert [at.hour for at in resolve(late, BERLIN)] == [23, 1, 1, 2]


def test_a_series_that_begins_in_the_doubled_hour_joins_what_follows() -> None:
    assert resolve([clock("2026-10-25 02:50"), clock("2026-10-25 03:00")], BERLIN)[0] == utc(
        2026, 10, 25, 1, 50
    )


def test_an_hour_of_a_diary_that_happens_twice_is_the_first_one() -> None:
    wall = clock("2026-10-25 02:00")
    assert resolve([wall], BERLIN) == (utc(2026, 10, 25, 0),)
    assert resolve([wall, wall], BERLIN) == (utc(2026, 10, 25, 0),) * 2


def test_nothing_is_put_into_the_future_as_long_as_there_is_a_choice() -> None:
    walls = [clock("2026-10-25 02:50"), clock("2026-10-25 03:00")]
    now = utc(2026, 10, 25, 1, 20)
    assert resolve(walls, BERLIN, not_after=now)[0] == utc(2026, 10, 25, 0, 50)
    assert resolve([clock("2026-10-25 12:00")], BERLIN, not_after=now) == (utc(2026, 10, 25, 11),)


def test_two_years_of_the_same_doubled_hour_are_two_stretches() -> None:
    walls = [clock(f"{day} {time}") for day in ("2025-10-26", "2026-10-25") for time in ("02:50", "02:10")]
    assert [at.hour for at in resolve(walls, BERLIN)] == [0, 1, 0, 1]


def test_odd_offsets_of_the_past_come_back() -> None:
    wall = clock("1890-01-01 12:00")
    assert resolve([wall], BERLIN) == (wall.replace(tzinfo=UTC) - timedelta(minutes=53, seconds=28),)


def test_no_wall_clocks_are_no_instants() -> None:
    assert resolve([], BERLIN) == ()


def seen(zone: ZoneInfo, start: datetime, end: datetime) -> list[SeenOffset]:
    """What a live feed saw of a phone in this zone, every hour."""
    return [SeenOffset(at, offset(at, zone)) for at in series(start, end, HOUR)]


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Europe/London"])
def test_a_phone_that_travelled_is_followed_there_and_back(name: str) -> None:
    abroad = ZoneInfo(name)
    leaving, returning = utc(2026, 6, 10, 11), utc(2026, 6, 24, 9)
    observed = [
        *seen(BERLIN, utc(2026, 6, 1), leaving),
        *seen(abroad, leaving, returning),
        *seen(BERLIN, returning, utc(2026, 7, 1)),
    ]
    moments = tuple(series(utc(2026, 6, 1, 0, 7), utc(2026, 7, 1), 15 * MINUTE))
    walls = [wall_of(at, abroad if leaving <= at < returning else BERLIN) for at in moments]
    assert resolve(walls, BERLIN, seen=observed) == moments


def test_changes_of_the_clock_abroad_are_followed_too() -> None:
    abroad = ZoneInfo("America/New_York")
    start, end = utc(2026, 10, 20), utc(2026, 11, 10)
    moments = tuple(series(start, end, 20 * MINUTE))
    walls = [wall_of(at, abroad) for at in moments]
    assert resolve(walls, BERLIN, seen=seen(abroad, start, end + HOUR)) == moments


def test_a_phone_that_kept_its_offset_while_the_clocks_at_home_changed_is_still_abroad() -> None:
    observed = [SeenOffset(utc(2026, 3, 20), -4 * HOUR), SeenOffset(utc(2026, 4, 5), -4 * HOUR)]
    walls = [clock("2026-03-21 12:00"), clock("2026-04-04 12:00")]
    assert resolve(walls, BERLIN, seen=observed) == (utc(2026, 3, 21, 16), utc(2026, 4, 4, 16))


def test_a_phone_that_was_offline_on_its_journey_is_where_it_was_seen_nearest() -> None:
    observed = [SeenOffset(utc(2026, 6, 1), 2 * HOUR), SeenOffset(utc(2026, 6, 11), 9 * HOUR)]
    walls = [clock("2026-06-03 12:00"), clock("2026-06-09 12:00")]
    assert resolve(walls, BERLIN, seen=observed) == (utc(2026, 6, 3, 10), utc(2026, 6, 9, 3))


def test_what_was_observed_at_home_changes_nothing() -> None:
    start, end = utc(2026, 10, 20), utc(2026, 11, 10)
    moments = tuple(series(start, end, 20 * MINUTE))
    walls = [wall_of(at, BERLIN) for at in moments]
    assert resolve(walls, BERLIN, seen=seen(BERLIN, start, end)) == moments


def test_before_the_first_and_a_day_after_the_last_observation_the_persons_zone_counts() -> None:
    tokyo = SeenOffset(utc(2026, 6, 10, 3), 9 * HOUR)
    walls = [clock("2026-06-09 12:00"), clock("2026-06-10 20:00"), clock("2026-06-13 12:00")]
    assert resolve(walls, BERLIN, seen=[tokyo]) == (
        utc(2026, 6, 9, 10),
        utc(2026, 6, 10, 11),
        utc(2026, 6, 13, 10),
    )


def test_a_clock_hour_skipped_while_travelling_east_moves_forward() -> None:
    observed = [SeenOffset(utc(2026, 6, 10, 10), 2 * HOUR), SeenOffset(utc(2026, 6, 10, 10, 2), 9 * HOUR)]
    (found,) = resolve([clock("2026-06-10 15:00")], BERLIN, seen=observed)
    assert found == utc(2026, 6, 10, 13)


quarters = st.integers(-12 * 4, 14 * 4).map(lambda number: number * 15 * MINUTE)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (limits)
    quarters,
    st.integers(-120, 120).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_an_offset_is_seen_in_spite_of_clocks_that_differ_a_little(
    at: datetime, shown: timedelta, error: timedelta
) -> None:
    assert observed_offset(at, (at + shown + error).replace(tzinfo=None)) == shown


@pytest.mark.parametrize("minutes", [3, 7, -8, 127, 27 * 60, -27 * 60])
def test_what_no_zone_can_be_is_no_offset(minutes: int) -> None:
    at = utc(2026, 6, 1, 12)
    assert observed_offset(at, (at + minutes * MINUTE).replace(tzinfo=None)) is None


# Very many at once.

EPOCH = clock("1970-01-01")


def seconds(walls: list[datetime]) -> list[int]:
    return [round((wall - EPOCH).total_seconds()) for wall in walls]


@st.composite
def journeys(draw: st.DrawFn) -> tuple[ZoneInfo, list[datetime], list[SeenOffset]]:
    """A zone, wall clocks around one of its changes, and what was seen of the phone meanwhile."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    day = datetime(1970, 1, 1, tzinfo=UTC) + draw(st.integers(0, 70 * 365)) * timedelta(days=1)
    around = draw(st.sampled_from([*transitions(zone), day]))
    start = wall_of(around, zone) - timedelta(days=draw(st.integers(0, 4)))
    steps = draw(st.lists(st.integers(-40, 600) | st.integers(0, 6000) | st.just(5), max_size=60))
    walls = [start]
    for step in steps:
        walls.append(walls[-1] + step * MINUTE)
    if draw(st.booleans()):
        walls.reverse()
    at = around - timedelta(days=20)
    observed = []
    for hours, abroad in draw(st.lists(st.tuples(st.integers(1, 300), st.none() | quarters), max_size=12)):
        at += hours * HOUR
        observed.append(SeenOffset(at, offset(at, zone) if abroad is None else abroad))
    return zone, walls, observed


@given(journeys(), st.booleans())
def test_very_many_wall_clocks_are_resolved_like_each_of_them(
    journey: tuple[ZoneInfo, list[datetime], list[SeenOffset]], is_limited: bool
) -> None:
    zone, walls, observed = journey
    limit = max(walls).replace(tzinfo=UTC) if is_limited else None
    expected = resolve(walls, zone, seen=observed, not_after=limit)
    found = resolve_seconds(seconds(walls), zone, observed, not_after=limit)
    assert list(found) == [round(at.timestamp()) for at in expected]


def test_a_year_of_readings_comes_back_to_the_second() -> None:
    year = [int(at.timestamp()) for at in series(utc(2026, 1, 1), utc(2027, 1, 1), 5 * MINUTE)]
    walls = seconds([wall_of(datetime.fromtimestamp(at, UTC), BERLIN) for at in year])
    assert list(resolve_seconds(walls, BERLIN)) == year
    assert list(resolve_seconds(walls[::-1], BERLIN)) == year[::-1]
    assert not resolve_seconds([], BERLIN)
