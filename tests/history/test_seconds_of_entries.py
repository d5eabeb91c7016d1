"""A file has cut or rounded the seconds of doses and meals, a report has their minute or only their hour."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.history.store_rows import ALL, NOON, TODAY, entry, keep_file, keep_report

KINDS: Final = (EntryKind.RAPID_ACTING_INSULIN, EntryKind.CARBOHYDRATES)
HALF_A_MINUTE: Final = timedelta(seconds=30)


def cut(at: datetime) -> datetime:
    return at.replace(second=0)


def rounded(at: datetime) -> datetime:
    return cut(at + HALF_A_MINUTE)


def hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0)


def logged(random: Random, least: int) -> list[DiaryEntry]:
    """Return what somebody has logged, at least so many seconds apart, much of it alike.

    None of it in the last half minute of an hour: a file that rounds would tell that in the next hour, and
    nothing would say that it is not another entry.
    """
    at, entries = NOON - timedelta(hours=6), []
    for _ in range(25):
        at += timedelta(seconds=least + random.choice((0, 1, 29, 40, 700, 3000)))
        if rounded(at).hour == at.hour:
            entries.append(entry(random.choice(KINDS), at=at, amount=random.choice((2, 3))))
    return entries


def told(entries: Sequence[DiaryEntry], to_time: Callable[[datetime], datetime]) -> list[DiaryEntry]:
    precision = Precision.HOUR if to_time is hour else Precision.MINUTE
    return [
        entry(each.kind, at=to_time(each.at), amount=each.amount, precision=precision) for each in entries
    ]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("to_minute", [cut, rounded])
@pytest.mark.parametrize("to_time", [cut, hour])
@pytest.mark.parametrize("is_file_first", [False, True])
def test_what_a_report_and_a_file_tell_is_there_once(
    seed: int,
    to_minute: Callable[[datetime], datetime],
    to_time: Callable[[datetime], datetime],
    is_file_first: bool,
    tmp_path: Path,
) -> None:
    """Also where one of both was made in the middle of the day."""
    random = Random(seed)
    entries = logged(random, least=60 if to_minute is cut else 120)
    reported = entries[: random.choice((10, len(entries)))]
    filed = entries[: random.choice((10, len(entries)))]
    store = Store(tmp_path / "history.db")

    for is_file in (is_file_first, not is_file_first, is_file_first):
        if is_file:
            keep_file(store, *told(filed, to_minute))
        else:
            keep_report(store, [], told(reported, to_time), [TODAY])

    kept = Counter((each.kind, each.amount) for each in store.entries("anna", *ALL))
    store.close()
    assert kept == Counter((each.kind, each.amount) for each in max(reported, filed, key=len))
