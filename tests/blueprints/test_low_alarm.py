"""The blueprint that wakes people for a low."""

import asyncio
from datetime import UTC, datetime, timedelta
import re

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Person
from tests.support.automations import begin_to_start
from tests.support.clock import PassTime
from tests.support.notified_home import House
from tests.support.states import state

RANGE = "sensor.alex_example_range"
LOW, VERY_LOW = "Alex Example: Low", "Alex Example: Very low"


@pytest.fixture
async def phone(notified_home: House) -> str:
    return await notified_home.add_phone("Mum's phone")


async def test_a_low_is_notified_with_value_trend_and_age_wherever_people_want_it(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    box = await notified_home.add_postbox("ntfy")
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone, box])
    await automation_time(minutes=5)
    assert not notified_home.messages
    person.curve = lambda _: 62
    await automation_time(minutes=3)
    assert [(message.to, message.title) for message in notified_home.messages] == [(phone, LOW), (box, LOW)]
    assert {message.text for message in notified_home.messages} == {"62 mg/dL → Stable, 0 min ago"}
    assert notified_home.messages[0].data["push"]["sound"]["critical"] == 0


@pytest.mark.parametrize(("words", "says"), [("vor {min} min", r"vor \d min"), ("ago", r"\d min ago")])
async def test_how_old_the_reading_is_can_be_said_in_other_words_but_not_left_out(
    notified_home: House, phone: str, person: Person, automation_time: PassTime, words: str, says: str
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone], word_age=words)
    person.curve = lambda _: 62
    await automation_time(minutes=2)
    (message,) = notified_home.messages
    assert re.fullmatch(f"62 mg/dL → Stable, {says}", message.text)


