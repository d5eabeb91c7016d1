"""Single fields of answers: what cannot be understood is None, and nothing is ever raised."""

from datetime import UTC, datetime, timedelta
import sys
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud import fields
from tests.cloud_double.wire import us_time
from tests.support.json_values import ANYTHING

READERS = (
    fields.mapping,
    fields.items,
    fields.text,
    fields.number,
    fields.whole,
    fields.epoch,
    fields.utc_time,
)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants limits without zone)
seconds = instants.map(lambda at: at.replace(microsecond=0))


@given(ANYTHING)
def test_any_value_can_be_read(value: Any) -> None:
    for read in READERS:
        read(value)


@given(st.text() | st.from_regex(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M"))
def test_any_text_can_be_read(text: str) -> None:
    for read in READERS:
        read(text)


@pytest.mark.parametrize("value", [None, True, "text", 5, 1.5, []])
def test_what_is_not_an_object_reads_as_an_empty_one(value: Any) -> None:
    assert fields.mapping(value) == {}


@pytest.mark.parametrize("value", [None, True, "text", 5, 1.5, {"a": 1}])
def test_what_is_not_a_list_reads_as_an_empty_one(value: Any) -> None:
    assert fields.items(value) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc", "abc"),
        ("  abc\n", "abc"),
        (17, "17"),
        ("", None),
        ("   ", None),
        (True, None),
        (1.5, None),
        (None, None),
        (["abc"], None),
        ({"a": "abc"}, None),
    ],
    ids=repr,
)
def test_a_text_is_what_is_not_blank(value: Any, text: str | None) -> None:
    assert fields.text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (115, 115.0),
        (6.4, 6.4),
        (-3, -3.0),
        ("115", 115.0),
        (" 6.4 ", 6.4),
        ("1e2", 100.0),
        ("6,4", None),
        ("", None),
        ("115 mg/dL", None),
        ("9" * 33, None),
        (True, None),
        (False, None),
        (None, None),
        ([115], None),
        ({"Value": 115}, None),
        (float("nan"), None),
        (float("inf"), None),
        ("nan", None),
        ("-Infinity", None),
        ("1e999", None),
        (10**400, None),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_number_is_finite_and_may_come_as_text(value: Any, number: float | None) -> None:
    assert fields.number(value) == number


@given(st.integers(-(10**9), 10**9))
def test_a_number_reads_the_same_as_text(value: int) -> None:
    assert fields.number(str(value)) == fields.number(value) == value


@pytest.mark.parametrize(
    ("value", "whole"), [(4, 4), (3.6, 4), ("3.4", 3), (True, None), ("four", None)], ids=repr
)
def test_a_whole_number_is_rounded(value: Any, whole: int | None) -> None:
    assert fields.whole(value) == whole


@given(seconds.filter(lambda at: at > datetime(1970, 1, 1, tzinfo=UTC)))
def test_seconds_since_1970_come_back_as_the_instant(at: datetime) -> None:
    assert fields.epoch(int(at.timestamp())) == at


@pytest.mark.parametrize("value", [0, "0", -5, None, True, "never", 1e300, 10**30, float("nan")], ids=repr)
def test_no_instant_is_made_of_zero_or_nonsense(value: Any) -> None:
    assert fields.epoch(value) is None


@given(seconds)
def test_a_factory_timestamp_comes_back_as_the_instant(at: datetime) -> None:
    assert fields.utc_time(us_time(at)) == at


def test_every_minute_of_a_day_comes_back() -> None:
    midnight = datetime(2026, 6, 1, tzinfo=UTC)
    for minute in range(24 * 60):
        at = midnight + timedelta(minutes=minute)
        assert fields.utc_time(us_time(at)) == at


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_changes_of_the_clock_do_not_move_a_factory_timestamp(zone: str, year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    changes = 0
    while at.year == year:
        at += timedelta(minutes=30)
        if at.astimezone(ZoneInfo(zone)).utcoffset() != offset:
            offset, changes = at.astimezone(ZoneInfo(zone)).utcoffset(), changes + 1
            for minute in range(-90, 91):
                near = at + timedelta(minutes=minute)
                assert fields.utc_time(us_time(near)) == near
    assert changes == 2


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("12/30/2022 12:00:00 AM", datetime(2022, 12, 30, 0, 0, 0, tzinfo=UTC)),
        ("12/30/2022 12:59:59 AM", datetime(2022, 12, 30, 0, 59, 59, tzinfo=UTC)),
        ("12/30/2022 12:00:00 PM", datetime(2022, 12, 30, 12, 0, 0, tzinfo=UTC)),
        ("12/30/2022 4:47:40 PM", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
        ("1/2/2026 3:04:05 am", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (" 01/02/2026, 03:04 PM ", datetime(2026, 1, 2, 15, 4, tzinfo=UTC)),
        ("12/30/2022 16:47:40", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
        ("12/30/2022 4:47:40.123 PM", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
        ("2022-12-30T16:47:40Z", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
        ("2022-12-30T17:47:40+01:00", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
        ("2022-12-30 16:47:40", datetime(2022, 12, 30, 16, 47, 40, tzinfo=UTC)),
    ],
)
def test_a_time_is_understood_in_forms_that_may_come_one_day(text: str, at: datetime) -> None:
    assert fields.utc_time(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "12/30/2025 4:47:40\u202fPM",
        "12/30/2025 4:47:40\u00a0PM",
        "12/30/2025, 4:47:40\u202fPM",
        "12/30/2025\u00a04:47:40 PM",
        "\u200e12/30/2025, 4:47:40\u2009PM\u200e",
        "12/30/2025 4:47:40 p.m.",
        "12/30/2025 4:47:40\u00a0p.\u00a0m.",
        "2025-12-30 4:47:40 PM",
        "2025/12/30, 4:47:40\u202fPM",
        "12/30/2025, 4:47:40 pm",
        "12/30/2025 16:47:40",
        "2025-12-30T16:47:40Z",
    ],
)
def test_odd_spaces_and_spellings_of_a_time_cost_no_reading(text: str) -> None:
    assert fields.utc_time(text) == datetime(2025, 12, 30, 16, 47, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "13/30/2022 4:47:40 PM",
        "14/1/2025 15:30:00",  # Day first, which could be month first on other days.
        "2/30/2022 4:47:40 PM",
        "12/30/2022 13:47:40 PM",
        "12/30/2022 0:47:40 AM",
        "12/30/2022 25:47:40",
        "12/30/0000 4:47:40 PM",
        "0001-01-01T00:00:00+14:00",
        "yesterday",
        "",
        1672418860,
        None,
        True,
    ],
)
def test_a_time_that_does_not_exist_is_none(value: Any) -> None:
    assert fields.utc_time(value) is None


def test_a_long_text_in_place_of_a_time_is_not_remembered() -> None:
    value = "1" * 1_000_000
    before = sys.getrefcount(value)
    assert fields.utc_time(value) is None
    assert sys.getrefcount(value) == before
