"""Which copy of a reading is kept."""

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.history.deduplication import SLOT, merge_rows
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.wall_clocks import KnownRow
from custom_components.libreview.models import Source

NOON = 1_780_315_200


def row(at: int, source: Source = Source.LIVE, mg_dl: int = 100) -> ReadingRow:
    return ReadingRow(at, mg_dl, SOURCE_CODE[source], None, 0, None)


def known(at: int, source: Source = Source.LIVE, mg_dl: int = 100) -> KnownRow:
    return KnownRow(at, SOURCE_CODE[source], mg_dl, 0)


def test_unknown_readings_are_added() -> None:
    change = merge_rows([], [row(NOON), row(NOON + 60)])

    assert [each.at for each in change.added] == [NOON, NOON + 60]
    assert (change.replaced, change.known) == ([], 0)


@pytest.mark.parametrize(
    ("there", "comes", "apart"),
    [
        (Source.LIVE, Source.LIVE, 0),
        (Source.LIVE, Source.GRAPH, 2),
        (Source.LIVE, Source.REPORT, 40),
        (Source.LIVE, Source.CSV, 59),
        (Source.GRAPH, Source.CSV, 100),
        (Source.REPORT, Source.CSV, 59),
        (Source.CSV, Source.CSV, 0),
    ],
)
def test_a_copy_from_an_equal_or_worse_source_is_left_out(there: Source, comes: Source, apart: int) -> None:
    for side in (apart, -apart):
        change = merge_rows([known(NOON, there)], [row(NOON + side, comes)])

        assert (change.added, change.replaced, change.known) == ([], [], 1)


@pytest.mark.parametrize(
    ("there", "comes", "apart"),
    [
        (Source.GRAPH, Source.LIVE, 2),
        (Source.REPORT, Source.LIVE, 40),
        (Source.CSV, Source.GRAPH, 59),
        (Source.CSV, Source.REPORT, 59),
    ],
)
def test_a_copy_from_a_better_source_replaces_the_known_one(there: Source, comes: Source, apart: int) -> None:
    change = merge_rows([known(NOON - apart, there)], [row(NOON, comes)])

    assert [each.at for each in change.added] == [NOON]
    assert change.replaced == [NOON - apart]


@pytest.mark.parametrize(
    ("source", "apart"),
    [(Source.LIVE, 0), (Source.LIVE, 8), (Source.GRAPH, 2), (Source.REPORT, 0), (Source.CSV, 0)],
)
@pytest.mark.parametrize("mg_dl", [50, 150])
def test_of_two_tellings_of_one_source_the_later_is_kept(source: Source, apart: int, mg_dl: int) -> None:
    for side in (apart, -apart):
        change = merge_rows([known(NOON, source)], [row(NOON + side, source, mg_dl)])

        assert [each.mg_dl for each in change.added] == [mg_dl]
        assert (change.replaced, change.known) == ([NOON], 0)


def test_lo_told_for_the_number_of_before_is_kept() -> None:
    lo = row(NOON, mg_dl=40)._replace(measuring_range=1)

    assert merge_rows([known(NOON, mg_dl=40)], [lo]).added == [lo]


def test_of_copies_told_at_once_the_latest_is_kept_else_the_lowest() -> None:
    scan, corrected = row(NOON + 8, mg_dl=50), [row(NOON, mg_dl=55), row(NOON, mg_dl=75)]

    assert merge_rows([], [row(NOON, mg_dl=75), scan]).added == [scan]
    assert merge_rows([], corrected).added == corrected[:1]
    assert merge_rows([], corrected).known == 1


@pytest.mark.parametrize(
    ("source", "apart"), [(Source.LIVE, 60), (Source.GRAPH, 60), (Source.REPORT, 1), (Source.CSV, 60)]
)
def test_two_readings_of_one_source_stay_two(source: Source, apart: int) -> None:
    assert len(merge_rows([known(NOON, source)], [row(NOON + apart, source)]).added) == 1
    assert len(merge_rows([], [row(NOON, source), row(NOON + apart, source)]).added) == 2


def test_of_old_readings_one_is_kept_in_each_quarter_of_an_hour() -> None:
    quarter = NOON - NOON % SLOT
    rows = [row(quarter + minute * 60, Source.CSV) for minute in range(0, 45, 5)]

    change = merge_rows([known(quarter + SLOT + 1)], rows, thin_before=quarter + 10 * SLOT)

    assert [each.at for each in change.added] == [quarter, quarter + 2 * SLOT]
    assert (change.known, change.thinned_out) == (0, 7)


sources = st.sampled_from(list(Source))
tables = st.lists(st.tuples(st.integers(0, 5000), sources), max_size=60, unique_by=lambda each: each[0])


def brought_in(table: dict[int, int], rows: list[ReadingRow], thin_before: int = 0) -> dict[int, int]:
    there = [KnownRow(at, source, 100, 0) for at, source in sorted(table.items())]
    change = merge_rows(there, rows, thin_before=thin_before)
    kept = {at: source for at, source in table.items() if at not in change.replaced}
    added = {each.at: each.source for each in change.added}
    assert len(change.added) + change.known + change.thinned_out == len(rows)
    assert not kept.keys() & added.keys()
    return kept | added


@given(tables, tables, st.integers(0, 5000))
def test_bringing_in_the_same_twice_changes_nothing(
    there: list[tuple[int, Source]], come: list[tuple[int, Source]], thin_before: int
) -> None:
    table = {at: SOURCE_CODE[source] for at, source in there}
    for source in Source:
        rows = sorted(row(at, each) for at, each in come if each is source)
        once = brought_in(table, rows, thin_before)
        assert brought_in(once, rows, thin_before) == once
        table = once


@given(tables)
def test_live_readings_a_minute_apart_are_never_lost(come: list[tuple[int, Source]]) -> None:
    live = {NOON + 60 * minute: SOURCE_CODE[Source.LIVE] for minute in range(80)}
    table = dict(live)
    for source in (Source.CSV, Source.REPORT, Source.GRAPH):
        table = brought_in(table, sorted(row(NOON + at, each) for at, each in come if each is source))
    assert live.items() <= table.items()


@given(tables, st.permutations([Source.CSV, Source.REPORT, Source.GRAPH]))
def test_a_live_reading_replaces_its_copies_in_any_order(
    come: list[tuple[int, Source]], order: list[Source]
) -> None:
    table: dict[int, int] = {}
    for source in order:
        table = brought_in(table, sorted(row(at, each) for at, each in come if each is source))
    table = brought_in(table, [row(2500)])
    assert [at for at in table if abs(at - 2500) <= 10] == [2500]
