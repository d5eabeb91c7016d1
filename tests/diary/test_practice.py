"""A practice's patients: their turns, the states in which they stand to it, and the session kept alive."""

from collections import Counter
from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.dashboard.cause import cause_message
from tests.cloud_double import Account, CloudDouble, LinkStatus, Practice, faults
from tests.cloud_double.practice_wire import MISSING, NO_UPLOADS, STATUSES
from tests.support.clock import PassTime
from tests.support.diary import problem, restart
from tests.support.practices import (
    feed_of,
    followed,
    issues,
    linked,
    minutes_between_orders,
    patient_account,
    shown,
)

ALLOWED = {
    "user",
    "dashboard",
    "patient",
    "patient_settings",
    "reports",
    "channel",
    "long_poll",
    "report_page",
}
"""What is asked for of a practice that is set up."""


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")


# Reading.


async def test_a_patients_diary_arrives_by_the_calls_that_are_known_and_no_other(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.add_entry("carbohydrates", at=cloud.now() - timedelta(minutes=5), amount=31)
    await followed(hass, nurse, nora)
    cloud.log.clear()
    await pass_time(minutes=1)
    assert shown(hass, "last_carbohydrates") == "31"
    assert shown(hass, "connection") == "connected"
    assert shown(hass, "last_data") != "unknown"
    await pass_time(hours=5)
    assert {each.endpoint for each in cloud.log} <= ALLOWED
    assert 4 <= len(cloud.requests("reports")) <= 7


async def test_who_never_uploaded_has_no_sum_of_nothing(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.has_reading = False
    entry = await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    assert shown(hass, "connection") == "no_uploads"
    assert shown(hass, "carbohydrates_today") == "unknown"
    entry = await restart(hass, entry)
    assert shown(hass, "carbohydrates_today") == "unknown"
    nora.own.has_reading = True
    await pass_time(hours=4)
    assert shown(hass, "connection") == "connected"
    assert problem(entry) is None


@pytest.mark.parametrize("form", sorted(NO_UPLOADS))
async def test_no_uploads_are_shown_in_every_form(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime, form: str
) -> None:
    cloud.practice_forms.no_uploads = form
    [nora] = linked(cloud, clinic, "Nora Example")
    assert nora.own is not None
    nora.own.has_reading = False
    await followed(hass, nurse, nora)
    await pass_time(minutes=1)
    assert shown(hass, "connection") == "no_uploads"


# Turns.


async def test_all_have_their_turns_five_minutes_apart_whatever_comes_between(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    patients = linked(cloud, clinic, *(f"Pat{number} Example" for number in range(15)))
    entry = await followed(hass, nurse, *patients)
    await pass_time(hours=2)
    first = Counter(order.person.patient_id for order in cloud.report_orders[:15])
    assert set(first.values()) == {1}
    await feed_of(entry).async_request_news()
    entry = await restart(hass, entry)
    await feed_of(entry).async_request_news()
    await pass_time(hours=4)
    assert min(minutes_between_orders(cloud)) >= 5
    turns = Counter(order.person.patient_id for order in cloud.report_orders)
    assert len(turns) == 15
    assert min(turns.values()) >= 4


async def test_a_few_are_read_about_once_an_hour(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    patients = linked(cloud, clinic, "Nora Example", "Bo Example")
    await followed(hass, nurse, *patients)
    await pass_time(hours=10)
    turns = Counter(order.person.first_name for order in cloud.report_orders)
    assert all(8 <= count <= 14 for count in turns.values()), turns
    assert len(cloud.requests("dashboard")) == 1


async def test_somebody_by_hand_has_news_once_the_floor_allows_it(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    entry = await followed(hass, nurse, nora)
    await pass_time(minutes=2)
    assert len(cloud.report_orders) == 1
    await feed_of(entry).async_refresh_now()
    assert len(cloud.report_orders) == 1
    await pass_time(minutes=5)
    await feed_of(entry).async_refresh_now()
    assert len(cloud.report_orders) == 2
    await pass_time(minutes=4)
    assert len(cloud.report_orders) == 2


async def test_who_has_nothing_new_is_read_less_often_until_there_is(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    assert nora.own is not None
    nora.own.began = cloud.now() - timedelta(days=9)
    nora.own.pause(cloud.now() - timedelta(days=4))
    await followed(hass, nurse, nora, bo)
    await pass_time(hours=18)
    turns = Counter(order.person.first_name for order in cloud.report_orders)
    assert turns["Nora"] <= 4
    assert turns["Bo"] >= 14
    nora.own.resume(cloud.now())
    cloud.report_orders.clear()
    await pass_time(hours=5)
    assert [order.person.first_name for order in cloud.report_orders].count("Nora") >= 2


# Who stands how to the practice.


async def test_who_is_invited_is_waited_for_in_silence_and_read_once_they_accept(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora = cloud.add_account(patient_account(cloud, "Nora Example"))
    clinic.invite(nora)
    entry = await followed(hass, nurse, nora)
    await pass_time(days=1)
    assert shown(hass, "connection") == "pending"
    assert not cloud.requests("patient")
    assert problem(entry) is None
    assert issues(hass) == []
    clinic.accept(nora)
    await pass_time(hours=3.5)
    assert shown(hass, "connection") == "connected"
    assert cloud.report_orders


async def test_who_leaves_keeps_nobody_else_from_being_read_and_has_one_repair_after_a_day(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    entry = await followed(hass, nurse, nora, bo)
    await pass_time(hours=2)
    clinic.remove(nora)
    cloud.report_orders.clear()
    await pass_time(hours=18)
    assert shown(hass, "connection") == "gone"
    cause = cause_message(entry.runtime_data.persons[nora.user_id])
    assert (cause["key"], cause["repair"]) == ("not_shared", False)
    assert issues(hass) == []
    assert {order.person.first_name for order in cloud.report_orders} == {"Bo"}
    assert len(cloud.report_orders) >= 14
    await pass_time(hours=14)
    assert issues(hass) == ["patient_gone"]
    assert problem(entry) is None
    clinic.link(nora)
    await pass_time(hours=7)
    assert issues(hass) == []
    assert shown(hass, "connection") == "connected"


@pytest.mark.parametrize("form", sorted(MISSING))
async def test_who_leaves_is_recognised_in_every_form(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime, form: str
) -> None:
    cloud.practice_forms.missing = form
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    entry = await followed(hass, nurse, nora, bo)
    await pass_time(hours=1)
    clinic.remove(nora)
    await pass_time(hours=4)
    assert shown(hass, "connection") == "gone"
    assert shown(hass, "connection", "bo_e") == "connected"
    assert problem(entry) is None


@pytest.mark.parametrize("form", sorted(STATUSES))
async def test_a_status_in_any_form_keeps_nobody_from_being_read(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime, form: str
) -> None:
    cloud.practice_forms.status = form
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    clinic.patients[1].status = LinkStatus.PENDING
    entry = await followed(hass, nurse, nora, bo)
    await pass_time(hours=1)
    assert shown(hass, "connection") == "connected"
    is_told = form not in ("number", "absent")
    assert shown(hass, "connection", "bo_e") == ("pending" if is_told else "no_uploads")
    assert problem(entry) is None


async def test_a_dashboard_that_is_not_understood_keeps_nobody_from_being_read(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    cloud.fail_always("dashboard", faults.status(404))
    [nora] = linked(cloud, clinic, "Nora Example")
    entry = await followed(hass, nurse, nora)
    await pass_time(hours=3)
    assert shown(hass, "connection") == "connected"
    assert problem(entry) is None
    cloud.heal()
    cloud.fail_always("dashboard", faults.status(500))
    await pass_time(hours=3)
    assert problem(entry) is None
    assert len(cloud.report_orders) >= 4


async def test_a_login_that_left_the_practice_is_told_of_and_goes_on_once_it_is_back(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    entry = await followed(hass, nurse, nora, bo)
    await pass_time(hours=1)
    clinic.members.clear()
    await pass_time(hours=4)
    assert issues(hass) == ["not_a_member"]
    assert problem(entry) == "not_a_member"
    cloud.log.clear()
    await pass_time(hours=5)
    assert len(cloud.log) < 40
    clinic.members.append(nurse)
    await pass_time(hours=9)
    assert issues(hass) == []
    assert problem(entry) is None


# Staying signed in.


async def test_a_practice_without_anybody_stays_signed_in_too(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    entry = await followed(hass, nurse)
    cloud.log.clear()
    await pass_time(days=1)
    assert {each.endpoint for each in cloud.log} == {"user"}
    assert len(cloud.log) < 60
    assert problem(entry) is None


async def test_a_clock_that_was_a_day_ahead_holds_nobody_up(
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    entry = await followed(hass, nurse, nora, bo)
    freezer.tick(timedelta(days=1))
    await pass_time(hours=1)
    freezer.move_to(cloud.now() - timedelta(days=1))
    entry.runtime_data.async_on_clock_jump(-86400.0)
    cloud.report_orders.clear()
    await pass_time(hours=3)
    assert {order.person.first_name for order in cloud.report_orders} == {"Nora", "Bo"}


async def test_a_ticket_outlives_days_in_which_nobody_is_read(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nurse.trusts_devices = False
    nora = cloud.add_account(patient_account(cloud, "Nora Example"))
    clinic.invite(nora)
    entry = await followed(hass, nurse, nora)
    cloud.log.clear()
    await pass_time(days=2)
    entry = await restart(hass, entry)
    await pass_time(days=1)
    assert not cloud.web_logins
    assert len(nurse.codes_sent) == 1
    assert problem(entry) is None


async def test_a_ticket_that_lives_for_minutes_is_renewed_in_time(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    cloud.web_ticket_life = timedelta(minutes=20)
    nurse.trusts_devices = False
    [nora] = linked(cloud, clinic, "Nora Example")
    await followed(hass, nurse, nora)
    cloud.log.clear()
    await pass_time(hours=12)
    assert not cloud.web_logins
    assert len(cloud.log) < 12 * 20


@pytest.mark.parametrize("trusts", [True, False])
async def test_a_lost_session_needs_a_code_only_where_no_device_is_trusted_and_sends_none_unasked(
    *,
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    pass_time: PassTime,
    trusts: bool,
) -> None:
    nurse.trusts_devices = trusts
    [nora] = linked(cloud, clinic, "Nora Example")
    entry = await followed(hass, nurse, nora)
    await pass_time(hours=1)
    cloud.log.clear()
    cloud.end_web_session(nurse)
    await pass_time(hours=6)
    assert len(cloud.web_logins) == 1
    assert issues(hass) == ([] if trusts else ["second_factor"])
    assert problem(entry) == (None if trusts else "second_factor")
    assert len(nurse.codes_sent) == 1
