"""A file has cut or rounded the seconds: beside a report none of its readings is lost, none is doubled."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.history.row_codec import ReadingRow, to_wall_seconds
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.history.wall_clocks import cut, rounded
from custom_components.libreview.models import Reading, Source
from tests.history.filed_readings import BERLIN, TOKYO, WALL
from tests.history.store_rows import keep_report

WALLS_CUT_AND_ROUNDED: Final = [cut, rounded]
DENSE: Final = 60
"""Seconds. No sensor measures more often."""
APART: Final = 2 * DENSE
"""Seconds between readings of which none can be taken for another one."""


class Measured(NamedTuple):
    """A reading as the sensor has measured it, by the wall clock in seconds."""

    wall: int
    mg_dl: int


type Series = list[Measured]


def series(random: Random, least: int, *, steps: Sequence[int] = (-40, -2, -1, 0, 1, 2, 40)) -> Series:
    """Return readings that lie no closer than `least` seconds, and differ from the one before by a step."""
    wall, mg_dl = to_wall_seconds(WALL), 200
    measured = []
    for _ in range(20):
        wall += least + random.choice((0, 0, 1, 7, 29, 30, 31, 59, 300))
        mg_dl += random.choice(steps)
        measured.append(Measured(wall, mg_dl))
    return measured


def some(random: Random, readings: Series) -> Series:
    return [each for each in readings if random.random() < 0.6]


def report(store: Store, readings: Series, zone: ZoneInfo) -> None:
    told = [Reading(at=_instant(wall, zone), mg_dl=mg_dl) for wall, mg_dl in readings]
    keep_report(store, told, time_zone=zone)


def keep_file(store: Store, readings: Series, zone: ZoneInfo, to_minute: Callable[[int], int]) -> None:
    rows = [
        ReadingRow(
            int(_instant(minute := to_minute(wall), zone).timestamp()),
            mg_dl,
            SOURCE_CODE[Source.CSV],
            None,
            0,
            None,
            minute,
        )
        for wall, mg_dl in readings
    ]
    store.keep_file("anna", [], lambda _: rows, [], thin_before=0)


def merged(
    path: Path,
    reported: Series,
    filed: Series,
    to_minute: Callable[[int], int],
    *,
    is_file_first: bool,
    zone: ZoneInfo = BERLIN,
) -> list[int]:
    """Return the values that there are once a report by Berlin's time and a file by `zone` are in."""
    store, kept = Store(path), []
    for _ in range(2):  # The same again changes nothing.
        for is_file in (is_file_first, not is_file_first):
            if is_file:
                keep_file(store, filed, zone, to_minute)
            else:
                report(store, reported, BERLIN)
        kept.append(store.readings("anna", 0, 2**40))
    store.close()
    assert kept[0] == kept[1]
    return sorted(each.reading.mg_dl for each in kept[0])


def union(reported: Series, filed: Series) -> list[int]:
    return sorted(each.mg_dl for each in {*reported, *filed})


def _instant(wall: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(wall, UTC).replace(tzinfo=zone).astimezone(UTC)


BOTH_ORDERS: Final = pytest.mark.parametrize("is_file_first", [False, True])
SEEDS: Final = pytest.mark.parametrize("seed", range(12))


@BOTH_ORDERS
@SEEDS
@pytest.mark.parametrize("zone", [BERLIN, TOKYO], ids=str)
@pytest.mark.parametrize("to_minute", WALLS_CUT_AND_ROUNDED)
def test_readings_two_minutes_apart_are_each_there_once(
    seed: int, to_minute: Callable[[int], int], zone: ZoneInfo, is_file_first: bool, tmp_path: Path
) -> None:
    random = Random(seed)
    measured = series(random, APART)
    reported, filed = some(random, measured), some(random, measured)

    kept = merged(tmp_path / "a.db", reported, filed, to_minute, is_file_first=is_file_first, zone=zone)

    assert kept == union(reported, filed)


@BOTH_ORDERS
@SEEDS
def test_readings_each_minute_are_each_there_once(seed: int, is_file_first: bool, tmp_path: Path) -> None:
    """Whatever part of them a report and a file tell."""
    random = Random(seed)
    measured = series(random, DENSE, steps=(-40, -2, 2, 40))
    reported, filed = some(random, measured), some(random, measured)

    kept = merged(tmp_path / "a.db", reported, filed, cut, is_file_first=is_file_first)

    assert kept == union(reported, filed)


@BOTH_ORDERS
@SEEDS
@pytest.mark.parametrize("to_minute", WALLS_CUT_AND_ROUNDED)
def test_readings_each_minute_that_both_tell_are_each_there_once(
    seed: int, to_minute: Callable[[int], int], is_file_first: bool, tmp_path: Path
) -> None:
    steps = (-40, -2, 2, 40) if to_minute is rounded else (-40, -1, 0, 1, 40)
    measured = series(Random(seed), DENSE, steps=steps)

    kept = merged(tmp_path / "a.db", measured, measured, to_minute, is_file_first=is_file_first)

    assert kept == union(measured, measured)
