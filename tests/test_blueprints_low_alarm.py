"""The blueprint that wakes people for a low."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Person
from tests.house import House
from tests.shown import state

PassTime = Callable[..., Awaitable[None]]
RANGE = "sensor.alex_example_range"
LOW, VERY_LOW = "Alex Example: Low", "Alex Example: Very low"


@pytest.fixture
async def phone(house: House) -> str:
    return await house.add_phone("Mum's phone")


async def test_a_low_is_told_with_value_trend_and_age_wherever_people_want_it(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    box = await house.add_postbox("ntfy")
    await house.automate("low_alarm", person=house.person, notify=[phone, box])
    await house_time(minutes=5)
    assert not house.messages
    person.curve = lambda _: 62
    await house_time(minutes=3)
    assert [(message.to, message.title) for message in house.messages] == [(phone, LOW), (box, LOW)]
    assert {message.text for message in house.messages} == {"62 mg/dL → Stable, 0 min"}
    assert house.messages[0].data["push"]["sound"]["critical"] == 0


async def test_an_urgent_low_breaks_through_the_silence_of_a_phone(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    person.curve = lambda _: 50
    await house_time(minutes=2)
    (message,) = house.messages
    assert message.title == VERY_LOW
    assert message.data["channel"] == "alarm_stream"
    assert message.data["push"]["interruption-level"] == "critical"
    assert message.data["push"]["sound"] == {"name": "default", "critical": 1, "volume": 1.0}


async def test_it_repeats_until_answered_and_begins_again_if_it_is_still_low_later(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    person.curve = lambda _: 60
    await house_time(minutes=12, seconds=30)
    assert house.titles == [LOW] * 3
    house.answer()
    await house_time(minutes=28)
    assert house.titles == [LOW] * 3
    await house_time(minutes=4)
    assert house.titles == [LOW] * 4


async def test_a_button_beside_the_bed_answers_for_those_without_one_in_their_messages(
    hass: HomeAssistant, house: House, person: Person, house_time: PassTime
) -> None:
    hass.states.async_set("input_button.seen", "unknown")
    box = await house.add_postbox("ntfy")
    await house.automate("low_alarm", person=house.person, notify=[box], answer_with=["input_button.seen"])
    person.curve = lambda _: 60
    await house_time(minutes=2)
    hass.states.async_set("input_button.seen", datetime.now(UTC).isoformat())
    await house_time(minutes=25)
    assert house.titles == [LOW]


async def test_an_answer_counts_while_the_next_phone_is_still_being_told(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    slow = await house.add_phone("Dad's phone")
    house.phones[slow].is_there.clear()
    await house.automate("low_alarm", person=house.person, notify=[phone, slow])
    person.curve = lambda _: 60
    await house_time(minutes=2)
    assert [message.to for message in house.messages] == [phone]
    house.answer()
    house.phones[slow].is_there.set()
    await house_time(minutes=20)
    assert [message.to for message in house.messages] == [phone, slow]


async def test_who_answered_a_low_is_woken_for_an_urgent_one(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    person.curve = lambda _: 60
    await house_time(minutes=2)
    house.answer()
    person.curve = lambda _: 50
    await house_time(minutes=2)
    assert house.titles == [LOW, VERY_LOW]
    house.answer()
    await house_time(minutes=25)
    assert house.titles == [LOW, VERY_LOW]


@pytest.mark.parametrize("is_answered", [True, False])
async def test_help_is_called_when_nobody_answers(
    house: House, phone: str, person: Person, house_time: PassTime, is_answered: bool
) -> None:
    neighbour = await house.add_postbox("neighbour")
    await house.automate("low_alarm", person=house.person, notify=[phone], help_from=[neighbour])
    person.curve = lambda _: 60
    await house_time(minutes=12)
    if is_answered:
        house.answer()
    await house_time(minutes=6)
    heard = [message.text for message in house.messages if message.to == neighbour]
    assert len(heard) == (0 if is_answered else 1)
    assert all(text.endswith("min. Nobody has answered yet") for text in heard)


@pytest.mark.parametrize(("mg_dl", "titles"), [(60, []), (50, [VERY_LOW])])
async def test_quiet_hours_keep_a_low_quiet_but_not_an_urgent_one(
    hass: HomeAssistant,
    house: House,
    phone: str,
    person: Person,
    house_time: PassTime,
    mg_dl: int,
    titles: list[str],
) -> None:
    await hass.config.async_set_time_zone("UTC")
    await house.automate(
        "low_alarm", person=house.person, notify=[phone], quiet_from="22:00:00", quiet_to="12:30:00"
    )
    person.curve = lambda _: mg_dl
    await house_time(minutes=4)
    assert house.titles == titles
    house.messages.clear()
    await house_time(minutes=28)
    assert house.titles  # The quiet hours are over.


async def test_it_says_when_glucose_is_back_and_not_at_every_step_around_the_limit(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone], repeat_every=30)
    person.curve = lambda at: 68 + 4 * (at.minute % 2)
    await house_time(minutes=20)
    assert house.titles == [LOW]
    person.curve = lambda _: 95
    await house_time(minutes=30)
    assert house.titles == [LOW, "Alex Example: In range"]
    assert house.messages[-1].text.startswith("95 mg/dL")
    assert not house.messages[-1].data["actions"]


async def test_when_data_stop_coming_it_says_so_once_and_sounds_no_alarm_on_what_is_old(
    house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone], repeat_every=10)
    person.curve = lambda _: 60
    await house_time(minutes=2)
    person.pause(datetime.now(UTC))
    await house_time(minutes=19)
    assert house.titles == [LOW, LOW, "Alex Example: ⚠"]
    assert house.messages[-1].text.startswith("No current data any more.")
    assert "60 mg/dL" in house.messages[-1].text
    await house_time(hours=2, step=30)
    assert len(house.messages) == 3


async def test_a_low_that_began_before_home_assistant_is_told(
    hass: HomeAssistant, house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    person.curve = lambda _: 60
    await house_time(minutes=2)
    hass.set_state(CoreState.starting)
    await house.automate("low_alarm", person=house.person, notify=[phone])
    await house_time(seconds=10)
    assert not house.messages
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house_time(seconds=20)
    assert house.titles == [LOW]


async def test_a_low_that_comes_with_the_first_reading_after_a_restart_is_told(
    hass: HomeAssistant,
    house: House,
    loaded: MockConfigEntry,
    phone: str,
    person: Person,
    house_time: PassTime,
) -> None:
    device = house.person
    await hass.config_entries.async_unload(loaded.entry_id)
    await house.automate("low_alarm", person=device, notify=[phone])
    await house_time(minutes=12)
    assert state(hass, RANGE) == "unavailable"
    assert not house.messages
    person.curve = lambda _: 60
    await hass.config_entries.async_setup(loaded.entry_id)
    await house_time(minutes=2)
    assert house.titles == [LOW]


async def test_nothing_is_told_of_a_low_that_is_old_when_home_assistant_starts(
    hass: HomeAssistant, house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    person.curve = lambda _: 60
    await house_time(minutes=2)
    person.pause(datetime.now(UTC))
    await house_time(minutes=20)
    assert state(hass, RANGE) == "unknown"
    hass.set_state(CoreState.starting)
    await house.automate("low_alarm", person=house.person, notify=[phone])
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await house_time(minutes=30)
    assert not house.messages


async def test_a_reload_in_the_middle_of_a_low_changes_nothing(
    hass: HomeAssistant,
    house: House,
    loaded: MockConfigEntry,
    phone: str,
    person: Person,
    house_time: PassTime,
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    person.curve = lambda _: 60
    await house_time(minutes=2)
    await hass.config_entries.async_reload(loaded.entry_id)
    await house_time(minutes=3)
    assert house.titles == [LOW]
    await house_time(minutes=3)
    assert house.titles == [LOW] * 2


async def test_an_alarm_that_is_switched_on_during_a_low_still_sounds(
    hass: HomeAssistant, house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
    person.curve = lambda _: 60
    await house_time(minutes=12)
    assert not house.messages
    await hass.services.async_call("automation", "turn_on", {"entity_id": "all"}, blocking=True)
    await house_time(minutes=10)
    assert house.titles[0] == LOW


async def test_renamed_entities_are_found(
    hass: HomeAssistant, house: House, phone: str, person: Person, house_time: PassTime
) -> None:
    await house.automate("low_alarm", person=house.person, notify=[phone])
    registry = er.async_get(hass)
    registry.async_update_entity(RANGE, new_entity_id="sensor.zone")
    registry.async_update_entity("sensor.alex_example_glucose", new_entity_id="sensor.sugar", name="Sugar")
    await house_time(minutes=1)
    person.curve = lambda _: 60
    await house_time(minutes=2)
    assert house.titles == [LOW]
    assert house.messages[0].text.startswith("60 mg/dL → Stable")


async def test_a_phone_that_cannot_be_reached_keeps_nobody_else_from_hearing(
    house: House, person: Person, house_time: PassTime
) -> None:
    lost = await house.add_phone("Lost phone")
    house.phones[lost].is_reached = False
    phone = await house.add_phone("Mum's phone")
    await house.automate("low_alarm", person=house.person, notify=[lost, phone])
    person.curve = lambda _: 60
    await house_time(minutes=8)
    rich = [message.to for message in house.messages if message.data]
    assert rich == [phone, phone]
    # The plain text is tried where the other way failed.
    assert [message.to for message in house.messages if not message.data] == [lost, lost]


async def test_further_actions_are_told_what_it_is_about(
    hass: HomeAssistant, house: House, person: Person, house_time: PassTime
) -> None:
    heard: list[dict[str, str]] = []
    hass.bus.async_listen("siren", lambda event: heard.append(dict(event.data)))
    siren = {"event": "siren", "event_data": {"kind": "{{ kind }}", "title": "{{ title }}"}}
    await house.automate("low_alarm", person=house.person, notify=[], actions=[siren])
    begun = datetime.now(UTC)
    person.curve = lambda at: 50 if at < begun + timedelta(minutes=4) else 100
    await house_time(minutes=15)
    assert heard == [
        {"kind": "very_low", "title": VERY_LOW},
        {"kind": "back", "title": "Alex Example: In range"},
    ]
