"""Damaged CSV exports: whatever happens to a file, what is untouched in it is read as before."""

from collections import Counter
from datetime import datetime
from typing import Any

from hypothesis import example, given, settings, strategies as st

from custom_components.libreview.cloud.csv.export import CsvExport, parse_csv
from custom_components.libreview.cloud.csv.problems import NotAnExportError
from tests.support.csv_exports import MMOL_L, MONTH_FIRST, PLAIN, Style, curve, diary, export
from tests.support.examples import times

STYLES = (
    PLAIN,
    Style(language="de", unit=MMOL_L, decimal=",", separator=";"),
    Style(language="sv", time=MONTH_FIRST, quotes_all=True, newline="\r\n"),
    Style(language="nl", encoding="utf-16", separator="\t"),
    Style(language="es", encoding="cp1252", is_practice=True),
)
COUNT = 400
INTERESTING = [
    b'"',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b"\xe4",
    b"-",
    b"1",
    b"9",
    b" ",
    b"AM",
    b'""',
]


def file_of(style: Style) -> bytes:
    # Of two weeks, so that the order of its dates does not hang on one line.
    readings = curve(style.unit, 14 * 288)[:: 14 * 288 // COUNT]
    return export([*readings, *diary()], style)


FILES = {style: file_of(style) for style in STYLES}
WHOLE = {style: parse_csv(content) for style, content in FILES.items()}


def facts(found: CsvExport) -> Counter[tuple[Any, ...]]:
    """All that a file says, as often as it says it."""
    readings = found.readings
    columns = zip(readings.walls, readings.mg_dl, readings.measuring_ranges, strict=True)
    entries = ((each.wall, each.kind, each.amount, each.text) for each in found.entries)
    return Counter([*columns, *entries])


def parsed(content: bytes) -> CsvExport | None:
    """What a file says, None if it is refused, which may not happen in any other way."""
    try:
        return parse_csv(content)
    except NotAnExportError:
        return None


@st.composite
def damages(draw: st.DrawFn) -> tuple[Style, int, int, bytes]:
    """A style, and bytes that take the place of others beyond the headings."""
    style = draw(st.sampled_from(STYLES))
    content = FILES[style]
    place = draw(st.integers(1200, len(content)))
    length = draw(st.integers(0, 3))
    put = b"".join(
        draw(st.lists(st.sampled_from(INTERESTING) | st.binary(min_size=1, max_size=2), max_size=3))
    )
    return style, place, length, put


@given(damages())
def test_damage_in_one_place_leaves_the_other_rows_as_they_were(
    damage: tuple[Style, int, int, bytes],
) -> None:
    style, place, length, put = damage
    content = FILES[style]
    found = parsed(content[:place] + put + content[place + length :])
    assert found
    before, after = facts(WHOLE[style]), facts(found)
    # At most two rows are touched, each of which says two things at most.
    assert sum((after - before).values()) <= 4
    if (len(put) - length) % 2 == 0 or style.encoding != "utf-16":
        # Half a letter more or less leaves nothing legible behind it.
        assert sum((before - after).values()) <= 4
    assert found.date_order in (WHOLE[style].date_order, None)


@given(st.sampled_from(STYLES), st.data())
@settings(max_examples=times(0.4))
def test_a_file_that_was_cut_off_gives_its_beginning(style: Style, data: st.DataObject) -> None:
    content = FILES[style]
    found = parsed(content[: data.draw(st.integers(0, len(content)))])
    if found and found.open_date is None:
        said = facts(found) - facts(WHOLE[style])
        # The last line may have lost digits of its last number.
        assert sum(said.values()) <= 1


@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfe,")
@example(b"\xef\xbb\xbf")
@example(b"\x00" * 100)
def test_any_bytes_raise_only_our_own_errors(content: bytes) -> None:
    parsed(content)
    parsed(FILES[PLAIN][:700] + content)
    parsed(content + FILES[PLAIN])


@given(st.text(alphabet=st.sampled_from('",;\t\n\r0123456789-: AMPx'), max_size=300))
def test_any_further_lines_leave_the_file_readable(text: str) -> None:
    found = parsed(FILES[PLAIN] + text.encode())
    assert found
    assert facts(WHOLE[PLAIN]) <= facts(found)
    assert found.first is not None
    assert isinstance(found.first, datetime)
