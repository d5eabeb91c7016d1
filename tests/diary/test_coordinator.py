"""When reports are asked for, and what is told of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.account.account import async_open_libreview
from custom_components.libreview.diary.coordinator import DiaryCoordinator
from custom_components.libreview.diary.subject import ReportSubject
from custom_components.libreview.entry_data import own_login
from custom_components.libreview.history.history import History
from custom_components.libreview.models import DiaryEntry
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import (
    DIARY,
    ago,
    diary,
    dose,
    entries,
    minutes_between,
    reports,
    restart,
)
from tests.support.entries import entry_of, own_entry_of, subentry_data
from tests.support.event_recorder import Heard
from tests.support.feeds import diary_feeds
from tests.support.states import state

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
def heard(hass: HomeAssistant) -> Heard:
    """What the diary event tells from now on."""
    return Heard.listen(hass, DIARY)


# What is asked for.


async def test_the_first_report_is_on_ninety_days_and_nothing_of_it_is_new(
    hass: HomeAssistant,
    own_entry: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    heard: Heard,
    pass_time: PassTime,
) -> None:
    amounts = [dose(patient, ago(days=days)) for days in (89, 30, 1, 0)]
    await set_up(hass, own_entry)
    assert not reports(cloud)
    await pass_time(seconds=30)
    assert [order.first.date() for order in cloud.report_orders] == [(ago(days=90)).date()]
    assert [each.amount for each in entries(own_entry)] == amounts
    assert not heard.told


async def test_after_a_long_absence_no_more_than_ninety_days_are_asked_for(
    hass: HomeAssistant, diary_read: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(diary_read.entry_id)
    await pass_time(days=200, step=86400)
    await hass.config_entries.async_setup(diary_read.entry_id)
    await pass_time(seconds=30)
    assert cloud.report_orders[-1].first.date() == ago(days=90).date()


async def test_the_days_are_those_of_the_persons_own_zone(
    hass: HomeAssistant, own_account: Account, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    persons = [subentry_data(patient, time_zone="Pacific/Auckland")]
    await set_up(hass, own_entry_of(own_account, persons=persons))
    await pass_time(seconds=30)
    assert cloud.report_orders[0].first.date() == (datetime.now(UTC) + timedelta(hours=12, days=-90)).date()


# When it is asked for.


async def test_reports_come_every_45_to_75_minutes_on_two_days_more_than_is_new_with_one_sign_in(
    diary_read: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await pass_time(hours=4)
    pauses = minutes_between(reports(cloud))
    assert len(pauses) >= 3
    assert 45 <= min(pauses) <= max(pauses) <= 76
    since = {order.first.date() for order in cloud.report_orders[1:]}
    assert since == {(ago().astimezone(BERLIN) - timedelta(days=2)).date()}
    assert len(cloud.web_logins) == 1


async def test_a_restart_asks_soon_but_not_within_five_minutes(
    hass: HomeAssistant, diary_read: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    entry = diary_read
    for _ in range(4):
        await pass_time(seconds=40)
        entry = await restart(hass, entry)
    assert len(reports(cloud)) == 1
    await pass_time(minutes=6)
    entry = await restart(hass, entry)
    await pass_time(seconds=30)
    assert len(reports(cloud)) >= 2
    assert min(minutes_between(reports(cloud))) >= 5


async def test_whoever_asks_again_and_again_has_one_report_a_minute(
    diary_read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=10)
    amount = dose(patient)
    cloud.log.clear()
    for _ in range(5):
        await diary(diary_read).async_refresh_now()
        await pass_time(seconds=11)
    assert len(reports(cloud)) == 1
    assert entries(diary_read)[-1].amount == amount


async def test_a_ticket_that_ended_is_renewed_by_one_sign_in(
    hass: HomeAssistant, diary_read: MockConfigEntry, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await hass.config_entries.async_unload(diary_read.entry_id)
    await pass_time(hours=3)
    await hass.config_entries.async_setup(diary_read.entry_id)
    await pass_time(hours=5)
    assert len(cloud.web_logins) == 2
    assert diary(diary_read).problem is None


# Several at once.


async def test_of_two_followed_persons_each_diary_login_brings_its_own(
    hass: HomeAssistant,
    account: Account,
    own_account: Account,
    person: Person,
    patient: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
) -> None:
    cloud.start_sharing(account, patient)
    alex = cloud.add_account(Account(email="alex@example.com", own=person))
    own = {patient.patient_id: own_account, person.patient_id: alex}
    diaries = [own[each.patient_id] for each in account.follows]
    entry = await set_up(hass, entry_of(account, diaries=diaries))
    cloud.fail_always("long_poll", faults.answer({"operation": "error"}))
    amount = dose(patient)
    await pass_time(seconds=40)
    feeds = diary_feeds(entry)
    assert set(feeds) == {"libreview.subentry-alex", "libreview.subentry-jamie"}
    assert {feed.problem and feed.problem.key for feed in feeds.values()} == {"report_failed"}
    cloud.heal()
    await pass_time(minutes=7)
    jamie = feeds["libreview.subentry-jamie"]
    assert [each.amount for each in jamie.data[patient.patient_id].entries] == [amount]
    assert state(hass, "sensor.jamie_sample_glucose") == "120"


@pytest.fixture
async def practice(
    hass: HomeAssistant, own_entry: MockConfigEntry, patient: Person
) -> Callable[..., Awaitable[DiaryCoordinator]]:
    """A feed of one login for several persons, here all with the same reports but for strangers."""
    own_entry.add_to_hass(hass)
    login = own_login(own_entry)

    async def started(*names: str, strangers: Sequence[str] = ()) -> DiaryCoordinator:
        client = await async_open_libreview(hass, own_entry, login)
        persons = [
            ReportSubject(
                patient_id=name,
                cloud_id="a stranger" if name in strangers else patient.patient_id,
                time_zone=BERLIN,
            )
            for name in names
        ]
        feed = DiaryCoordinator(
            hass, own_entry, login, client, history=History(hass, own_entry), persons=persons
        )
        await feed.async_load()
        feed.start()
        return feed

    return started


async def test_persons_of_one_login_take_turns(
    practice: Callable[..., Awaitable[DiaryCoordinator]], cloud: CloudDouble, pass_time: PassTime
) -> None:
    feed = await practice("one", "two", "three")
    await pass_time(minutes=2)
    assert all(each.read_at for each in feed.data.values())
    turns: list[str] = []
    before = {name: each.read_at for name, each in feed.data.items()}
    for _ in range(360):
        await pass_time(minutes=1)
        after = {name: each.read_at for name, each in feed.data.items()}
        turns += [name for name in after if after[name] != before[name]]
        before = after
    assert len(turns) >= 12
    assert turns == [("one", "two", "three")[number % 3] for number in range(len(turns))]
    assert min(minutes_between(reports(cloud)[3:])) >= 15


async def test_a_turn_in_the_future_of_a_wrong_clock_costs_nobody_theirs(
    practice: Callable[..., Awaitable[DiaryCoordinator]], pass_time: PassTime
) -> None:
    feed = await practice("one", "two")
    await pass_time(minutes=2)
    feed._records["one"].attempted_at = ago(days=-300)
    before = feed.data["one"].read_at
    await pass_time(hours=3)
    assert feed.data["one"].read_at != before


async def test_a_person_whom_the_cloud_does_not_load_costs_nobody_else_anything(
    practice: Callable[..., Awaitable[DiaryCoordinator]],
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
) -> None:
    feed = await practice("one", "gone", strangers=["gone"])
    told: list[DiaryEntry] = []
    feed.async_listen_for_entries("one", told.extend)
    await pass_time(minutes=2)
    amount = dose(patient)
    await pass_time(hours=5)
    assert [each.amount for each in told] == [amount]
    assert feed.data["gone"].read_at is None
    assert len(cloud.report_orders) in range(4, 8)
    assert min(minutes_between(reports(cloud)[2:])) >= 22
