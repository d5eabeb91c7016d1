"""People may do without a recorder."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.history.statistics import StatisticsBackfill
from tests.history.conftest import EIGHT, PATIENT, HoursInMemory
from tests.support.clock import PassTime


async def test_without_a_recorder_nothing_is_logged_and_hours_stay_due(
    hass: HomeAssistant,
    memory: HoursInMemory,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    memory.bring(EIGHT - timedelta(hours=1))
    keeper = StatisticsBackfill(hass, memory, [PATIENT], lambda _: "sensor.jamie_glucose")
    keeper.start()
    await pass_time(minutes=2)
    keeper.async_schedule()
    await pass_time(minutes=2)
    keeper.stop()
    assert memory.due
    assert not [record for record in caplog.records if record.name.startswith("custom_components")]
    assert "Error" not in caplog.text
