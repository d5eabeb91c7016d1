"""The five minutes between two reports of a practice's login, whatever people and clocks do meanwhile."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from tests.cloud_double import Account, CloudDouble, Practice
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import restart
from tests.support.practices import feed_of, linked, minutes_between_orders, practice_entry, stash_session


async def test_who_is_removed_right_after_their_turn_brings_nobody_elses_forward(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, [nora, bo]))
    await pass_time(minutes=1)
    [order] = cloud.report_orders
    [subentry_id] = [
        key for key, each in entry.subentries.items() if each.unique_id == order.person.patient_id
    ]
    hass.config_entries.async_remove_subentry(entry, subentry_id)
    await pass_time(minutes=1)
    await feed_of(entry).async_request_news()
    await pass_time(minutes=20)
    assert len(cloud.report_orders) >= 2
    assert min(minutes_between_orders(cloud)) >= 5


async def test_a_clock_that_was_set_back_during_a_restart_brings_no_turn_forward(
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    pass_time: PassTime,
    freezer: FrozenDateTimeFactory,
) -> None:
    [nora] = linked(cloud, clinic, "Nora Example")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, [nora]))
    await pass_time(minutes=1)
    assert len(cloud.report_orders) == 1
    freezer.move_to(datetime.now(UTC) - timedelta(minutes=30))
    entry = await restart(hass, entry)
    await feed_of(entry).async_request_news()
    await pass_time(minutes=1)
    await feed_of(entry).async_request_news()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(cloud.report_orders) == 1
    await pass_time(minutes=6)
    assert len(cloud.report_orders) == 2


async def test_a_short_wait_of_the_cloud_brings_no_turn_forward(
    hass: HomeAssistant, cloud: CloudDouble, clinic: Practice, nurse: Account, pass_time: PassTime
) -> None:
    nora, bo = linked(cloud, clinic, "Nora Example", "Bo Example")
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, [nora, bo]))
    await pass_time(minutes=1)
    feed_of(entry).client.session.pause(30)
    await feed_of(entry).async_request_news()
    await pass_time(minutes=15)
    assert len(cloud.report_orders) >= 2
    assert min(minutes_between_orders(cloud)) >= 5
