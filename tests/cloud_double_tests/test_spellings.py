"""All spellings of the diary carry the same entries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from tests.cloud_double import Account, CloudDouble, EntryKind, Person
from tests.cloud_double.report_page import ALL_SPELLINGS, content
from tests.cloud_double.spellings import MINUTE_PRECISE, SPELLINGS, Line
from tests.cloud_double.unseen_spellings import UNSEEN_MINUTE_PRECISE, UNSEEN_SPELLINGS
from tests.cloud_double.world import ReportOrder

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 21, tzinfo=UTC)


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(DAY, time(hour, minute))


LINES = [
    Line(EntryKind.NOTE, _at(7), None, "after 5 km, 3,5 U less"),
    Line(EntryKind.CARBOHYDRATES, _at(7), 45.0, ""),
    Line(EntryKind.CARBOHYDRATES, _at(7), None, ""),
    Line(EntryKind.RAPID_ACTING_INSULIN, _at(7), 4.5, ""),
    Line(EntryKind.RAPID_ACTING_INSULIN, _at(12), None, ""),
    Line(EntryKind.RAPID_ACTING_INSULIN, _at(12), 1.0, ""),
    Line(EntryKind.LONG_ACTING_INSULIN, _at(0), 18.0, ""),
]
each_spelling = pytest.mark.parametrize("spelling", ALL_SPELLINGS)


def _spelt(spelling: str, lines: list[Line], day: date = DAY) -> str:
    return json.dumps(ALL_SPELLINGS[spelling](day, sorted(lines, key=lambda line: line.wall)))


def _changed(line: Line) -> Iterator[Line]:
    """The line with one thing different."""
    yield replace(line, wall=line.wall + timedelta(hours=3))
    if line.kind is EntryKind.NOTE:
        yield replace(line, text="something else")
        return
    yield replace(line, amount=None if line.amount else 7.0)
    yield replace(line, amount=(line.amount or 0) + 0.5)
    for kind in EntryKind:
        if kind not in (line.kind, EntryKind.NOTE):
            yield replace(line, kind=kind)


def test_there_are_at_least_nine_of_which_some_are_kept_apart() -> None:
    assert len(SPELLINGS) >= 6
    assert len(UNSEEN_SPELLINGS) >= 3
    assert not SPELLINGS.keys() & UNSEEN_SPELLINGS.keys()
    assert SPELLINGS.keys() > MINUTE_PRECISE
    assert UNSEEN_SPELLINGS.keys() > UNSEEN_MINUTE_PRECISE


def test_no_two_are_alike() -> None:
    assert len({_spelt(spelling, LINES) for spelling in ALL_SPELLINGS}) == len(ALL_SPELLINGS)


@each_spelling
def test_nothing_of_an_entry_is_lost(spelling: str) -> None:
    truth = _spelt(spelling, LINES)
    for position, line in enumerate(LINES):
        others = LINES[:position] + LINES[position + 1 :]
        assert _spelt(spelling, others) != truth
        for other in _changed(line):
            assert _spelt(spelling, [*others, other]) != truth


@each_spelling
@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.NOTE])
def test_halves_stay_where_they_belong_though_the_total_is_the_same(spelling: str, kind: EntryKind) -> None:
    first, second = (
        [Line(kind, _at(7), morning, ""), Line(kind, _at(12), noon, "")]
        for morning, noon in ((1.0, 1.5), (1.5, 1.0))
    )
    assert _spelt(spelling, first) != _spelt(spelling, second)


@each_spelling
def test_an_entry_twice_is_there_twice(spelling: str) -> None:
    assert _spelt(spelling, [*LINES, LINES[3]]) != _spelt(spelling, LINES)


@each_spelling
def test_every_day_says_which_day_it_is(spelling: str) -> None:
    assert _spelt(spelling, []) != _spelt(spelling, [], DAY + timedelta(days=1))


@each_spelling
def test_only_some_tell_the_minute(spelling: str) -> None:
    def told(minute: int) -> Any:
        person = Person(has_reading=False)
        person.add_entry("note", wall=_at(9, minute), text="x")
        person.add_entry("long_acting_insulin", wall=_at(21, minute), amount=18)
        cloud = CloudDouble(lambda: NOW)
        cloud.spelling = spelling
        first = datetime.combine(DAY, time())
        order = ReportOrder(
            id="x",
            account=Account(own=person),
            person=person,
            first=first,
            last=first + timedelta(days=1),
            uom=Account().uom,
        )
        return content(cloud, order)["Data"]["Days"]

    exact = spelling in MINUTE_PRECISE | UNSEEN_MINUTE_PRECISE
    assert (told(12) != told(48)) is exact


def test_an_account_may_have_a_spelling_of_its_own() -> None:
    person = Person(has_reading=False)
    cloud = CloudDouble(lambda: NOW)
    first = datetime.combine(DAY, time())
    account = Account(own=person, spelling="events")
    order = ReportOrder(id="x", account=account, person=person, first=first, last=first, uom=account.uom)
    assert "events" in content(cloud, order)["Data"]["Days"][0]
    account.spelling = None
    assert "Carbs" in content(cloud, order)["Data"]["Days"][0]


_amounts = st.none() | st.integers(1, 120).map(lambda halves: halves / 2)
_walls = st.integers(0, 23).map(_at)
_doses = st.builds(
    Line,
    st.sampled_from([kind for kind in EntryKind if kind is not EntryKind.NOTE]),
    _walls,
    _amounts,
    st.just(""),
)
_notes = st.builds(Line, st.just(EntryKind.NOTE), _walls, st.none(), st.text(min_size=1))


@given(lines=st.lists(_doses | _notes, max_size=12))
def test_any_day_can_be_spelt_in_all_of_them(lines: list[Line]) -> None:
    for spelling in ALL_SPELLINGS:
        day = json.loads(_spelt(spelling, lines))
        texts = set(_texts(day))
        assert {line.text for line in lines if line.kind is EntryKind.NOTE} <= texts


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
