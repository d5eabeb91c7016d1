"""What a person sees of the diary: the last entries, the sums of the day, and an event for each new entry."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.libreview.binary_sensor import BINARY_SENSORS
from custom_components.libreview.button import BUTTONS
from custom_components.libreview.calendar import CALENDARS
from custom_components.libreview.event import EVENTS
from custom_components.libreview.person.snapshot import Feed
from custom_components.libreview.sensor import SENSORS
from tests.cloud_double import Account, CloudDouble, EntryKind, Person, Uom, faults
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.diary_logins import set_up_and_read
from tests.support.entries import own_entry_of
from tests.support.feeds import refresh
from tests.support.states import state

CARBOHYDRATES, NOTE = EntryKind.CARBOHYDRATES, EntryKind.NOTE
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN
JAMIE = "sensor.jamie_sample_"
EVENT = "event.jamie_sample_diary_entry"


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant is where the person lives: noon in UTC is two o'clock there."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture
def fired(hass: HomeAssistant) -> Callable[[], list[dict[str, Any]]]:
    """The attributes of the events that have fired so far, one per change of state."""
    events = async_capture_events(hass, EVENT_STATE_CHANGED)

    def so_far() -> list[dict[str, Any]]:
        ours = [
            (event.data["old_state"], event.data["new_state"])
            for event in events
            if event.data["entity_id"] == EVENT and event.data["old_state"] and event.data["new_state"]
        ]
        return [
            {
                key: value
                for key, value in new.attributes.items()
                if key not in ("event_types", "friendly_name")
            }
            for old, new in ours
            if old.state != new.state
        ]

    return so_far


def found(hass: HomeAssistant, entity_id: str) -> State:
    state = hass.states.get(entity_id)
    assert state is not None
    return state


# Which entities there are.


@pytest.mark.usefixtures("every_entity")
@pytest.mark.parametrize(
    "platform",
    [Platform.BINARY_SENSOR, Platform.BUTTON, Platform.CALENDAR, Platform.EVENT, Platform.SENSOR],
)
async def test_entities_of_the_diary_alone_are_as_recorded(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    platform: Platform,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert patient.sensor is not None
    patient.sensor.product = 4  # It has a reading every five minutes, so that there is a change.
    patient.began = NOON - timedelta(days=15)  # So that there are fourteen days of readings.
    patient.add_entry(NOTE, at=NOON - timedelta(days=1), text="Long walk")
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    patient.add_entry(RAPID, at=NOON - timedelta(hours=1), amount=4.5)
    patient.add_entry(LONG, at=NOON - timedelta(hours=16))
    monkeypatch.setattr("custom_components.libreview.PLATFORMS", [platform])
    entry = await set_up(hass, own_entry_of(own_account))
    await refresh(entry, patient.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


def keys(hass: HomeAssistant, entry: MockConfigEntry, patient: Person) -> set[str]:
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.unique_id.removeprefix(f"{entry.unique_id}_{patient.patient_id}_") for entity in entities}


DESCRIPTIONS = [
    each for each in (*BINARY_SENSORS, *BUTTONS, *CALENDARS, *EVENTS, *SENSORS) if not each.is_of_patient
]
ALWAYS = {description.key for description in DESCRIPTIONS if description.feed is None}
OF_LIVE = {description.key for description in DESCRIPTIONS if description.feed is Feed.LIVE}
OF_THE_DIARY = {
    description.key
    for description in DESCRIPTIONS
    if description.feed is Feed.DIARY and not description.is_of_patient
}


async def test_a_person_has_the_entities_of_the_feeds_there_are(
    hass: HomeAssistant, own_account: Account, patient: Person, cloud: CloudDouble
) -> None:
    entry = await set_up(hass, own_entry_of(own_account))
    assert keys(hass, entry, patient) == ALWAYS | OF_THE_DIARY
    cloud.start_sharing(own_account, patient)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "live": True})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert keys(hass, entry, patient) == ALWAYS | OF_THE_DIARY | OF_LIVE
    assert len(dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)) == 1


async def test_the_entities_of_a_feed_go_with_it(
    hass: HomeAssistant, own_account: Account, patient: Person, cloud: CloudDouble
) -> None:
    cloud.start_sharing(own_account, patient)
    entry = await set_up(hass, own_entry_of(own_account, live=True))
    hass.config_entries.async_update_entry(entry, data={**entry.data, "live": False})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert keys(hass, entry, patient) == ALWAYS | OF_THE_DIARY
    assert hass.states.get(f"{JAMIE}trend") is None


async def test_followers_without_a_diary_have_nothing_of_it(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person
) -> None:
    assert keys(hass, loaded, person) == ALWAYS | OF_LIVE


# Glucose.


async def test_glucose_of_the_diary_alone_is_never_current_for_its_time_is_a_wall_clocks(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.curve = lambda _: 58
    await set_up(hass, own_entry_of(own_account))
    assert state(hass, f"{JAMIE}glucose") == "unknown"
    await pass_time(seconds=30)
    last = state(hass, f"{JAMIE}last_reading")
    for _ in range(3):
        assert state(hass, f"{JAMIE}glucose") == "unknown"
        assert state(hass, f"{JAMIE}range") == "unknown"
        assert state(hass, "binary_sensor.jamie_sample_low_glucose") == "unknown"
        assert state(hass, "binary_sensor.jamie_sample_no_current_data") == "on"
        assert state(hass, f"{JAMIE}last_reading") == last != "unknown"
        await pass_time(minutes=8)


async def test_a_phone_in_another_time_zone_makes_no_old_reading_a_current_one(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.curve = lambda _: 55
    patient.travel(datetime.now(UTC) - timedelta(days=5), timedelta(hours=3))
    patient.pause(datetime.now(UTC) - timedelta(minutes=55))
    await set_up(hass, own_entry_of(own_account))
    await pass_time(seconds=30)
    assert state(hass, f"{JAMIE}glucose") == "unknown"
    assert state(hass, "binary_sensor.jamie_sample_low_glucose") == "unknown"
    assert state(hass, "binary_sensor.jamie_sample_no_current_data") == "on"


@pytest.mark.parametrize(
    ("silent", "glucose"), [(timedelta(hours=2), "58"), (timedelta(hours=25), "unknown")]
)
async def test_glucose_of_the_diary_is_current_only_while_live_readings_have_shown_the_phones_clock(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    silent: timedelta,
    glucose: str,
) -> None:
    patient.curve = lambda _: 58
    cloud.start_sharing(own_account, patient)
    await set_up(hass, own_entry_of(own_account, live=True))
    await pass_time(minutes=2)
    cloud.fail_always("connections", faults.status(500))
    cloud.fail_always("graph", faults.status(500))
    await pass_time(seconds=silent.total_seconds(), step=600)
    start = datetime.now(UTC)
    # A report tells a reading for each quarter of an hour, and the newest is to be young for some minutes.
    while not any(each.at.minute % 15 < 10 for each in cloud.requests("long_poll", start)):
        await pass_time(minutes=1)
    await pass_time(minutes=1)
    assert state(hass, f"{JAMIE}glucose") == glucose


async def test_glucose_of_the_diary_is_in_the_unit_that_was_learnt(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    own_account.uom = Uom.MMOL_L
    entry = own_entry_of(own_account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"unit": "mmol/L"})
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(seconds=30)
    assert (glucose := hass.states.get(f"{JAMIE}glucose"))
    assert glucose.attributes["unit_of_measurement"] == "mmol/L"


# The last entries.


async def test_the_last_doses_carry_amount_time_and_precision(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(days=3), amount=9)
    patient.add_entry(RAPID, at=NOON - timedelta(days=2, minutes=20), amount=4.5)
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(minutes=20), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    rapid = found(hass, f"{JAMIE}last_rapid_acting")
    assert (float(rapid.state), rapid.attributes["unit_of_measurement"]) == (4.5, "U")
    assert rapid.attributes["at"] == "2026-05-30T13:00:00+02:00"
    assert rapid.attributes["precision"] == "hour"
    assert rapid.attributes["has_amount"] is True
    carbohydrates = found(hass, f"{JAMIE}last_carbohydrates")
    assert (carbohydrates.state, carbohydrates.attributes["unit_of_measurement"]) == ("45", "g")
    assert state(hass, f"{JAMIE}last_long_acting") == "unknown"
    assert "at" not in found(hass, f"{JAMIE}last_long_acting").attributes


async def test_a_dose_without_amount_is_the_last_one_all_the_same(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(LONG, at=NOON - timedelta(days=1), amount=14)
    patient.add_entry(LONG, at=NOON - timedelta(hours=1))
    await set_up_and_read(hass, own_account, pass_time)
    dose = found(hass, f"{JAMIE}last_long_acting")
    assert dose.state == "unknown"
    assert dose.attributes["has_amount"] is False
    assert dose.attributes["at"] == "2026-06-01T13:00:00+02:00"


async def test_a_note_is_shown_as_far_as_a_state_can_and_kept_in_full(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    text = "Slept badly; " * 30
    patient.add_entry(NOTE, at=NOON - timedelta(hours=1), text=text.strip())
    await set_up_and_read(hass, own_account, pass_time)
    note = found(hass, f"{JAMIE}last_note")
    assert note.state == text[:255]
    assert note.attributes["text"] == text.strip()
    assert note.attributes["at"] == "2026-06-01T13:00:00+02:00"


async def test_a_dose_of_nine_hours_ago_is_of_nine_hours_ago_whenever_home_assistant_was_started(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=9), amount=1.25)
    patient.add_entry(LONG, at=NOON - timedelta(hours=8))
    patient.add_entry(NOTE, at=NOON - timedelta(hours=7), text="Long walk")
    entry = await set_up_and_read(hass, own_account, pass_time)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(seconds=30)

    rapid = found(hass, f"{JAMIE}last_rapid_acting_time")
    assert (rapid.state, rapid.attributes["dose"]) == ((NOON - timedelta(hours=9)).isoformat(), "1.25 U")
    assert rapid.attributes["precision"] == "hour"
    without_amount = found(hass, f"{JAMIE}last_long_acting_time")
    assert (without_amount.state, without_amount.attributes["dose"]) == (
        (NOON - timedelta(hours=8)).isoformat(),
        "no_amount",
    )
    note = found(hass, f"{JAMIE}last_note_time")
    assert (note.state, note.attributes["text"]) == ((NOON - timedelta(hours=7)).isoformat(), "Long walk")
    never = found(hass, f"{JAMIE}last_carbohydrates_time")
    assert never.state == "unknown"
    assert "dose" not in never.attributes


@pytest.mark.parametrize("amount", [0.04, 0.05, 1.25, 0.125])
async def test_people_see_as_many_digits_of_a_dose_as_were_written(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    pass_time: PassTime,
    entity_registry: er.EntityRegistry,
    amount: float,
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=1), amount=amount)
    await set_up_and_read(hass, own_account, pass_time)
    for entity_id in (f"{JAMIE}last_rapid_acting", f"{JAMIE}rapid_acting_today"):
        assert state(hass, entity_id) == str(amount)
        entity = entity_registry.async_get(entity_id)
        assert entity is not None
        assert "sensor.private" not in entity.options  # The display precision that is suggested.


# The sums of the day.


async def test_what_was_entered_today_is_summed_up_by_the_persons_own_day(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)
    patient.add_entry(CARBOHYDRATES, at=midnight - timedelta(hours=1), amount=100)
    patient.add_entry(CARBOHYDRATES, at=midnight, amount=10)
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    today = found(hass, f"{JAMIE}carbohydrates_today")
    assert (today.state, today.attributes["unit_of_measurement"]) == ("55", "g")
    assert datetime.fromisoformat(today.attributes["last_reset"]) == midnight
    assert (today.attributes["entries"], today.attributes["without_amount"]) == (2, 0)
    assert datetime.fromisoformat(today.attributes["as_of"]) - NOON < timedelta(seconds=30)
    assert state(hass, f"{JAMIE}rapid_acting_today") == "0"


async def test_a_sum_that_lacks_an_amount_is_unknown(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=5), amount=4)
    patient.add_entry(RAPID, at=NOON - timedelta(hours=1))
    await set_up_and_read(hass, own_account, pass_time)
    today = found(hass, f"{JAMIE}rapid_acting_today")
    assert today.state == "unknown"
    assert (today.attributes["known_amount"], today.attributes["without_amount"]) == (4, 1)
    assert today.attributes["at_least"] == "≥ 4 U"


async def test_a_sum_says_at_least_only_where_it_is_not_known_and_something_is(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=5), amount=4)
    patient.add_entry(LONG, at=NOON - timedelta(hours=1))
    await set_up_and_read(hass, own_account, pass_time)
    known, unknown = found(hass, f"{JAMIE}rapid_acting_today"), found(hass, f"{JAMIE}long_acting_today")
    assert (known.state, unknown.state) == ("4", "unknown")
    assert "at_least" not in known.attributes
    assert "at_least" not in unknown.attributes  # "At least 0 U" says nothing, and looks like no dose.


@pytest.mark.parametrize(
    ("odd", "rapid", "long"),
    [
        ({"RapidInsulin": [{"Timestamp": "2026-06-01T09:00:00", "Value": "6½"}]}, "unknown", "0"),
        ({"RapidInsulin": [{"Timestamp": "Breakfast", "Value": 6}]}, "unknown", "0"),
        ({"InsulinDoses": [{"Timestamp": "2026-06-01T09:00:00", "Units": 6}]}, "unknown", "unknown"),
        ({"StepCount": 6000}, "4", "0"),
    ],
    ids=["half a number", "no time", "no type", "something else"],
)
async def test_a_dose_that_is_not_understood_leaves_its_sum_unknown_after_a_restart_too(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    odd: dict[str, Any],
    rapid: str,
    long: str,
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=5), amount=4)

    def add(report: dict[str, Any]) -> dict[str, Any]:
        days = report["Data"]["Days"]
        report["Data"]["Days"] = [*days[:-1], days[-1] | {"Log": {"Insulin": odd}}]
        return report

    cloud.edit_report = add
    entry = await set_up_and_read(hass, own_account, pass_time)
    assert (state(hass, f"{JAMIE}rapid_acting_today"), state(hass, f"{JAMIE}long_acting_today")) == (
        rapid,
        long,
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert (state(hass, f"{JAMIE}rapid_acting_today"), state(hass, f"{JAMIE}long_acting_today")) == (
        rapid,
        long,
    )


async def test_the_sums_of_today_are_unknown_before_the_diary_was_read(
    hass: HomeAssistant, own_account: Account
) -> None:
    await set_up(hass, own_entry_of(own_account))
    today = found(hass, f"{JAMIE}rapid_acting_today")
    assert today.state == "unknown"
    assert "as_of" not in today.attributes


async def test_a_sum_grows_unknown_when_no_report_has_come_for_three_hours(
    hass: HomeAssistant, own_account: Account, patient: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    patient.add_entry(RAPID, at=NOON - timedelta(hours=1), amount=4)
    await set_up_and_read(hass, own_account, pass_time)
    cloud.fail_always("reports", faults.status(500))
    as_of = datetime.fromisoformat(found(hass, f"{JAMIE}rapid_acting_today").attributes["as_of"])
    left = as_of + timedelta(hours=3) - datetime.now(UTC)
    await pass_time(seconds=left.total_seconds() - 1)
    assert state(hass, f"{JAMIE}rapid_acting_today") == "4"
    await pass_time(seconds=2)
    assert state(hass, f"{JAMIE}rapid_acting_today") == "unknown"
    assert state(hass, f"{JAMIE}last_rapid_acting") == "4"


async def test_sums_begin_anew_at_the_persons_midnight(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    midnight = datetime(2026, 6, 1, 22, tzinfo=UTC)
    await pass_time(seconds=(midnight - datetime.now(UTC)).total_seconds() - 1)
    assert state(hass, f"{JAMIE}carbohydrates_today") == "45"
    await pass_time(seconds=2)
    today = found(hass, f"{JAMIE}carbohydrates_today")
    assert today.state == "0"
    assert datetime.fromisoformat(today.attributes["last_reset"]) == midnight


# The event.


async def test_each_new_entry_fires_once_in_order_and_those_of_before_never(
    hass: HomeAssistant,
    own_account: Account,
    patient: Person,
    pass_time: PassTime,
    fired: Callable[[], list[dict[str, Any]]],
) -> None:
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=1), amount=45)
    await set_up_and_read(hass, own_account, pass_time)
    patient.add_entry(NOTE, at=NOON + timedelta(minutes=20), text="Before sport")
    patient.add_entry(CARBOHYDRATES, at=NOON - timedelta(hours=2), amount=20)  # Uploaded late.
    patient.add_entry(LONG, at=NOON + timedelta(minutes=21))
    patient.add_entry(RAPID, at=NOON + timedelta(minutes=21), amount=4.5)
    await pass_time(minutes=80)
    noon = {"at": "2026-06-01T14:00:00+02:00", "precision": "hour"}
    first, *others = fired()
    assert first == {
        "event_type": "carbohydrates",
        "at": "2026-06-01T12:00:00+02:00",
        "precision": "hour",
        "amount": 20,
        "unit": "g",
    }
    assert sorted(others, key=lambda each: str(each["event_type"])) == [
        {"event_type": "long_acting_insulin", **noon},
        {"event_type": "note", "text": "Before sport", **noon},
        {"event_type": "rapid_acting_insulin", "amount": 4.5, "unit": "U", **noon},
    ]
    await pass_time(minutes=160)
    assert len(fired()) == 4


async def test_an_entry_is_on_the_sensors_when_its_event_fires(
    hass: HomeAssistant, own_account: Account, patient: Person, pass_time: PassTime
) -> None:
    await set_up_and_read(hass, own_account, pass_time)
    seen = []
    hass.bus.async_listen(
        EVENT_STATE_CHANGED,
        lambda event: (
            seen.append(state(hass, f"{JAMIE}rapid_acting_today"))
            if event.data["entity_id"] == EVENT
            else None
        ),
    )
    patient.add_entry(RAPID, at=NOON + timedelta(minutes=5), amount=3)
    await pass_time(minutes=80)
    assert seen == ["3"]