async def test_an_urgent_low_breaks_through_the_silence_of_a_phone(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    person.curve = lambda _: 50
    await automation_time(minutes=2)
    (message,) = notified_home.messages
    assert message.title == VERY_LOW
    assert message.data["channel"] == "alarm_stream"
    assert message.data["push"]["interruption-level"] == "critical"
    assert message.data["push"]["sound"] == {"name": "default", "critical": 1, "volume": 1.0}


async def test_it_repeats_until_answered_and_begins_again_if_it_is_still_low_later(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    person.curve = lambda _: 60
    await automation_time(minutes=12, seconds=30)
    assert notified_home.titles == [LOW] * 3
    notified_home.answer()
    await automation_time(minutes=28)
    assert notified_home.titles == [LOW] * 3
    await automation_time(minutes=4)
    assert notified_home.titles == [LOW] * 4


async def test_a_button_beside_the_bed_answers_for_those_without_one_in_their_messages(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    hass.states.async_set("input_button.seen", "unknown")
    box = await notified_home.add_postbox("ntfy")
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[box], answer_with=["input_button.seen"]
    )
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    hass.states.async_set("input_button.seen", datetime.now(UTC).isoformat())
    await automation_time(minutes=25)
    assert notified_home.titles == [LOW]


async def test_an_answer_counts_while_the_next_phone_is_still_being_notified(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    slow = await notified_home.add_phone("Dad's phone")
    notified_home.phones[slow].is_there.clear()
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone, slow])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    assert [message.to for message in notified_home.messages] == [phone]
    notified_home.answer()
    notified_home.phones[slow].is_there.set()
    await automation_time(minutes=20)
    assert [message.to for message in notified_home.messages] == [phone, slow]


async def test_who_answered_a_low_is_woken_for_an_urgent_one(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    notified_home.answer()
    person.curve = lambda _: 50
    await automation_time(minutes=2)
    assert notified_home.titles == [LOW, VERY_LOW]
    notified_home.answer()
    await automation_time(minutes=25)
    assert notified_home.titles == [LOW, VERY_LOW]


@pytest.mark.parametrize("is_answered", [True, False])
async def test_help_is_called_when_nobody_answers(
    notified_home: House, phone: str, person: Person, automation_time: PassTime, is_answered: bool
) -> None:
    neighbour = await notified_home.add_postbox("neighbour")
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[phone], help_from=[neighbour]
    )
    person.curve = lambda _: 60
    await automation_time(minutes=12)
    if is_answered:
        notified_home.answer()
    await automation_time(minutes=6)
    heard = [message.text for message in notified_home.messages if message.to == neighbour]
    assert len(heard) == (0 if is_answered else 1)
    assert all(text.endswith("min ago. Nobody has answered yet") for text in heard)


async def test_an_urgent_low_that_rises_to_a_low_in_quiet_hours_goes_on_until_somebody_answers(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    neighbour = await notified_home.add_postbox("neighbour")
    await notified_home.automate(
        "low_alarm",
        person=notified_home.person,
        notify=[phone],
        help_from=[neighbour],
        quiet_from="11:00:00",
        quiet_to="15:00:00",
    )
    person.curve = lambda _: 48
    await automation_time(minutes=12)
    assert notified_home.titles == [VERY_LOW] * 3
    person.curve = lambda _: 60
    await automation_time(minutes=15)
    heard = [message for message in notified_home.messages if message.to == phone]
    assert [message.title for message in heard] == [VERY_LOW] * 3 + [LOW] * 3
    assert all(message.data["channel"] == "alarm_stream" for message in heard)
    assert {message.title for message in notified_home.messages if message.to == neighbour} == {LOW}
    notified_home.answer()
    notified_home.messages.clear()
    await automation_time(minutes=35)  # For longer than an answer counts.
    assert not notified_home.messages  # Quiet hours again.


async def test_a_call_for_help_that_quiet_hours_kept_back_is_made_afterwards(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await hass.config.async_set_time_zone("UTC")
    neighbour = await notified_home.add_postbox("neighbour")
    await notified_home.automate(
        "low_alarm",
        person=notified_home.person,
        notify=[phone],
        help_from=[neighbour],
        quiet_from="12:05:00",
        quiet_to="12:40:00",
    )
    person.curve = lambda _: 60
    await automation_time(minutes=39)
    assert notified_home.titles == [LOW]
    await automation_time(minutes=3)
    assert [message.to for message in notified_home.messages] == [phone, phone, neighbour]


@pytest.mark.parametrize(("mg_dl", "titles"), [(60, []), (50, [VERY_LOW])])
async def test_quiet_hours_keep_a_low_quiet_but_not_an_urgent_one(
    hass: HomeAssistant,
    notified_home: House,
    phone: str,
    person: Person,
    automation_time: PassTime,
    mg_dl: int,
    titles: list[str],
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[phone], quiet_from="22:00:00", quiet_to="12:30:00"
    )
    person.curve = lambda _: mg_dl
    await automation_time(minutes=4)
    assert notified_home.titles == titles
    notified_home.messages.clear()
    await automation_time(minutes=28)
    assert notified_home.titles  # The quiet hours are over.


async def test_it_says_when_glucose_is_back_and_not_at_every_step_around_the_limit(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone], repeat_every=30)
    person.curve = lambda at: 68 + 4 * (at.minute % 2)
    await automation_time(minutes=20)
    assert notified_home.titles == [LOW]
    person.curve = lambda _: 95
    await automation_time(minutes=30)
    assert notified_home.titles == [LOW, "Alex Example: In range"]
    assert notified_home.messages[-1].text.startswith("95 mg/dL")
    assert not notified_home.messages[-1].data["actions"]


async def test_when_data_stop_coming_it_says_so_once_and_sounds_no_alarm_on_what_is_old(
    notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone], repeat_every=10)
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=19)
    assert notified_home.titles == [LOW, LOW, "Alex Example: No current data"]
    # The value is called the last one, and has no arrow.
    assert notified_home.messages[-1].text == (
        "No current data. Check the Libre app or do a finger-prick test. Last value 60 mg/dL, 16 min ago"
    )
    await automation_time(minutes=35)  # Three more would have come.
    assert len(notified_home.messages) == 3


