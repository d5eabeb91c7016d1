"""The blueprint that tries the alarm, and says who would have heard it."""

from datetime import UTC, datetime

from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.notified_home import House

TEST, RESULT = "TEST: Alex Example", "Result of the test: Alex Example"


@pytest.fixture(autouse=True)
async def notifications(hass: HomeAssistant) -> None:
    """Where Home Assistant itself shows messages, as it always can."""
    assert await async_setup_component(hass, "persistent_notification", {})


@pytest.fixture
async def mum(notified_home: House) -> str:
    return await notified_home.add_phone("Mum's phone")


@pytest.fixture
async def dad(notified_home: House) -> str:
    return await notified_home.add_phone("Dad's phone")


async def run(hass: HomeAssistant) -> None:
    """Press *Run actions*."""
    pressed = {"entity_id": "automation.try_my_alarm"}
    hass.async_create_task(hass.services.async_call("automation", "trigger", pressed, blocking=True))


def result(house: House) -> list[str]:
    """The lines of the result, which everybody is told alike."""
    heard = {message.text for message in house.messages if message.title == RESULT}
    (shown,) = _async_get_or_create_notifications(house.hass).values()
    assert heard == {shown["message"]}
    return shown["message"].splitlines()


async def test_it_sounds_as_an_urgent_low_would_and_calls_itself_a_test(
    hass: HomeAssistant, notified_home: House, mum: str, automation_time: PassTime
) -> None:
    await notified_home.automate("try_my_alarm", person=notified_home.person, notify=[mum])
    await automation_time(hours=1)
    assert not notified_home.messages
    await run(hass)
    await automation_time(minutes=1)
    (message,) = notified_home.messages
    assert message.title == TEST
    assert message.text == "Only a test of the alarm. Please press the button. 120 mg/dL → Stable"
    assert message.data["channel"] == "alarm_stream"
    assert message.data["push"]["interruption-level"] == "critical"
    assert message.data["push"]["sound"] == {"name": "default", "critical": 1, "volume": 1.0}
    assert [action["title"] for action in message.data["actions"]] == ["I am on it"]


async def test_it_says_who_answered_who_did_not_and_who_could_not_be_told(
    hass: HomeAssistant, notified_home: House, mum: str, dad: str, automation_time: PassTime
) -> None:
    lost = await notified_home.add_phone("Lost phone")
    notified_home.phones[lost].is_reached = False
    box = await notified_home.add_postbox("ntfy")
    await notified_home.automate(
        "try_my_alarm", person=notified_home.person, notify=[mum, dad, lost, box, "notify.nobody"]
    )
    await run(hass)
    await automation_time(minutes=2)
    notified_home.answer(dad)
    await automation_time(minutes=2, seconds=50)
    assert {message.title for message in notified_home.messages} == {TEST}
    await automation_time(seconds=30)
    assert result(notified_home) == [
        "Mum's phone: did not answer",
        "Dad's phone: answered after 2 min",
        "Lost phone: told, without a button to answer with",
        "ntfy: told, without a button to answer with",
        "notify.nobody: could not be told",
    ]
    told = {message.to for message in notified_home.messages if message.title == RESULT}
    assert told == {mum, dad, lost, box}


async def test_it_ends_as_soon_as_every_phone_has_answered(
    hass: HomeAssistant, notified_home: House, mum: str, dad: str, automation_time: PassTime
) -> None:
    await notified_home.automate("try_my_alarm", person=notified_home.person, notify=[mum, dad])
    await run(hass)
    await automation_time(minutes=1)
    for phone in (mum, mum, dad):
        notified_home.answer(phone)
        await automation_time(seconds=1)
    assert result(notified_home) == ["Mum's phone: answered after 1 min", "Dad's phone: answered after 1 min"]


async def test_a_button_of_the_house_answers_and_starts(
    hass: HomeAssistant, notified_home: House, automation_time: PassTime
) -> None:
    box = await notified_home.add_postbox("ntfy")
    bed = {"friendly_name": "Beside the bed"}
    hass.states.async_set("input_button.bed", "unknown", bed)
    hass.states.async_set("input_button.try", "unknown")
    await notified_home.automate(
        "try_my_alarm",
        person=notified_home.person,
        notify=[box],
        start_with=["input_button.try"],
        answer_with=["input_button.bed"],
    )
    hass.states.async_set("input_button.try", datetime.now(UTC).isoformat())
    await automation_time(minutes=1)
    assert notified_home.titles == [TEST]
    hass.states.async_set("input_button.bed", datetime.now(UTC).isoformat(), bed)
    await automation_time(minutes=5)
    assert result(notified_home) == [
        "ntfy: told, without a button to answer with",
        "Beside the bed: answered after 1 min",
    ]


@pytest.mark.parametrize(
    ("days", "mg_dl", "titles"),
    [(["mon"], 120, [TEST]), (["mon"], 60, []), (["tue"], 120, []), ([], 120, [])],
)
async def test_it_comes_every_week_at_its_time_but_never_in_the_middle_of_a_low(
    hass: HomeAssistant,
    notified_home: House,
    mum: str,
    person: Person,
    automation_time: PassTime,
    days: list[str],
    mg_dl: int,
    titles: list[str],
) -> None:
    await hass.config.async_set_time_zone("UTC")  # It is a Monday.
    person.curve = lambda _: mg_dl
    await notified_home.automate(
        "try_my_alarm", person=notified_home.person, notify=[mum], days=days, at="12:05:00"
    )
    await automation_time(minutes=4)
    assert not notified_home.messages
    await automation_time(minutes=2)
    assert notified_home.titles == titles


async def test_another_button_is_no_answer(
    hass: HomeAssistant, notified_home: House, mum: str, automation_time: PassTime
) -> None:
    await notified_home.automate("try_my_alarm", person=notified_home.person, notify=[mum])
    await run(hass)
    await automation_time(minutes=1)
    hass.bus.async_fire("mobile_app_notification_action", {"action": "LIBREVIEW_LOW_1"})
    hass.bus.async_fire("mobile_app_notification_action", {"action": "OPEN"})
    await automation_time(minutes=5)
    assert result(notified_home) == ["Mum's phone: did not answer"]


async def test_it_can_be_tried_while_there_are_no_data(
    hass: HomeAssistant, notified_home: House, mum: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate("try_my_alarm", person=notified_home.person, notify=[mum])
    person.pause(datetime.now(UTC))
    await automation_time(minutes=20)
    await run(hass)
    await automation_time(minutes=1)
    assert [message.text for message in notified_home.messages] == [
        "Only a test of the alarm. Please press the button"
    ]
