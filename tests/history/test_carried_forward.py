"""Hours of a downtime, for which the recorder carries the last value forward, tell the truth afterwards."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.libreview.history.statistics import StatisticsKeeper
from tests.history.conftest import BYSTANDER, EIGHT, PATIENT, HoursInMemory, House

HOUR = timedelta(hours=1)
DOWN = EIGHT + timedelta(hours=2, minutes=20)
UP = EIGHT + timedelta(hours=6, minutes=12)
GAP = (None, None, None)
DARK = [EIGHT + number * HOUR for number in range(3, 6)]
"""The hours that passed as a whole while Home Assistant was down."""

type Restart = Callable[..., Awaitable[None]]


@pytest.fixture
def restart(house: House, store: HoursInMemory) -> Restart:
    """Home Assistant is down for hours, and catches up. Ends when the first hour after that is over."""

    async def restarting(*late: datetime, since: datetime = EIGHT, up: datetime = UP) -> None:
        store.kept_since = since
        await house.live_until(DOWN)
        house.freezer.move_to(up)
        for hour in late:
            store.bring(hour, mean=90, low=60, high=130)
        keeper = StatisticsKeeper(house.hass, store, [PATIENT], house.find_sensor)
        keeper.start()
        await house.wake(up)
        await house.at(up + timedelta(seconds=50))
        house.show()
        await house.live_until(up.replace(minute=0) + HOUR)
        keeper.stop()

    return restarting


async def test_the_recorder_itself_draws_a_flat_line(house: House) -> None:
    """What the rest of this file is about."""
    house.glucose = lambda now: 100 + now.minute % 7
    await house.live_until(DOWN)
    await house.wake(UP)
    rows = await house.rows()
    assert {rows[hour] for hour in DARK} == {(106, 106, 106)}


async def test_a_flat_line_gives_way_to_the_readings_that_came_late(house: House, restart: Restart) -> None:
    await restart(*DARK)
    rows = await house.rows()
    assert [rows[hour] for hour in DARK] == [(90, 60, 130)] * 3


async def test_a_flat_line_without_readings_becomes_a_gap(house: House, restart: Restart) -> None:
    await restart(DARK[1])
    rows = await house.rows()
    assert [rows[hour] for hour in DARK] == [GAP, (90, 60, 130), GAP]


async def test_the_hours_beside_are_put_right_too(
    house: House, store: HoursInMemory, restart: Restart
) -> None:
    store.know(EIGHT + 2 * HOUR, mean=101, low=99, high=103)
    store.know(EIGHT + 6 * HOUR, mean=102, low=100, high=104)
    await restart()
    rows = await house.rows()
    assert rows[EIGHT + 2 * HOUR] == (101, 99, 103)
    assert rows[EIGHT + 6 * HOUR] == (102, 100, 104)
    assert rows[EIGHT + HOUR] == (100, 100, 100)  # As it was shown live.


async def test_the_bystander_keeps_its_hours(house: House, restart: Restart) -> None:
    await restart(*DARK)
    rows = await house.rows(BYSTANDER)
    assert rows.keys() == {EIGHT + number * HOUR for number in range(7)}
    assert all(None not in row for row in rows.values())


async def test_hours_from_before_anything_was_kept_stay_as_they_are(house: House, restart: Restart) -> None:
    await restart(since=DARK[1] + timedelta(minutes=10))
    rows = await house.rows()
    assert [rows[hour] for hour in DARK] == [(100, 100, 100), (100, 100, 100), GAP]


async def test_where_nothing_is_kept_nothing_is_known(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    store.kept_since = None
    await house.live_until(EIGHT + HOUR)
    store.hours.clear()
    await house.live_until(EIGHT + 2 * HOUR)
    assert set((await house.rows()).values()) == {(100, 100, 100)}


@pytest.mark.parametrize("recorder_config", [{"purge_keep_days": 2}])
async def test_a_flat_line_longer_than_the_recorder_keeps_states_is_found(
    house: House, restart: Restart
) -> None:
    await restart(up=UP + timedelta(days=4))
    rows = await house.rows()
    carried = [row for hour, row in rows.items() if DOWN < hour < UP + timedelta(days=4) - HOUR]
    assert len(carried) >= 2 * 24
    assert set(carried) == {GAP}


async def test_a_steady_hour_that_was_measured_stays(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    store.know(EIGHT, mean=100, low=100, high=100)
    await house.live_until(EIGHT + HOUR)
    assert await house.rows() == {EIGHT: (100, 100, 100)}


async def test_an_hour_of_a_silent_sensor_has_no_row(
    house: House, store: HoursInMemory, keeper: StatisticsKeeper
) -> None:
    house.glucose = lambda now: None if now > EIGHT + timedelta(minutes=30) else 100
    await house.live_until(EIGHT + 3 * HOUR)
    assert (await house.rows()).keys() == {EIGHT}


@pytest.mark.parametrize("period", ["hour", "day"])
async def test_a_gap_is_told_as_nothing_to_those_who_ask(
    hass: HomeAssistant,
    house: House,
    restart: Restart,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
    period: str,
) -> None:
    await restart()
    login = await hass.auth.async_create_refresh_token(hass_admin_user, "https://example.com/")
    client = await hass_ws_client(hass, hass.auth.async_create_access_token(login))
    await client.send_json_auto_id(
        {
            "type": "recorder/statistics_during_period",
            "start_time": EIGHT.isoformat(),
            "statistic_ids": [house.sensor],
            "period": period,
            "types": ["mean", "min", "max"],
        }
    )
    answer: dict[str, Any] = await client.receive_json()
    rows = answer["result"][house.sensor]
    if period == "day":
        assert [(row["min"], row["max"]) for row in rows] == [(100, 120)]
    else:
        told = {datetime.fromtimestamp(row["start"] / 1000, UTC): row["mean"] for row in rows}
        assert [told[hour] for hour in DARK] == [None] * 3