async def test_a_low_that_began_before_home_assistant_is_notified(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    begin_to_start(hass)
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    await automation_time(seconds=10)
    assert not notified_home.messages
    starting = asyncio.create_task(hass.async_start())
    await automation_time(seconds=20)
    await starting
    await automation_time(seconds=20)
    assert notified_home.titles == [LOW]


async def test_a_low_that_comes_with_the_first_reading_after_a_restart_is_notified(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    phone: str,
    person: Person,
    automation_time: PassTime,
) -> None:
    device = notified_home.person
    await hass.config_entries.async_unload(loaded.entry_id)
    await notified_home.automate("low_alarm", person=device, notify=[phone])
    await automation_time(minutes=12)
    assert state(hass, RANGE) == "unavailable"
    assert not notified_home.messages
    person.curve = lambda _: 60
    await hass.config_entries.async_setup(loaded.entry_id)
    await automation_time(minutes=2)
    assert notified_home.titles == [LOW]


async def test_nothing_is_notified_of_a_low_that_is_old_when_home_assistant_starts(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    person.pause(datetime.now(UTC))
    await automation_time(minutes=20)
    assert state(hass, RANGE) == "unknown"
    hass.set_state(CoreState.starting)
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await automation_time(minutes=30)
    assert not notified_home.messages


async def test_a_reload_in_the_middle_of_a_low_changes_nothing(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    phone: str,
    person: Person,
    automation_time: PassTime,
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    await hass.config_entries.async_reload(loaded.entry_id)
    await automation_time(minutes=3)
    assert notified_home.titles == [LOW]
    await automation_time(minutes=3)
    assert notified_home.titles == [LOW] * 2


async def test_an_alarm_that_is_switched_on_during_a_low_still_sounds(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    person.curve = lambda _: 60
    await automation_time(minutes=12)
    assert not notified_home.messages
    await hass.services.async_call("automation", "turn_on", {"entity_id": "all"}, blocking=True)
    await automation_time(minutes=10)
    assert notified_home.titles[0] == LOW


async def test_renamed_entities_are_found(
    hass: HomeAssistant, notified_home: House, phone: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone])
    registry = er.async_get(hass)
    registry.async_update_entity(RANGE, new_entity_id="sensor.zone")
    registry.async_update_entity("sensor.alex_example_glucose", new_entity_id="sensor.sugar", name="Sugar")
    await automation_time(minutes=1)
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    assert notified_home.titles == [LOW]
    assert notified_home.messages[0].text.startswith("60 mg/dL → Stable")


async def test_a_phone_that_cannot_be_reached_keeps_nobody_else_from_hearing(
    notified_home: House, person: Person, automation_time: PassTime
) -> None:
    lost = await notified_home.add_phone("Lost phone")
    notified_home.phones[lost].is_reached = False
    phone = await notified_home.add_phone("Mum's phone")
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[lost, phone])
    person.curve = lambda _: 60
    await automation_time(minutes=8)
    rich = [message.to for message in notified_home.messages if message.data]
    assert rich == [phone, phone]
    # The plain text is tried where the other way failed.
    assert [message.to for message in notified_home.messages if not message.data] == [lost, lost]


async def test_further_actions_get_what_the_notification_is_about(
    hass: HomeAssistant, notified_home: House, person: Person, automation_time: PassTime
) -> None:
    heard: list[dict[str, str]] = []
    hass.bus.async_listen("siren", lambda event: heard.append(dict(event.data)))
    siren = {"event": "siren", "event_data": {"kind": "{{ kind }}", "title": "{{ title }}"}}
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[], actions=[siren])
    begun = datetime.now(UTC)
    person.curve = lambda at: 50 if at < begun + timedelta(minutes=4) else 100
    await automation_time(minutes=15)
    assert heard == [
        {"kind": "very_low", "title": VERY_LOW},
        {"kind": "back", "title": "Alex Example: In range"},
    ]
