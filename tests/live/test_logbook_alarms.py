"""The alarms of the person's Libre app, out of the logbook, as events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    mock_restore_cache_with_extra_data,
)

from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.curve import Curve
from tests.cloud_double.person import Alarm, Uom
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of

Fired = Callable[[], list[dict[str, Any]]]

ALARM = "event.alex_example_alarm"


def falls_to(mg_dl: int, *, after: timedelta = timedelta(minutes=3), lasts: timedelta | None = None) -> Curve:
    """Well at 120 until shortly after noon, and afterwards again."""

    def curve(at: datetime) -> float:
        begun, over = at >= NOON + after, lasts is not None and at >= NOON + after + lasts
        return mg_dl if begun and not over else 120

    return curve


@pytest.fixture
def fired(hass: HomeAssistant) -> Fired:
    """What has fired so far: kind, time and glucose of each."""
    events = async_capture_events(hass, EVENT_STATE_CHANGED)

    def so_far() -> list[dict[str, Any]]:
        return [
            {key: new.attributes[key] for key in ("event_type", "at", "glucose")}
            for event in events
            if event.data["entity_id"] == ALARM
            and (old := event.data["old_state"]) is not None
            and (new := event.data["new_state"]) is not None
            and old.state != new.state
            and "unavailable" not in (old.state, new.state)
        ]

    return so_far


@pytest.mark.parametrize(
    ("mg_dl", "kind", "uom", "glucose"),
    [
        (62, "low", Uom.MG_DL, 62),
        (50, "urgent_low", Uom.MG_DL, 50),
        (260, "high", Uom.MG_DL, 260),
        (62, "low", Uom.MMOL_L, 3.4),
        (260, "high", Uom.MMOL_L, 14.4),
    ],
)
async def test_an_alarm_fires_once_with_its_time_and_glucose(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    fired: Fired,
    pass_time: PassTime,
    mg_dl: int,
    kind: str,
    uom: Uom,
    glucose: float,
) -> None:
    await set_up(hass, entry_of(cloud.add_account(Account(uom=uom), persons=[person])))
    person.curve = falls_to(mg_dl)
    await pass_time(minutes=30)
    (alarm,) = fired()
    assert (alarm["event_type"], alarm["glucose"]) == (kind, glucose)
    delay = datetime.fromisoformat(alarm["at"]) - (NOON + timedelta(minutes=3))
    assert timedelta() <= delay <= timedelta(seconds=61)


async def test_another_excursion_fires_another_alarm(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, fired: Fired, pass_time: PassTime
) -> None:
    low = falls_to(60, lasts=timedelta(minutes=20))
    high = falls_to(280, after=timedelta(minutes=40))
    person.curve = lambda at: low(at) if at < NOON + timedelta(minutes=40) else high(at)
    await pass_time(hours=1)
    assert [alarm["event_type"] for alarm in fired()] == ["low", "high"]


async def test_falling_further_fires_the_urgent_alarm_as_well(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    fired: Fired,
    pass_time: PassTime,
) -> None:
    low, urgent = falls_to(65), falls_to(50, after=timedelta(minutes=20))
    person.curve = lambda at: min(low(at), urgent(at))
    await pass_time(minutes=40)
    assert [alarm["event_type"] for alarm in fired()] == ["low", "urgent_low"]


async def test_an_alarm_uploaded_late_is_found_at_the_second_look(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, fired: Fired, pass_time: PassTime
) -> None:
    person.add_alarm(NOON - timedelta(hours=3), Alarm.HIGH, 260)  # long over
    person.curve = lambda _: 60  # always: the double sees no alarm in that
    await pass_time(minutes=3)
    assert not fired()
    person.add_alarm(datetime.now(UTC), Alarm.LOW, 61)
    await pass_time(minutes=6)
    assert [alarm["glucose"] for alarm in fired()] == [61]


@pytest.mark.parametrize(("minutes", "count"), [(8, 1), (20, 0)])
async def test_an_alarm_older_than_the_maximum_age_does_not_fire(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    fired: Fired,
    pass_time: PassTime,
    minutes: int,
    count: int,
) -> None:
    person.curve = lambda _: 60
    person.add_alarm(NOON - timedelta(minutes=minutes), Alarm.LOW, 60)
    await set_up(hass, entry)
    await pass_time(minutes=10)
    assert len(fired()) == count


@pytest.mark.parametrize(("fired_before", "count"), [(timedelta(), 0), (timedelta(hours=2), 1)])
async def test_an_alarm_does_not_fire_again_after_a_restart(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    fired: Fired,
    pass_time: PassTime,
    fired_before: timedelta,
    count: int,
) -> None:
    at = NOON - timedelta(minutes=5)
    last = (at - fired_before).isoformat()
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State(ALARM, last, {"event_type": "low", "at": last, "glucose": 60}),
                {"last_event_type": "low", "last_event_attributes": {"at": last, "glucose": 60}},
            )
        ],
    )
    person.curve = lambda _: 60
    person.add_alarm(at, Alarm.LOW, 60)
    await set_up(hass, entry)
    await pass_time(minutes=10)
    assert len(fired()) == count


async def test_what_fired_before_a_restart_does_not_fire_again_and_what_did_not_does(
    hass: HomeAssistant, entry: MockConfigEntry, person: Person, fired: Fired, pass_time: PassTime
) -> None:
    first, late, second = (NOON - timedelta(minutes=minutes) for minutes in (8, 7, 6))
    attributes = {"at": second.isoformat(), "glucose": 60}
    told = [{"at": each.isoformat(), "event_type": "low"} for each in (first, second)]
    stored = {"last_event_type": "low", "last_event_attributes": attributes, "told": told}
    state = State(ALARM, second.isoformat(), {"event_type": "low", **attributes})
    mock_restore_cache_with_extra_data(hass, [(state, stored)])
    person.curve = lambda _: 60
    for at in (first, late, second):
        person.add_alarm(at, Alarm.LOW, 60)
    await set_up(hass, entry)
    await pass_time(minutes=2)
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(minutes=2)
    assert [alarm["at"] for alarm in fired()] == [late.isoformat()]


async def test_the_logbook_of_somebody_well_is_never_asked(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, cloud: CloudDouble, pass_time: PassTime
) -> None:
    person.curve = lambda at: 75 + at.minute  # 75 to 134
    await pass_time(hours=2)
    assert not cloud.requests("logbook")


@pytest.mark.parametrize("alarm_is_in_it", [True, False])
async def test_the_logbook_is_asked_more_often_until_the_alarm_is_in_it(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    alarm_is_in_it: bool,
) -> None:
    person.curve = falls_to(60, lasts=timedelta(hours=1))
    if not alarm_is_in_it:
        cloud.edit_logbook = lambda _: []
    await pass_time(minutes=19)
    assert len(cloud.requests("logbook")) == (2 if alarm_is_in_it else 4)
    await pass_time(minutes=45)
    assert len(cloud.requests("logbook")) <= 7
    cloud.log.clear()
    await pass_time(hours=1)
    assert not cloud.requests("logbook")


async def test_two_alarms_of_one_instant_are_both_told(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, fired: Fired, pass_time: PassTime
) -> None:
    at = datetime.now(UTC)
    for alarm in (Alarm.FIXED_LOW, Alarm.LOW):
        person.add_alarm(at, alarm, 50)
    person.curve = lambda _: 50
    await pass_time(minutes=20)
    assert sorted(alarm["event_type"] for alarm in fired()) == ["low", "urgent_low"]
    assert {alarm["at"] for alarm in fired()} == {at.isoformat()}


@pytest.mark.parametrize("is_back_in_range", [True, False])
@pytest.mark.parametrize("late", [4, 7, 11, 14])
async def test_an_alarm_is_told_once_however_late_it_is_uploaded_even_after_a_later_one(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    fired: Fired,
    pass_time: PassTime,
    late: int,
    *,
    is_back_in_range: bool,
) -> None:
    begun = datetime.now(UTC)
    low = begun + timedelta(seconds=30)
    person.add_alarm(low, Alarm.LOW, 65)

    def edit(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        is_there = datetime.now(UTC) >= low + timedelta(minutes=late)
        return [each for each in entries if is_there or each["ValueInMgPerDl"] != 65]

    cloud.edit_logbook = edit
    lasts = timedelta(minutes=3) if is_back_in_range else timedelta(hours=1)
    person.curve = falls_to(50, after=timedelta(minutes=1), lasts=lasts)
    await pass_time(minutes=30)
    kinds = [alarm["event_type"] for alarm in fired()]
    assert kinds == ["urgent_low", "low"] if late < 14 else kinds in (["urgent_low"], ["urgent_low", "low"])


async def test_an_alarm_that_the_app_repeats_is_told_each_time(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, fired: Fired, pass_time: PassTime
) -> None:
    person.curve = falls_to(260)
    repeats = [NOON + timedelta(minutes=minutes) for minutes in (28, 53)]
    for at in repeats:
        person.add_alarm(at, Alarm.HIGH, 260)
    await pass_time(hours=1, minutes=10)
    assert [alarm["at"] for alarm in fired()][1:] == [at.isoformat() for at in repeats]


async def test_the_logbook_is_asked_when_the_cloud_shows_an_alarm(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    fired: Fired,
    pass_time: PassTime,
) -> None:
    person.add_alarm(datetime.now(UTC), Alarm.HIGH, 190)
    person.glucose_alarm = {"alarmType": 2}
    await pass_time(minutes=3)
    assert len(cloud.requests("logbook")) == 1
    assert [(alarm["event_type"], alarm["glucose"]) for alarm in fired()] == [("high", 190)]


async def test_a_logbook_that_fails_is_asked_again_while_readings_go_on(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    fired: Fired,
    pass_time: PassTime,
) -> None:
    person.curve = falls_to(60)
    cloud.fail_next("logbook", faults.status(500))
    await pass_time(minutes=10)
    assert (glucose := hass.states.get("sensor.alex_example_glucose"))
    assert glucose.state == "60"
    assert [alarm["event_type"] for alarm in fired()] == ["low"]


@pytest.mark.parametrize(
    ("minutes", "mg_dl", "kinds"),
    [(2, 60, ["low"]), (2, 300, ["high"]), (2, 110, []), (8, 60, [])],
    ids=["low near by", "high near by", "nothing to tell", "no reading near by"],
)
async def test_an_alarm_without_a_value_is_understood_by_the_reading_near_it_or_not_at_all(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    fired: Fired,
    pass_time: PassTime,
    minutes: int,
    mg_dl: int,
    kinds: list[str],
) -> None:
    cloud.fail_always("graph", faults.answer({"status": 0, "data": {"graphData": []}}))
    person.curve = lambda _: mg_dl
    person.glucose_alarm = {"alarmType": 1}
    person.add_alarm(NOON - timedelta(minutes=minutes), Alarm.HIGH if mg_dl < 100 else Alarm.LOW)
    await set_up(hass, entry)
    await pass_time(minutes=4)
    assert [alarm["event_type"] for alarm in fired()] == kinds
    assert all(alarm["glucose"] is None for alarm in fired())


async def test_an_alarm_of_the_future_neither_fires_nor_silences_the_real_ones(
    hass: HomeAssistant,
    cloud: CloudDouble,
    person: Person,
    loaded: MockConfigEntry,
    fired: Fired,
    pass_time: PassTime,
) -> None:
    ahead = {"FactoryTimestamp": "6/3/2026 12:00:00 PM", "type": 3, "ValueInMgPerDl": 62, "alarmType": 1}
    cloud.edit_logbook = lambda entries: [ahead, *entries]
    person.curve = falls_to(50)
    await pass_time(minutes=12)
    assert [event["event_type"] for event in fired()] == ["urgent_low"]
