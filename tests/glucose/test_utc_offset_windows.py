"""What the person's own clock shows."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.libreview.glucose.utc_offset_windows import utc_offsets
from tests.support.traces import DAY, HOUR

zones = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # half an hour of summer time
        "Africa/Casablanca",  # winter time during Ramadan
        "Pacific/Apia",  # left out a day in 2011
    ]
).map(ZoneInfo)
instants = st.integers(
    int(datetime(2005, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2030, 1, 1, tzinfo=UTC).timestamp())
)


def test_a_window_over_a_change_is_cut_at_the_second() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start, change, end = (
        int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp()) for day, hour in ((25, 7), (29, 1), (31, 5))
    )

    assert list(utc_offsets(berlin, start, end)) == [(start, change, HOUR), (change, end, 2 * HOUR)]
    assert list(utc_offsets(berlin, start, change)) == [(start, change, HOUR)]
    assert list(utc_offsets(berlin, change, end)) == [(change, end, 2 * HOUR)]
    assert list(utc_offsets(berlin, change - 1, change + 1)) == [
        (change - 1, change, HOUR),
        (change, change + 1, 2 * HOUR),
    ]


def test_a_zone_of_one_offset_is_one_part() -> None:
    west = timezone(timedelta(hours=-3, minutes=-30))

    assert list(utc_offsets(west, 0, 20 * DAY)) == [(0, 20 * DAY, -3 * HOUR - HOUR // 2)]


def test_an_empty_window_has_no_parts() -> None:
    assert list(utc_offsets(UTC, 1000, 1000)) == []


@given(zones, instants, st.integers(1, 400 * DAY), st.lists(st.floats(0, 1), max_size=20))
def test_every_instant_lies_in_one_part_with_the_offset_of_its_clock(
    zone: ZoneInfo, start: int, seconds: int, places: list[float]
) -> None:
    end = start + seconds
    parts = list(utc_offsets(zone, start, end))

    assert parts[0][0] == start
    assert parts[-1][1] == end
    assert all(one[1] == other[0] and one[2] != other[2] for one, other in pairwise(parts))
    edges = [edge for since, until, _ in parts for edge in (since, until - 1)]
    for at in (*edges, *(start + int(place * (seconds - 1)) for place in places)):
        shown = datetime.fromtimestamp(at, zone).utcoffset()
        assert [timedelta(seconds=ahead) for since, until, ahead in parts if since <= at < until] == [shown]
