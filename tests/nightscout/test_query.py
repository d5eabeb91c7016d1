"""The questions of Nightscout apps."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.nightscout.query import (
    DEFAULT_SPAN,
    MAX_COUNT,
    MAX_SPAN,
    InvalidQueryError,
    Query,
    parse_query,
)

NOW: Final = datetime(2026, 11, 5, 9, 21, tzinfo=UTC)
SECOND: Final = int(NOW.timestamp())
LATEST: Final = SECOND + 300
"""A phone's clock may be ahead by five minutes."""


def parse(*parameters: tuple[str, str]) -> Query:
    return parse_query(parameters, now=NOW, kind_field="type", default_count=10, default_count_found=1000)


def test_without_a_condition_the_last_four_days_are_meant() -> None:
    asked = Query(start=LATEST - int(DEFAULT_SPAN.total_seconds()), end=LATEST, count=10)
    assert parse(("token", "x"), ("rr", "1")) == asked


@pytest.mark.parametrize(
    ("parameters", "start", "end"),
    [
        ([("find[date][$gte]", f"{SECOND - 60}000")], -60, 300),
        ([("find[date][$gt]", f"{SECOND - 60}000")], -59, 300),
        ([("find[date][$gte]", f"{SECOND - 60}001")], -59, 300),
        ([("find[date][$gte]", f"{SECOND - 60}000"), ("find[date][$lt]", f"{SECOND}000")], -60, 0),
        ([("find[date][$gte]", f"{SECOND - 60}000"), ("find[date][$lte]", f"{SECOND}000")], -60, 1),
        ([("find[date]", f"{SECOND}000")], 0, 1),
        ([("find[dateString][$gte]", "2026-11-05T09:20:00.000Z")], -60, 300),
        ([("find[created_at][$gte]", "2026-11-05T10:20:00+01:00")], -60, 300),
        ([("find[created_at][$gte]", "2026-11-05T10:20:00 01:00")], -60, 300),
        ([("find[created_at][$gte]", "2026-11-05 09:20:00")], -60, 300),
        ([("find[created_at][$gte]", "2026-11-05")], -9 * 3600 - 21 * 60, 300),
        ([("find[date][$lte]", f"{SECOND + 10**6}000")], 300 - 31 * 86400, 300),
    ],
)
def test_conditions_on_the_time_narrow_what_is_meant(
    parameters: list[tuple[str, str]], start: int, end: int
) -> None:
    asked = parse(*parameters)
    assert (asked.start - SECOND, asked.end - SECOND) == (start, end)


def test_no_more_than_a_month_is_told_at_once_the_newest_of_it() -> None:
    asked = parse(("find[date][$gte]", "0"), ("find[date][$lt]", f"{SECOND - 1000}000"))
    assert (asked.start, asked.end) == (SECOND - 1000 - int(MAX_SPAN.total_seconds()), SECOND - 1000)


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ([("count", "3")], 3),
        ([("count", "0")], MAX_COUNT),
        ([("count", "100000")], MAX_COUNT),
        ([("count", "many")], 10),
        ([("find[type]", "sgv")], 1000),
    ],
)
def test_the_count_has_a_limit(parameters: list[tuple[str, str]], count: int) -> None:
    assert parse(*parameters).count == count


@pytest.mark.parametrize(
    ("parameters", "wanted"),
    [
        ([], {"sgv", "mbg"}),
        ([("find[type]", "mbg")], {"mbg"}),
        ([("find[type][$eq]", "mbg")], {"mbg"}),
        ([("find[type][$ne]", "mbg")], {"sgv"}),
        ([("find[type][$ne]", "cal")], {"sgv", "mbg"}),
        ([("find[type][$in][]", "mbg"), ("find[type][$in][]", "sgv")], {"sgv", "mbg"}),
        ([("find[type][$nin][0]", "mbg"), ("find[type][$nin][1]", "sgv")], set()),
    ],
)
def test_the_types_can_be_named(parameters: list[tuple[str, str]], wanted: set[str]) -> None:
    asked = parse(*parameters)
    assert {kind for kind in ("sgv", "mbg") if asked.wants(kind)} == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("find[date][$ne]", "1"),
        ("find[sgv][$gte]", "100"),
        ("find[type][$regex]", "s"),
        ("find[type][$gte]", "sgv"),
        ("find[date", "1"),
        ("find[date][$gte]", "yesterday"),
        ("find[date][$gte]", "9" * 20),
    ],
)
def test_what_is_not_understood_is_refused_rather_than_left_out(name: str, value: str) -> None:
    with pytest.raises(InvalidQueryError):
        parse((name, value))


@given(
    st.lists(st.tuples(st.sampled_from(["find[date][$gte]", "find[created_at]", "count", "x"]), st.text()))
)
def test_any_question_is_answered_or_refused(parameters: list[tuple[str, str]]) -> None:
    try:
        asked = parse(*parameters)
    except InvalidQueryError:
        return
    assert asked.end - asked.start <= MAX_SPAN / timedelta(seconds=1)
    assert 0 < asked.count <= MAX_COUNT
