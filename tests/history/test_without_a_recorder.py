"""People may do without a recorder."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.history.statistics import StatisticsKeeper
from tests.history.conftest import EIGHT, PATIENT, HoursInMemory


async def test_nothing_happens_quietly_and_hours_stay_due(
    hass: HomeAssistant,
    store: HoursInMemory,
    pass_time: Callable[..., Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.bring(EIGHT - timedelta(hours=1))
    keeper = StatisticsKeeper(hass, store, [PATIENT], lambda _: "sensor.jamie_glucose")
    keeper.start()
    await pass_time(minutes=2)
    keeper.async_news()
    await pass_time(minutes=2)
    keeper.stop()
    assert store.due
    assert not [record for record in caplog.records if record.name.startswith("custom_components")]
    assert "Error" not in caplog.text
