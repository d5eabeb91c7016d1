"""Input of any size takes time in proportion: four times as much takes some four times as long."""

from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from custom_components.libreview.cloud.answer_shape import describe
from custom_components.libreview.cloud.answer_shapes import AnswerShapes
from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.text import guard_formula, unguard_formula
from custom_components.libreview.cloud.errors import InvalidAnswerError
from custom_components.libreview.cloud.report.page import parse_report
from custom_components.libreview.cloud.report.vocabulary import is_known_name
from custom_components.libreview.cloud.report.words import parse_name
from tests.support.csv_files import export_of
from tests.support.report_pages import DAY, epoch, page, report_of

AT = epoch(DAY, 7)
_ROW = "Phone,{serial},2026-06-01 07:{minute:02},0,{value},,,,,,,,,,,,,,\n"
_LEAST = 0.05
"""Seconds below which a time is rather noise."""


def read(content: bytes) -> None:
    with suppress(InvalidAnswerError):
        parse_report(content)


def day(**members: Any) -> Callable[[], None]:
    content = page(report_of({"Date": epoch(DAY), **members}))
    return lambda: read(content)


def blanks(size: int) -> Callable[[], None]:
    content = b"Report" + b" " * 2 * size
    return lambda: read(content)


def assignments(size: int) -> Callable[[], None]:
    content = b"report = a.b.c " * size
    return lambda: read(content)


def devices(size: int) -> Callable[[], None]:
    rows = "".join(
        _ROW.format(serial=f"0E{number}", minute=number % 60, value=100 + number % 100)
        for number in range(size)
    )
    content = export_of() + rows.encode()
    return lambda: assert_many(parse_csv(content).devices, size)


def assert_many(found: tuple[object, ...], size: int) -> None:
    assert len(found) >= size


def quotes(size: int) -> Callable[[], None]:
    content = export_of() + b'Phone,1,2026-06-01 07:00,6,,,,,,,,,,"a,,,,,\n' * size
    return lambda: assert_many((parse_csv(content),), 1)


def texts(size: int) -> Callable[[], None]:
    text = ";' ='\t" * size
    return lambda: assert_many((unguard_formula(guard_formula(text)),), 1)


def names(size: int) -> Callable[[], None]:
    def find() -> None:
        for number in range(size):
            name = f"{'timestampinsulindaily' * 3}{number}"
            parse_name(name)
            is_known_name(name)

    return find


INPUTS: dict[str, tuple[Callable[[int], Callable[[], None]], int]] = {
    "blanks after the name": (blanks, 10_000),
    "many assignments": (assignments, 10_000),
    "many devices": (devices, 2_000),
    "open quotation marks": (quotes, 500),
    "formulas": (texts, 20_000),
    "long names": (names, 500),
    "doses at one time": (lambda size: day(RapidInsulin=[{"At": AT, "Units": 2}] * size), 400),
    "doses without a time": (lambda size: day(RapidInsulin=[{"Units": 2}] * size), 400),
    "doses of many amounts": (
        lambda size: day(RapidInsulin=[{"At": AT, "Units": 1 + n / 100} for n in range(size)]),
        400,
    ),
    "many names": (lambda size: day(Rapid={f"Zork{n}": [{"At": AT, "Units": 2}] for n in range(size)}), 200),
    "parts of wholes": (
        lambda size: day(Rapid=[{"At": AT, "Units": 2, "Doses": [{"Units": 1}, {"Units": 1}]}] * size),
        200,
    ),
    "shapes": (lambda size: lambda: assert_many((describe([{f"a{n}": n} for n in range(size)]),), 1), 5_000),
}


@pytest.mark.parametrize("name", INPUTS)
def test_four_times_as_much_takes_no_ten_times_as_long(name: str) -> None:
    build, size = INPUTS[name]
    short, long = (min(_measure(build(each)) for _ in range(2)) for each in (size, 4 * size))
    assert long < 10 * max(short, _LEAST)


def _measure(work: Callable[[], None]) -> float:
    began = process_time()
    work()
    return process_time() - began


def test_a_page_without_a_report_is_searched_in_slices_and_a_report_between_two_is_found() -> None:
    report = page(report_of({"Date": epoch(DAY)}))
    for before in range(2**18 - len("window.Report") - 40, 2**18 + 10, 7):
        assert parse_report(b" " * before + report).days == {DAY}


def test_what_an_answer_may_hold_is_parsed_before_anybody_notices() -> None:
    """Some 20 ms on an ordinary machine; an ordinary graph of 700 readings takes two."""
    shape = {f"k{first}": {f"q{second}{first}": 1 for second in range(39)} for first in range(2400)}
    answers = AnswerShapes()
    whole = _measure(lambda: assert_many((describe(shape),), 1))
    assert _measure(lambda: answers.note("a", 200, shape)) < whole / 4
