"""A day of thirty patients, and what it asks of the cloud."""

from collections import Counter
from datetime import timedelta

from homeassistant.core import HomeAssistant

from tests.cloud_double import CloudDouble, Practice, professional
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import minutes_between, problem
from tests.support.practices import linked, practice_entry, stash_session

PATIENTS = 30


async def test_everybody_is_read_eight_times_five_minutes_apart_with_one_code(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime
) -> None:
    nurse = professional(trusts_devices=False)
    clinic = cloud.add_practice(Practice(members=[nurse]))
    patients = linked(cloud, clinic, *(f"Pat{number} Example" for number in range(PATIENTS)))
    for patient in patients:
        assert patient.own is not None
        patient.own.cadence = timedelta(minutes=30)
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    cloud.log.clear()
    await pass_time(days=1)
    turns = Counter(order.person.patient_id for order in cloud.report_orders)
    assert len(turns) == PATIENTS
    assert min(turns.values()) >= 8
    assert min(minutes_between([each.at for each in cloud.requests("reports")])) >= 5
    asked = Counter(each.endpoint for each in cloud.log)
    assert asked["dashboard"] <= 8
    assert asked["export"] == asked["search"] == asked["web_login"] == 0
    assert len(cloud.log) <= 24 * 12 * 8
    assert len(nurse.codes_sent) == 1
    assert problem(entry) is None
