"""A person at one moment: settings, limits, and what follows from the readings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.ranges import CONSENSUS, Thresholds
from custom_components.libreview.glucose.sensor_life import SensorStatus
from custom_components.libreview.models import (
    Connection,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    Precision,
    Reading,
    WornSensor,
)
from custom_components.libreview.person.entry_times import find_current_entry
from custom_components.libreview.person.settings import PersonSettings
from custom_components.libreview.person.snapshot import Diary, Live, Snapshot

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOBODY = Snapshot(live=None, settings=PersonSettings(), now=NOW)
ALEX = Connection(patient_id="p1", unit=GlucoseUnit.MMOL_L, target_low=80, target_high=160)


def reading(age: timedelta, mg_dl: int = 100) -> Reading:
    return Reading(at=NOW - age, mg_dl=mg_dl)


def test_without_data_of_either_feed_everything_is_unknown() -> None:
    assert NOBODY.current is None
    assert NOBODY.range is None
    assert NOBODY.sensor_status is None
    assert NOBODY.sensor_expires is None
    assert NOBODY.last_reading is None
    assert NOBODY.next_change() is None
    assert not NOBODY.is_from_future


def test_limits_follow_the_persons_own_targets() -> None:
    assert PersonSettings().thresholds_for(ALEX) == Thresholds(very_low=54, low=80, high=160, very_high=250)


def test_chosen_limits_come_before_the_persons_own() -> None:
    settings = PersonSettings.parse({"low": 75, "very_high": 300})
    assert settings.thresholds_for(ALEX) == Thresholds(very_low=54, low=75, high=160, very_high=300)


def test_targets_beyond_a_chosen_limit_are_moved_into_the_room_it_leaves() -> None:
    settings = PersonSettings.parse({"high": 75})
    assert settings.thresholds_for(ALEX) == Thresholds(very_low=54, low=74, high=75, very_high=250)
    settings = PersonSettings.parse({"very_low": 65, "high": 140})
    lowered = settings.thresholds_for(replace(ALEX, target_low=60))
    assert lowered == Thresholds(very_low=65, low=66, high=140, very_high=250)


def test_limits_that_contradict_each_other_are_replaced_by_the_consensus() -> None:
    settings = PersonSettings.parse({"very_low": 70, "high": 71})
    assert settings.thresholds_for(ALEX) == CONSENSUS


@given(
    chosen=st.dictionaries(st.sampled_from(["very_low", "low", "high", "very_high"]), st.integers(40, 400)),
    low=st.integers(10, 1000),
    high=st.integers(10, 1000),
)
def test_a_chosen_limit_stands_whatever_the_targets_are(chosen: dict[str, int], low: int, high: int) -> None:
    limits = PersonSettings.parse(chosen).thresholds_for(replace(ALEX, target_low=low, target_high=high))
    if limits != CONSENSUS:
        assert {key: getattr(limits, key) for key in chosen} == chosen


def test_while_our_clock_is_wrong_no_reading_is_current() -> None:
    live = Live(person=ALEX, readings=(reading(timedelta(minutes=1)),))
    assert replace(NOBODY, live=live).current is not None
    assert replace(NOBODY, live=live, clocks_agree=False).current is None


@given(low=st.integers(10, 1000), high=st.integers(10, 1000))
def test_whatever_the_targets_are_every_range_has_room(low: int, high: int) -> None:
    limits = PersonSettings().thresholds_for(replace(ALEX, target_low=low, target_high=high))
    assert limits.very_low < limits.low < limits.high < limits.very_high


@pytest.mark.parametrize("data", [{}, {"unit": "stone"}, {"unit": None}, {"sensor_life": "soon"}])
def test_invalid_settings_fall_back_to_the_defaults(data: dict[str, object]) -> None:
    assert PersonSettings.parse(data) == PersonSettings()


def test_a_reading_is_current_up_to_the_maximum_age_and_not_beyond() -> None:
    for age, is_current in ((timedelta(minutes=15), True), (timedelta(minutes=15, milliseconds=1), False)):
        live = Live(person=ALEX, readings=(reading(age),))
        assert (replace(NOBODY, live=live).current is not None) is is_current


def test_the_next_change_is_when_the_reading_grows_too_old() -> None:
    snapshot = replace(NOBODY, live=Live(person=ALEX, readings=(reading(timedelta(minutes=5)),)))
    change = snapshot.next_change()
    assert change is not None
    assert snapshot.current is not None
    assert replace(snapshot, now=change).current is None
    assert replace(snapshot, now=change - timedelta(milliseconds=1)).current is not None


def test_the_next_change_may_be_one_of_the_sensor() -> None:
    sensor = WornSensor(activated_at=NOW - timedelta(minutes=50), warm_up=timedelta(minutes=60))
    snapshot = replace(NOBODY, live=Live(person=replace(ALEX, sensor=sensor)))
    assert snapshot.next_change() == NOW + timedelta(minutes=10)


def test_a_start_of_the_sensor_in_the_future_is_none_until_it_is_near() -> None:
    start = NOW + timedelta(hours=20)
    sensor = WornSensor(activated_at=start, warm_up=timedelta(minutes=60))
    current = (reading(timedelta(minutes=1)),)
    for readings, status in (((), SensorStatus.SIGNAL_LOST), (current, SensorStatus.ACTIVE)):
        snapshot = replace(NOBODY, live=Live(person=replace(ALEX, sensor=sensor), readings=readings))
        assert (snapshot.sensor_status, snapshot.sensor_expires) == (status, None)
    snapshot = replace(NOBODY, live=Live(person=replace(ALEX, sensor=sensor)))
    assert snapshot.next_change() == start - timedelta(minutes=5)
    near = replace(snapshot, now=start - timedelta(minutes=5))
    assert (near.sensor_status, near.sensor_expires) == (
        SensorStatus.WARMING_UP,
        start + timedelta(days=14),
    )


def test_the_unit_is_the_accounts_then_the_one_remembered_then_mg_dl() -> None:
    remembered = PersonSettings(unit=GlucoseUnit.MMOL_L)
    assert replace(NOBODY, live=Live(person=ALEX)).unit is GlucoseUnit.MMOL_L
    assert replace(NOBODY, settings=remembered).unit is GlucoseUnit.MMOL_L
    assert NOBODY.unit is GlucoseUnit.MG_DL


def test_a_reading_ahead_of_our_clock_is_from_the_future() -> None:
    ahead = Live(person=replace(ALEX, reading=reading(-timedelta(minutes=6))))
    assert replace(NOBODY, live=ahead).is_from_future
    assert not replace(NOBODY, live=Live(person=replace(ALEX, reading=reading(timedelta())))).is_from_future


def test_the_last_reading_is_known_however_old_it_is() -> None:
    long_ago = Live(person=replace(ALEX, reading=reading(timedelta(days=2))))
    assert replace(NOBODY, live=long_ago).last_reading == NOW - timedelta(days=2)
    ahead = Live(person=replace(ALEX, reading=reading(-timedelta(minutes=6))))
    assert replace(NOBODY, live=ahead).last_reading is None


# The diary.


BERLIN = ZoneInfo("Europe/Berlin")
CARBOHYDRATES = EntryKind.CARBOHYDRATES


def meal(age: timedelta, amount: float | None = 10) -> DiaryEntry:
    at = NOW - age
    wall = at.astimezone(BERLIN).replace(tzinfo=None)
    return DiaryEntry(kind=CARBOHYDRATES, wall=wall, at=at, amount=amount, precision=Precision.HOUR)


def test_a_reading_of_the_diary_is_current_as_long_as_a_live_one() -> None:
    for age, is_current in ((timedelta(minutes=15), True), (timedelta(minutes=15, milliseconds=1), False)):
        snapshot = replace(NOBODY, knows_phone_clock=True, diary=Diary(readings=(reading(age),)))
        assert (snapshot.current is not None) is is_current
        assert snapshot.last_reading == NOW - age


def test_a_later_reading_of_the_diary_is_believed_only_when_the_live_one_is_old() -> None:
    diary = Diary(readings=(reading(timedelta(minutes=1), 250),))
    for age, mg_dl in ((timedelta(minutes=14), 100), (timedelta(minutes=16), 250)):
        live = Live(person=ALEX, readings=(reading(age),))
        snapshot = replace(NOBODY, knows_phone_clock=True, live=live, diary=diary)
        assert snapshot.current is not None
        assert snapshot.current.mg_dl == mg_dl


@pytest.mark.parametrize("age", [-timedelta(minutes=5), timedelta(0), timedelta(minutes=14)])
def test_a_reading_of_the_diary_is_never_current_while_the_clock_of_the_phone_is_unknown(
    age: timedelta,
) -> None:
    diary = Diary(readings=(reading(age, 55),))
    silent = Live(person=ALEX, readings=(reading(timedelta(minutes=20)),))
    for live in (None, Live(person=ALEX), silent):
        snapshot = replace(NOBODY, live=live, diary=diary)
        assert (snapshot.current, snapshot.range, snapshot.change) == (None, None, None)
        assert snapshot.last_reading == NOW - age
        assert snapshot.readings[-1].mg_dl == 55


def test_the_last_reading_is_the_newer_of_both_feeds() -> None:
    old, older = reading(timedelta(days=2)), reading(timedelta(days=3))
    live, diary = Live(person=replace(ALEX, reading=old)), Diary(readings=(older,))
    assert replace(NOBODY, live=live, diary=diary).last_reading == old.at
    live, diary = Live(person=replace(ALEX, reading=older)), Diary(readings=(old,))
    assert replace(NOBODY, live=live, diary=diary).last_reading == old.at


def test_readings_of_the_diary_fill_the_gap_from_which_the_change_is_computed() -> None:
    live = Live(person=ALEX, readings=(reading(timedelta(0), 110),))
    diary = Diary(readings=(reading(timedelta(minutes=10), 90), reading(timedelta(minutes=5), 100)))
    assert replace(NOBODY, live=live).change is None
    assert replace(NOBODY, live=live, diary=diary).change == 10


def test_the_last_entry_is_the_newest_that_a_time_zone_can_explain() -> None:
    old, ahead, absurd = meal(timedelta(days=2)), meal(-timedelta(hours=9)), meal(-timedelta(days=300))
    diary = Diary(entries=(old, ahead, absurd))
    assert replace(NOBODY, diary=diary).last_entry(CARBOHYDRATES) is ahead
    assert replace(NOBODY, diary=diary).last_entry(EntryKind.NOTE) is None
    assert NOBODY.last_entry(CARBOHYDRATES) is None


def test_the_day_is_that_of_where_the_persons_phone_is() -> None:
    late = replace(NOBODY, time_zone=BERLIN, now=NOW.replace(hour=20))
    assert (late.today, late.today_began) == (date(2026, 6, 1), datetime(2026, 5, 31, 22, tzinfo=UTC))
    away = replace(late, phone_offset=timedelta(hours=9))
    assert (away.today, away.today_began) == (date(2026, 6, 2), datetime(2026, 6, 1, 15, tzinfo=UTC))


def test_an_offset_that_no_place_has_leaves_the_persons_time_zone() -> None:
    assert replace(NOBODY, time_zone=BERLIN, phone_offset=timedelta(hours=25)).current_time_zone is BERLIN


@pytest.mark.parametrize(
    ("age", "is_known"),
    [
        (timedelta(), True),
        (timedelta(hours=3), True),
        (timedelta(hours=3, milliseconds=1), False),
        (-timedelta(hours=4), False),
    ],
)
def test_today_is_known_for_three_hours_after_a_report(age: timedelta, is_known: bool) -> None:
    snapshot = replace(NOBODY, diary=Diary(read_at=NOW - age))
    assert snapshot.knows_today(EntryKind.CARBOHYDRATES) is is_known
    assert not replace(snapshot, clocks_agree=False).knows_today(EntryKind.CARBOHYDRATES)


def test_today_is_unknown_before_the_first_report() -> None:
    assert not NOBODY.knows_today(EntryKind.CARBOHYDRATES)
    assert not replace(NOBODY, diary=Diary()).knows_today(EntryKind.CARBOHYDRATES)
    assert NOBODY.total_today(CARBOHYDRATES).entries == 0


def shown(snapshot: Snapshot) -> tuple[object, ...]:
    """What of a diary depends on the time."""
    assert snapshot.diary is not None
    return (
        snapshot.current,
        snapshot.knows_today(EntryKind.CARBOHYDRATES),
        snapshot.today,
        snapshot.today_began,
        snapshot.total_today(CARBOHYDRATES),
        find_current_entry(snapshot.diary.entries, snapshot.now),
    )


@given(
    now=st.integers(0, 60 * 60),
    entries=st.lists(st.integers(-10 * 60, 60 * 60), max_size=8),
    read=st.integers(0, 300),
    age=st.integers(0, 20),
)
def test_nothing_of_the_diary_changes_before_the_next_change(
    now: int, entries: list[int], read: int, age: int
) -> None:
    # The clocks are set forward in the night from March 28 to 29.
    at = datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(minutes=now)
    diary = Diary(
        entries=tuple(meal(NOW - at + timedelta(minutes=minute)) for minute in sorted(entries, reverse=True)),
        readings=(Reading(at=at - timedelta(minutes=age), mg_dl=100),),
        read_at=at - timedelta(minutes=read),
    )
    before = replace(NOBODY, time_zone=BERLIN, now=at, diary=diary, knows_phone_clock=True)
    change = before.next_change()
    assert change is not None
    moment = at
    while moment < change:
        assert shown(replace(before, now=moment)) == shown(before)
        moment += timedelta(minutes=7)
    assert shown(replace(before, now=change - timedelta(milliseconds=1))) == shown(before)
