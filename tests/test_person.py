"""A person at one moment: settings, limits, and what follows from the readings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.ranges import CONSENSUS, Thresholds
from custom_components.libreview.models import GlucoseUnit, Person, Reading, Sensor
from custom_components.libreview.person import Live, PersonSettings, Snapshot

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOBODY = Snapshot(live=None, settings=PersonSettings(), now=NOW)
ALEX = Person(patient_id="p1", unit=GlucoseUnit.MMOL_L, target_low=80, target_high=160)


def reading(age: timedelta, mg_dl: int = 100) -> Reading:
    return Reading(at=NOW - age, mg_dl=mg_dl)


def test_nothing_is_claimed_of_a_person_nobody_has_told_of() -> None:
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


def test_targets_that_moved_past_a_chosen_limit_give_way_to_it() -> None:
    settings = PersonSettings.parse({"high": 75})
    assert settings.thresholds_for(ALEX) == Thresholds(very_low=54, low=74, high=75, very_high=250)
    settings = PersonSettings.parse({"very_low": 65, "high": 140})
    lowered = settings.thresholds_for(replace(ALEX, target_low=60))
    assert lowered == Thresholds(very_low=65, low=66, high=140, very_high=250)


def test_limits_that_leave_no_room_at_all_give_way_to_the_consensus() -> None:
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
def test_no_targets_of_the_cloud_leave_a_zone_without_room(low: int, high: int) -> None:
    limits = PersonSettings().thresholds_for(replace(ALEX, target_low=low, target_high=high))
    assert limits.very_low < limits.low < limits.high < limits.very_high


@pytest.mark.parametrize("data", [{}, {"unit": "stone"}, {"unit": None}, {"sensor_life": "soon"}])
def test_odd_settings_fall_back_to_what_is_usual(data: dict[str, object]) -> None:
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


def test_the_next_change_may_be_the_sensors() -> None:
    sensor = Sensor(activated_at=NOW - timedelta(minutes=50), warm_up=timedelta(minutes=60))
    snapshot = replace(NOBODY, live=Live(person=replace(ALEX, sensor=sensor)))
    assert snapshot.next_change() == NOW + timedelta(minutes=10)


def test_the_unit_is_the_accounts_then_the_one_remembered_then_mg_dl() -> None:
    remembered = PersonSettings(unit=GlucoseUnit.MMOL_L)
    assert replace(NOBODY, live=Live(person=ALEX)).unit is GlucoseUnit.MMOL_L
    assert replace(NOBODY, settings=remembered).unit is GlucoseUnit.MMOL_L
    assert NOBODY.unit is GlucoseUnit.MG_DL


def test_a_reading_from_the_future_is_seen_as_such() -> None:
    ahead = Live(person=replace(ALEX, reading=reading(-timedelta(minutes=6))))
    assert replace(NOBODY, live=ahead).is_from_future
    assert not replace(NOBODY, live=Live(person=replace(ALEX, reading=reading(timedelta())))).is_from_future


def test_the_last_reading_is_known_however_old_it_is() -> None:
    long_ago = Live(person=replace(ALEX, reading=reading(timedelta(days=2))))
    assert replace(NOBODY, live=long_ago).last_reading == NOW - timedelta(days=2)
    ahead = Live(person=replace(ALEX, reading=reading(-timedelta(minutes=6))))
    assert replace(NOBODY, live=ahead).last_reading is None
