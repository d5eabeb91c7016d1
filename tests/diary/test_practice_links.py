"""How a practice's patients come and go, and how old their data are: nothing looks better than it is."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from tests.cloud_double import Account, CloudDouble, Practice, faults
from tests.support.clock import PassTime
from tests.support.diary import problem, restart
from tests.support.practices import feed_of, followed, issues, linked, shown


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")


async def test_who_left_and_is_invited_again_is_waited_for_without_a_repair(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    entry = await followed(hass, nurse, nora)
    await pass_time(hours=2)
    clinic.remove(nora)
    await pass_time(hours=32)
    assert shown(hass, "connection") == "gone"
    assert issues(hass) == ["patient_gone"]
    clinic.invite(nora)
    await pass_time(hours=4)
    assert shown(hass, "connection") == "pending"
    assert issues(hass) == []
    await pass_time(days=1)
    assert issues(hass) == []
    clinic.accept(nora)
    await pass_time(hours=7)
    assert shown(hass, "connection") == "connected"
    assert problem(entry) is None


async def test_glucose_of_a_report_is_unknown_once_it_is_old(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.pause(cloud.now() - timedelta(hours=2))
    entry = await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    assert feed_of(entry).data[nora.user_id].readings
    assert shown(hass, "glucose") == "unknown"
    assert shown(hass, "connection") == "connected"
    await pass_time(hours=3)
    assert shown(hass, "glucose") == "unknown"


async def test_no_sum_of_today_is_shown_of_a_phone_that_uploaded_nothing_today(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.began = cloud.now() - timedelta(days=4)
    nora.own.pause(cloud.now() - timedelta(days=1, hours=6))
    await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    assert len(cloud.report_orders) == 1
    assert shown(hass, "carbohydrates_today") == "unknown"
    nora.own.resume(cloud.now())
    nora.own.add_entry("carbohydrates", at=cloud.now(), amount=31)
    await pass_time(hours=7)
    assert shown(hass, "carbohydrates_today") == "31"


async def test_data_of_the_future_are_not_the_last(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.pause(cloud.now() - timedelta(hours=2))
    ahead = int((cloud.now() + timedelta(hours=3)).timestamp())
    rows = [{"id": nora.user_id, "lastAvailableData": ahead, "libreViewStatus": "Connected"}]
    cloud.fail_always("dashboard", faults.answer({"status": 0, "data": {"results": rows}}))
    await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    assert shown(hass, "last_data") < (cloud.now() - timedelta(hours=1)).isoformat()


async def test_a_week_without_a_trusted_device_wants_no_code_across_a_restart(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nurse.trusts_devices = False
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.began = cloud.now() - timedelta(days=9)
    nora.own.pause(cloud.now() - timedelta(days=4))  # So that there are few turns, and the session is idle.
    entry = await followed(hass, nurse, nora)
    cloud.log.clear()
    await pass_time(days=4)
    entry = await restart(hass, entry)
    await pass_time(days=3)
    assert not cloud.web_logins
    assert len(nurse.codes_sent) == 1
    assert problem(entry) is None
    assert issues(hass) == []
    assert len(cloud.report_orders) >= 24


async def test_who_is_gone_stays_gone_over_a_restart_until_they_are_back(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    for patient in (nora, bo):
        assert patient.own is not None
        patient.own.add_entry("carbohydrates", at=cloud.now() - timedelta(minutes=5), amount=31)
    entry = await followed(hass, nurse, nora, bo)
    await pass_time(hours=2)
    clinic.remove(nora)
    await pass_time(hours=32)
    assert issues(hass) == ["patient_gone"]
    entry = await restart(hass, entry)
    assert shown(hass, "connection") == "gone"
    assert shown(hass, "connection", "bo_e") == "connected"
    asked = len(_asked_for(cloud, nora))
    await pass_time(minutes=6)
    assert issues(hass) == ["patient_gone"]
    await pass_time(hours=11)
    assert len(_asked_for(cloud, nora)) - asked <= 2
    assert shown(hass, "connection") == "gone"
    clinic.link(nora)
    await pass_time(hours=7)
    assert issues(hass) == []
    entry = await restart(hass, entry)
    assert shown(hass, "connection") == "connected"


async def test_how_old_somebodys_data_are_is_known_over_a_restart_without_a_dashboard_that_tells_it(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    cloud.practice_forms.last_data = cloud.practice_forms.status = "absent"
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.began = cloud.now() - timedelta(days=5)
    nora.own.add_entry("carbohydrates", at=cloud.now() - timedelta(days=4), amount=31)
    entry = await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    before = shown(hass, "last_data")
    assert before > (cloud.now() - timedelta(hours=1)).isoformat()
    orders = len(cloud.report_orders)
    entry = await restart(hass, entry)
    assert shown(hass, "last_data") == before
    assert shown(hass, "connection") == "connected"
    await pass_time(hours=2)
    assert len(cloud.report_orders) > orders, "nobody is taken for silent whose data come"
    assert problem(entry) is None


async def test_who_was_invited_again_is_not_gone_for_the_dashboard_after_a_restart(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    entry = await followed(hass, nurse, nora)
    await pass_time(hours=2)
    clinic.remove(nora)
    await pass_time(hours=18)
    clinic.invite(nora)
    await pass_time(hours=4)
    assert shown(hass, "connection") == "pending"
    entry = await restart(hass, entry)
    await pass_time(minutes=6)
    assert shown(hass, "connection") == "pending"
    assert issues(hass) == []
    assert problem(entry) is None


def _asked_for(cloud: CloudDouble, patient: Account) -> list[Any]:
    return [each for each in cloud.requests("patient") if patient.user_id in each.path]
