"""What a file or a report changes is the same in however small batches it is merged."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from custom_components.libreview.glucose.hourly import Hour
from custom_components.libreview.history import merge_plan
from custom_components.libreview.history.store import Store
from tests.history.filed_readings import (
    BERLIN,
    QUARTER,
    TOKYO,
    WALL,
    WALLS,
    filed,
    instant,
    keep_filed,
    report,
    row,
    stored,
)
from tests.history.random_readings import RandomReadings
from tests.history.store_rows import emptied

WHOLE: Final = 10**6
"""More than there are rows."""
SIZES: Final = [1, 3, WHOLE]
SECOND_PASS: Final = datetime.fromisoformat("2025-10-26 02:15").replace(fold=1)
"""In the hour that the clock shows twice."""
STEPS: Final = 8
EVER: Final = 2**40


@pytest.fixture(params=SIZES)
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(merge_plan, "BATCH", request.param)
    return int(request.param)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_told_is_kept_alike(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for size in (3, WHOLE):
        monkeypatch.setattr(merge_plan, "BATCH", size)
        told.append(list(RandomReadings(seed, tmp_path / f"{size}.db").run(STEPS)))

    small, whole = told
    assert small == whole


@pytest.mark.usefixtures("batch")
def test_of_two_values_of_a_minute_the_first_is_kept(store: Store) -> None:
    rows = [row(BERLIN, wall, mg_dl) for wall in WALLS[:9] for mg_dl in (120, 121)]

    planned = store.plan_file("anna", rows, [], thin_before=0)

    assert store.keep_file("anna", [], lambda _: rows, [], thin_before=0) == planned
    assert stored(store) == filed(BERLIN, WALLS[:9], 120)


@pytest.mark.usefixtures("batch")
def test_old_readings_are_counted_as_they_are_kept(store: Store) -> None:
    walls = [WALL + number * timedelta(minutes=5) for number in range(12)]

    new = keep_filed(store, BERLIN, walls, thin_before=EVER)

    assert (new, stored(store)) == (4, filed(BERLIN, walls[::3]))


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("zones", [(BERLIN, TOKYO), (TOKYO, BERLIN)])
def test_no_old_reading_is_lost_where_one_stood_that_has_yet_to_move(
    store: Store, zones: tuple[ZoneInfo, ZoneInfo]
) -> None:
    before, after = zones
    keep_filed(store, before, WALLS)

    keep_filed(store, after, WALLS, thin_before=EVER)

    assert stored(store) == filed(after, WALLS)


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("fold", [0, 1])
def test_a_reading_of_a_doubled_hour_is_no_copy_of_the_other_one_that_a_report_has(
    store: Store, fold: int
) -> None:
    report(store, BERLIN, [SECOND_PASS.replace(fold=fold)])
    walls = [SECOND_PASS.replace(fold=0), SECOND_PASS]

    assert keep_filed(store, BERLIN, walls) == 1

    kept = [at.replace(second=0) for at, _, _ in stored(store)]
    assert kept == [instant(wall, BERLIN) for wall in walls]


@pytest.mark.usefixtures("batch")
def test_an_hour_that_is_left_in_parts_is_noted_as_it_was_before(store: Store) -> None:
    noon = int(instant(WALL, BERLIN).timestamp())
    keep_filed(store, BERLIN, WALLS[:2], 100)
    keep_filed(store, BERLIN, WALLS[2:4], 120)

    keep_filed(store, TOKYO, WALLS[:4], 100)

    assert emptied(store)[noon] == Hour(mean=110, low=100, high=120, covered=3600)
    store.settle_hours("anna", store.due_hours("anna", EVER), {})
    keep_filed(store, BERLIN, [WALL - QUARTER, *WALLS])
    assert noon not in emptied(store)
