"""Readings of files are back once the login of the diary goes: each once, where the last file has it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading
from tests.history.filed_readings import (
    BERLIN,
    QUARTER,
    TOKYO,
    WALLS,
    filed,
    instant,
    keep_filed,
    lose_the_login,
    report,
    row,
    stored,
    take_back,
)
from tests.history.store_rows import keep_live

MIDNIGHT: Final = datetime.fromisoformat("2025-10-25 22:00").replace(tzinfo=UTC)
NIGHT: Final = [(MIDNIGHT + number * QUARTER).astimezone(BERLIN).replace(tzinfo=None) for number in range(28)]
"""The wall clocks of one in which the clocks go back, from midnight on."""
IN_THE_FIRST_HOUR: Final = NIGHT.index(datetime.fromisoformat("2025-10-26 02:45")) + 1


def keep_night(store: Store, values: Sequence[int]) -> int:
    """Keep a file of the night, or of its beginning, and return how many of its readings are new."""
    rows = [row(BERLIN, wall, mg_dl) for wall, mg_dl in zip(NIGHT, values, strict=False)]
    kept, _ = store.keep_file("anna", [], lambda _: rows, [], thin_before=0)
    return kept.new


@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_night_is_whole_of_which_two_files_had_rounded_some_values_differently(
    store: Store, every: int
) -> None:
    keep_night(store, [100 + (number % every == 0) for number in range(len(NIGHT))])
    keep_night(store, [100] * len(NIGHT))
    report(store, BERLIN, NIGHT)
    store.keep_only(["anna"], with_diary=["anna"])

    lose_the_login(store)

    assert stored(store) == filed(BERLIN, NIGHT)


def test_a_night_is_whole_in_which_an_earlier_file_ends(store: Store) -> None:
    keep_night(store, [100] * IN_THE_FIRST_HOUR)
    keep_night(store, [100] * len(NIGHT))
    report(store, BERLIN, NIGHT)
    store.keep_only(["anna"], with_diary=["anna"])

    lose_the_login(store)

    assert stored(store) == filed(BERLIN, NIGHT)


def test_a_night_is_whole_of_which_a_report_has_the_beginning(store: Store) -> None:
    keep_night(store, [100] * len(NIGHT))
    report(store, BERLIN, NIGHT[:IN_THE_FIRST_HOUR])
    store.keep_only(["anna"], with_diary=["anna"])
    keep_night(store, [100] * IN_THE_FIRST_HOUR + [101] * (len(NIGHT) - IN_THE_FIRST_HOUR))

    lose_the_login(store)

    assert len(stored(store)) == len(NIGHT)


@pytest.mark.parametrize("ends", [IN_THE_FIRST_HOUR, len(NIGHT)])
def test_a_file_of_such_a_night_brings_nothing_new_when_it_is_told_again(store: Store, ends: int) -> None:
    report(store, BERLIN, NIGHT[: ends - 2])
    keep_night(store, [100] * ends)

    assert keep_night(store, [100] * ends) == 0


@pytest.mark.parametrize("thin_before", [0, int(instant(WALLS[-1], BERLIN).timestamp())])
def test_what_a_file_has_told_elsewhere_does_not_come_back_beside_live_readings(
    store: Store, thin_before: int
) -> None:
    keep_filed(store, TOKYO, WALLS[:8])
    report(store, BERLIN, WALLS[:8])
    store.keep_only(["anna"], with_diary=["anna"])
    keep_live(store, *(Reading(at=instant(wall, BERLIN) + timedelta(seconds=45), mg_dl=99) for wall in WALLS))
    live = stored(store)

    keep_filed(store, BERLIN, WALLS[:8], thin_before=thin_before)
    lose_the_login(store)

    assert stored(store) == live


def test_it_does_not_when_a_file_after_that_is_taken_back(store: Store) -> None:
    keep_filed(store, TOKYO, WALLS[:8])
    report(store, BERLIN, WALLS[:8])
    store.keep_only(["anna"], with_diary=["anna"])
    keep_live(store, *(Reading(at=instant(wall, BERLIN) + timedelta(seconds=45), mg_dl=99) for wall in WALLS))
    live = stored(store)
    assert keep_filed(store, BERLIN, WALLS[:8]) == 0
    assert keep_filed(store, BERLIN, [WALLS[-1] + QUARTER]) == 1

    take_back(store)
    lose_the_login(store)

    assert stored(store) == live


def test_it_does_when_that_file_is_taken_back(store: Store) -> None:
    keep_filed(store, TOKYO, WALLS[:8])
    report(store, BERLIN, WALLS[:8])
    store.keep_only(["anna"], with_diary=["anna"])
    keep_live(
        store, *(Reading(at=instant(wall, BERLIN) + timedelta(seconds=45), mg_dl=99) for wall in WALLS[:8])
    )
    live = stored(store)
    assert keep_filed(store, BERLIN, WALLS[:9]) == 1

    take_back(store)
    lose_the_login(store)

    assert stored(store) == filed(TOKYO, WALLS[:8]) + live
