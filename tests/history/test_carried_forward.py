"""Hours of a downtime, for which the recorder carries the last value forward, tell the truth afterwards."""

from datetime import timedelta

from custom_components.libreview.history.statistics import StatisticsBackfill
from tests.history.conftest import BYSTANDER, EIGHT, HoursInMemory, House

HOUR = timedelta(hours=1)
DOWN = EIGHT + timedelta(hours=2, minutes=20)
UP = EIGHT + timedelta(hours=6, minutes=12)
DARK = [EIGHT + number * HOUR for number in range(3, 6)]
"""The hours that passed as a whole while Home Assistant was down."""


async def restart(recorded_home: House, memory: HoursInMemory, *late: int) -> None:
    """Home Assistant loses its power and comes back, catches up, and learns of hours by their number."""
    recorded_home.glucose = lambda now: 100 + now.minute % 7
    await recorded_home.live_until(DOWN)
    await recorded_home.wake(UP)
    for number in late:
        memory.bring(EIGHT + number * HOUR, mean=90, low=60, high=130)
    await recorded_home.live_until(UP.replace(minute=0) + HOUR)


async def test_the_recorder_itself_draws_a_flat_line(recorded_home: House, memory: HoursInMemory) -> None:
    """What the rest of this file is about."""
    await restart(recorded_home, memory, *range(2, 7))
    rows = await recorded_home.rows()
    assert {rows[hour] for hour in DARK} == {(106, 106, 106)}


async def test_a_flat_line_gives_way_to_the_readings_that_came_late(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    await restart(recorded_home, memory, *range(2, 7))
    rows = await recorded_home.rows()
    assert [rows.pop(EIGHT + number * HOUR) for number in range(2, 7)] == [(90, 60, 130)] * 5
    assert rows.keys() == {EIGHT, EIGHT + HOUR}
    bystander = await recorded_home.rows(BYSTANDER)
    assert bystander.keys() == {EIGHT + number * HOUR for number in range(7)}


async def test_an_hour_that_nobody_measured_never_gets_a_row_of_nothing(
    recorded_home: House, memory: HoursInMemory, keeper: StatisticsBackfill
) -> None:
    """Home Assistant's history graph would break off with an error."""
    for hour in (*DARK, EIGHT - HOUR):
        memory.mark(hour)
    await restart(recorded_home, memory)
    rows = await recorded_home.rows()
    assert [rows[hour] for hour in DARK] == [(106, 106, 106)] * 3
    assert EIGHT - HOUR not in rows
    assert memory.due == {}
