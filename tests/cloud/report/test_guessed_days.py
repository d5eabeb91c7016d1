"""Guessed spellings of a day: what was taken is told rightly or is unknown, and never wrong."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

import pytest

from custom_components.libreview.cloud.report.page import Report, parse_report
from custom_components.libreview.models import EntryKind
from tests.support.report_pages import page, report_of

from .guessed_days import CARBS, DAY, GUESSES, LONG, PLAIN, RAPID, Guess, epoch

_DOSES: Final = (RAPID, LONG, CARBS)
_UNKNOWN_THOUGH_PLAIN: Final = {"pairs"}
"""Two numbers in a list: which of them is the amount is said by nothing."""


def read(day: Any) -> Report:
    return parse_report(page(report_of({"Date": epoch(0), **day})))


def judge(guess: Guess) -> str:
    """Return "right", "unknown" (a sum of the day is) or "wrong" (a sum, or the hour of an amount)."""
    report = read(guess.day)
    verdicts = {_judge_kind(guess, kind, report) for kind in _DOSES}
    return next(verdict for verdict in ("wrong", "unknown", "right") if verdict in verdicts)


def _judge_kind(guess: Guess, kind: EntryKind, report: Report) -> str:
    entries = [entry for entry in report.entries if entry.kind is kind]
    told = _sum_hours((entry.wall.hour, entry.amount) for entry in entries if entry.amount is not None)
    true = _sum_hours((each.hour, float(each.value)) for each in guess.truth if each.kind is kind)
    if any(entry.amount is None for entry in entries) or (kind, DAY) in report.unclear:
        return "unknown" if told.items() <= true.items() else "wrong"
    return "right" if told == true else "wrong"


def _sum_hours(amounts: Iterable[tuple[int, float]]) -> dict[int, float]:
    sums: defaultdict[int, float] = defaultdict(float)
    for hour, amount in amounts:
        sums[hour] += amount
    return sums


@pytest.mark.parametrize("name", GUESSES)
def test_no_guess_is_read_wrongly(name: str) -> None:
    assert judge(GUESSES[name]) != "wrong"


@pytest.mark.parametrize("name", sorted(PLAIN.keys() - _UNKNOWN_THOUGH_PLAIN))
def test_what_is_plain_is_understood(name: str) -> None:
    assert judge(PLAIN[name]) == "right"


def test_so_many_are_right_and_unknown() -> None:
    """Before amounts were taken by a closed list of words it was 44 right, 7 unknown and 59 wrong."""
    assert Counter(judge(guess) for guess in GUESSES.values()) == {"right": 36, "unknown": 74}


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ({"RapidInsulin": [{"Time": "Breakfast", "Units": 6}]}, [RAPID]),
        ({"RapidInsulin": [{"Units": 6}]}, [RAPID]),
        ({"Insulin": [{"Timestamp": epoch(8), "Units": 6, "Type": "Premixed"}]}, [RAPID, LONG]),
        ({"Insulin": [{"Timestamp": epoch(8), "Units": 6}]}, [RAPID, LONG]),
        ({"LongInsulin": [{"Timestamp": epoch(8), "Units": 6, "Type": "RapidActing"}]}, [RAPID, LONG]),
        ({"RapidInsulin": [{"Timestamp": epoch(8), "Units": 6}, {"Units": 6}]}, [RAPID]),
        ({"RapidInsulin": [{"Timestamp": epoch(8), "Units": 6}, 6]}, [RAPID]),
        ({"Insulin": [{"Timestamp": epoch(8), "Units": 6, "Type": "Rapid"}, {"Units": 6}]}, [RAPID, LONG]),
        ({"Entries": [{"Timestamp": epoch(8), "Type": "Humalog", "Amount": 4, "Unit": "U"}]}, [RAPID, LONG]),
        ({"Entries": [{"Timestamp": epoch(8), "Units": 4}]}, [RAPID, LONG]),
        ({"Entries": [{"Timestamp": epoch(8), "Amount": "4 U"}]}, [RAPID, LONG]),
        ({"Entries": [{"Timestamp": epoch(8), "Grams": 40}]}, [CARBS]),
        ({"Entries": [{"Timestamp": epoch(8), "Amount": 40, "Unit": "g"}]}, [CARBS]),
        ({"RapidInsulin": 6}, [RAPID]),
        ({"RapidInsulin": [{"Timestamp": epoch(8), "Units": 6}], "Bolus": 6}, []),
        ({"RapidInsulin": [{"Timestamp": epoch(8), "Units": 6}], "Insulin": 6}, []),
        ({"RapidInsulin": [{"Timestamp": epoch(8), "Units": 6}], "Insulin": 20}, [RAPID, LONG]),
        ({"Units": {"Carbs": "g", "RapidInsulin": "U"}, "CarbColors": {"Carbs": "#fff"}}, []),
        ({"TotalInsulin": 20, "HasRapidInsulin": True}, []),
    ],
    ids=str,
)
def test_a_dose_without_a_time_or_a_kind_leaves_the_sums_of_its_day_unclear(
    day: Any, kinds: list[EntryKind]
) -> None:
    assert read(day).unclear == {(kind, DAY) for kind in kinds}
