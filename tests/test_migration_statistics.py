"""The long-term statistics of the older integration's glucose sensor go on."""

from datetime import timedelta

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    async_list_statistic_ids,
    statistics_during_period,
)
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.support.legacy_entry import legacy_entities, legacy_entry


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock: Recorder, enable_custom_integrations: None) -> None:
    """In this order, for the recorder has to be there before Home Assistant."""


@pytest.mark.parametrize(
    ("uom", "unit", "mean"), [("mg/dl", "mg/dL", 110.0), ("mmol/L", "mmol/L", 6.1)], ids=["mg/dL", "mmol/L"]
)
async def test_statistics_go_on_in_their_unit_under_its_proper_name(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    uom: str,
    unit: str,
    mean: float,
) -> None:
    entry = legacy_entry(account, uom=uom)
    glucose = legacy_entities(hass, entry, account, person)["glucose_reading"]
    hour = NOON - timedelta(hours=3)
    async_import_statistics(
        hass,
        StatisticMetaData(
            source="recorder",
            statistic_id=glucose,
            name=None,
            unit_of_measurement=uom,
            unit_class=None,
            mean_type=StatisticMeanType.ARITHMETIC,
            has_sum=False,
        ),
        [StatisticData(start=hour, mean=mean, min=mean, max=mean)],
    )
    await async_wait_recording_done(hass)
    await set_up(hass, entry)
    await async_wait_recording_done(hass)
    (known,) = await async_list_statistic_ids(hass, {glucose})
    assert known["statistics_unit_of_measurement"] == unit
    assert known["unit_class"] == "blood_glucose_concentration"
    rows = await hass.async_add_executor_job(
        lambda: statistics_during_period(hass, hour, None, {glucose}, "hour", None, {"mean"})
    )
    assert [row["mean"] for row in rows[glucose]] == [mean]
