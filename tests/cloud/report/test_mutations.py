"""Whatever happens to a report: it is understood, or it is an invalid answer, and nothing else."""

from collections.abc import Iterator
import copy
from datetime import datetime
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.libreview.cloud.errors import InvalidAnswerError
from custom_components.libreview.cloud.report.page import parse_report
from custom_components.libreview.models import EntryKind
from tests.support.examples import times
from tests.support.json_values import ANYTHING
from tests.support.report_pages import DAY, SPELLINGS, day_of, page, report_of

PIECES: list[Any] = [
    None, True, False, 0, 1, -1, 7, 24, 45, 1e300, float("nan"), float("inf"), 10**400, -(10**30), "", " ",
    "x", "1", "07:00", "7 AM", "99:99", "2026-06-01", "2026-06-01T07:00:00", "0001-01-01",
    "9999-12-31T23:59:59+14:00",
    "6/31/2026 7:00 AM", "/Date(99999999999999)/", "\ud800", "a" * 10_000, "1" * 5000, "Note",
    "Rapid", "Total",
    [], {}, [[]], [None] * 24, {"7": 1}, {"": ""}, {"Type": "Rapid", "Time": {}}, 1780297200, 1780297200000,
    253402300800, -62135596801,
]  # fmt: skip
NAMES = (
    "Hour Time Date Timestamp Type Value Units Glucose Notes Carbs Bolus Basal Insulin Flag Days x".split()
)
SPELLED = [json.dumps(report_of(spelling())) for spelling in SPELLINGS.values()]
SMALL = [json.dumps(report_of({**spelling(), "Glucose": []})) for spelling in SPELLINGS.values()]


def check(text: bytes) -> bool:
    """Whether a page is understood, and if so, whether everything in it can be believed."""
    try:
        report = parse_report(text)
    except InvalidAnswerError:
        return False
    for entry in report.entries:
        assert type(entry.wall) is datetime
        assert entry.wall.tzinfo is None
        if entry.kind is EntryKind.NOTE:
            assert entry.text.encode()
            assert entry.amount is None
        else:
            assert not entry.text
            assert entry.amount is None or 0 < entry.amount <= 1000
    assert all(20 <= reading.mg_dl <= 600 and reading.wall.tzinfo is None for reading in report.readings)
    assert [entry.wall for entry in report.entries] == sorted(entry.wall for entry in report.entries)
    assert all(name.isascii() and " " not in name and len(name) <= 40 for name in report.unknown)
    return True


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a report with every key or index in it."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield value, key
            yield from places(value[key])


def mutate(report: Any, chance: random.Random) -> None:
    """Drop, rename, retype, nest, double or swap something in a report."""
    found = list(places(report))
    if not found:
        return
    inside, key = chance.choice(found)
    match chance.randrange(6):
        case 0:
            del inside[key]
        case 1 if isinstance(inside, dict):
            inside[chance.choice(NAMES)] = inside.pop(key)
        case 2:
            inside[key] = [copy.deepcopy(inside[key])] * chance.choice((1, 2, 24))
        case 3:
            inside[key] = {chance.choice(NAMES): inside[key]}
        case 4:
            other, name = chance.choice(found)
            inside[key] = copy.deepcopy(other[name])
        case _:
            inside[key] = copy.deepcopy(chance.choice(PIECES))


@settings(max_examples=times(4), suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SMALL), st.integers(0, 2**64), st.integers(1, 12))
def test_a_report_with_other_contents_raises_nothing(script: str, seed: int, times: int) -> None:
    report, chance = json.loads(script), random.Random(seed)
    for _ in range(times):
        mutate(report, chance)
    check(page(report))


@settings(max_examples=times(2))
@given(
    st.sampled_from(SPELLED), st.lists(st.tuples(st.integers(0), st.binary(max_size=3), st.integers(0, 3)))
)
def test_a_page_with_other_bytes_raises_nothing(script: str, changes: list[tuple[int, bytes, int]]) -> None:
    text = f"<script>window.Report = {script};</script>".encode()
    for at, put, cut in changes:
        place = at % len(text)
        text = text[:place] + put + text[place + cut :]
    check(text)


@given(st.binary() | st.binary().map(lambda rest: b"window.Report = {" + rest))
def test_any_bytes_raise_nothing(text: bytes) -> None:
    check(text)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), ANYTHING, max_size=5))
def test_odd_members_of_a_day_raise_nothing(members: dict[str, Any]) -> None:
    assert check(page(report_of({**day_of(DAY), **members, "Date": "2026-06-01"})))


def test_every_spelling_is_understood_before_it_is_changed() -> None:
    assert all(check(page(json.loads(script))) for script in SPELLED + SMALL)
