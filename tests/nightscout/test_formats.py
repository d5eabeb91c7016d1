"""Readings and diary entries in Nightscout's words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.ranges import Thresholds
from custom_components.libreview.glucose.trend import change
from custom_components.libreview.models import (
    Device,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    KeptReading,
    MeasuringRange,
    Precision,
    Reading,
    Source,
    Trend,
)
from custom_components.libreview.nightscout.current import pebble, properties
from custom_components.libreview.nightscout.entries import sensor_entries, strip_entries
from custom_components.libreview.nightscout.fields import DIRECTIONS
from custom_components.libreview.nightscout.status import status
from custom_components.libreview.nightscout.treatments import FIELDS, treatments

NOON: Final = datetime(2026, 11, 5, 9, 21, tzinfo=UTC)
BERLIN: Final = ZoneInfo("Europe/Berlin")
LIBRE: Final = Device(name="FreeStyle Libre 3", serial="0D12345678")
MG_DL, MMOL_L = GlucoseUnit.MG_DL, GlucoseUnit.MMOL_L
NAMES: Final = {EntryKind.LONG_ACTING_INSULIN: "Long-acting insulin", EntryKind.KETONES: "Ketones"}


def reading(minute: float = 0, mg_dl: int = 112, **fields: Any) -> Reading:
    return Reading(at=NOON + timedelta(minutes=minute), mg_dl=mg_dl, **fields)


def told(*readings: Reading, device: Device | None = LIBRE) -> list[dict[str, Any]]:
    kept = [KeptReading(reading=each, source=Source.LIVE, device=device) for each in readings]
    return list(sensor_entries(kept, time_zone=BERLIN, salt="reader"))


def entry(
    kind: EntryKind,
    amount: float | None = None,
    text: str = "",
    precision: Precision = Precision.MINUTE,
    at: datetime = NOON,
) -> DiaryEntry:
    wall = at.astimezone(BERLIN).replace(tzinfo=None)
    return DiaryEntry(kind=kind, wall=wall, at=at, amount=amount, text=text, precision=precision)


def treated(*diary: DiaryEntry) -> list[dict[str, Any]]:
    return list(treatments(diary, time_zone=BERLIN, salt="reader", names=NAMES))


def test_a_reading_is_an_entry_with_its_own_time() -> None:
    (item,) = told(reading(trend=Trend.STABLE))

    assert len(item.pop("_id")) == 24
    assert item == {
        "type": "sgv",
        "sgv": 112,
        "date": 1793870460000,
        "dateString": "2026-11-05T09:21:00.000Z",
        "sysTime": "2026-11-05T09:21:00.000Z",
        "utcOffset": 60,
        "direction": "Flat",
        "device": "FreeStyle Libre 3",
    }


@pytest.mark.parametrize(
    ("measuring_range", "mg_dl", "sgv"),
    [(MeasuringRange.BELOW, 40, 39), (MeasuringRange.WITHIN, 40, 40), (MeasuringRange.ABOVE, 500, 500)],
)
def test_lo_is_nightscouts_low_and_hi_is_no_dip(
    measuring_range: MeasuringRange, mg_dl: int, sgv: int
) -> None:
    (item,) = told(reading(mg_dl=mg_dl, measuring_range=measuring_range))
    assert item["sgv"] == sgv


def test_a_reading_without_trend_or_device_says_so() -> None:
    (item,) = told(reading(), device=None)
    assert (item["direction"], item["device"]) == ("NOT COMPUTABLE", "FreeStyle Libre")


def test_every_trend_and_every_kind_has_a_word() -> None:
    assert set(DIRECTIONS) == set(Trend)
    assert set(FIELDS) == set(EntryKind)


def test_ids_differ_between_instants_kinds_equal_entries_and_readers() -> None:
    doses = [entry(EntryKind.RAPID_ACTING_INSULIN, 4)] * 2
    items = [*told(reading(0), reading(1)), *treated(*doses, entry(EntryKind.CARBOHYDRATES, 20))]
    items += treatments(doses, time_zone=BERLIN, salt="another reader", names=NAMES)
    ids = [item["_id"] for item in items]
    assert len(set(ids)) == len(ids)
    assert [item["_id"] for item in treated(*doses)] == ids[2:4]


@pytest.mark.parametrize(
    ("diary", "expected"),
    [
        (entry(EntryKind.RAPID_ACTING_INSULIN, 4.5), {"eventType": "Correction Bolus", "insulin": 4.5}),
        (entry(EntryKind.RAPID_ACTING_INSULIN), {"eventType": "Note", "notes": "rapid_acting_insulin"}),
        (
            entry(EntryKind.LONG_ACTING_INSULIN, 12.0),
            {"eventType": "Note", "notes": "Long-acting insulin 12 U"},
        ),
        (entry(EntryKind.CARBOHYDRATES, 45.0), {"eventType": "Carb Correction", "carbs": 45}),
        (entry(EntryKind.NOTE, text="Football"), {"eventType": "Note", "notes": "Football"}),
        (
            entry(EntryKind.BLOOD_GLUCOSE, 98.0),
            {"eventType": "BG Check", "glucose": 98, "glucoseType": "Finger", "units": "mg/dl"},
        ),
        (entry(EntryKind.BLOOD_GLUCOSE, text="HI"), {"eventType": "Note", "notes": "blood_glucose HI"}),
        (entry(EntryKind.KETONES, 0.4), {"eventType": "Note", "notes": "Ketones 0.4 mmol/L"}),
        (
            entry(EntryKind.CARBOHYDRATES, 45.0, precision=Precision.HOUR, at=NOON.replace(hour=6, minute=0)),
            {
                "eventType": "Carb Correction",
                "carbs": 45,
                "created_at": "2026-11-05T06:30:00.000Z",
                "notes": "(07:00-08:00)",
                "libreviewPrecision": "hour",
            },
        ),
    ],
)
def test_an_entry_is_a_treatment_of_its_kind(diary: DiaryEntry, expected: dict[str, Any]) -> None:
    (item,) = treated(diary)
    del item["_id"]
    times = {"created_at": "2026-11-05T09:21:00.000Z", "utcOffset": 60}
    assert item == {**times, "enteredBy": "LibreLink", **expected}


@given(
    st.lists(
        st.builds(
            entry,
            kind=st.sampled_from(EntryKind),
            amount=st.none() | st.floats(0.1, 300),
            text=st.text(max_size=5),
            precision=st.sampled_from(Precision),
        )
    )
)
def test_only_rapid_acting_insulin_of_a_known_amount_counts_as_insulin(diary: Sequence[DiaryEntry]) -> None:
    items = treated(*diary)
    doses = [each.amount for each in diary if each.kind is EntryKind.RAPID_ACTING_INSULIN and each.amount]
    assert [item["insulin"] for item in items if "insulin" in item] == doses
    assert len(items) == len(diary)
    assert len({item["_id"] for item in items}) == len(diary)
    hours = [each.precision is Precision.HOUR for each in diary]
    assert [item.get("libreviewPrecision") == "hour" for item in items] == hours


def test_what_a_strip_measured_is_an_entry_too_where_it_has_a_number() -> None:
    diary = [entry(EntryKind.BLOOD_GLUCOSE, 98.0), entry(EntryKind.BLOOD_GLUCOSE, text="LO")]
    (item,) = strip_entries([*diary, entry(EntryKind.NOTE, text="x")], time_zone=BERLIN, salt="reader")
    assert (item["type"], item["mbg"], item["date"]) == ("mbg", 98, 1793870460000)


def test_in_the_night_of_the_clock_change_the_offset_is_that_of_the_instant() -> None:
    begins = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    readings = [Reading(at=begins + timedelta(hours=hour), mg_dl=100) for hour in range(2)]
    assert [item["utcOffset"] for item in told(*readings)] == [120, 60]


def test_the_thresholds_of_the_status_are_the_persons_in_mg_dl() -> None:
    told_status = status(unit=MMOL_L, thresholds=Thresholds(low=72, high=162), now=NOON)
    assert told_status["settings"] == {
        "units": "mmol",
        "thresholds": {"bgHigh": 250, "bgTargetTop": 162, "bgTargetBottom": 72, "bgLow": 54},
    }
    assert (told_status["status"], told_status["serverTimeEpoch"]) == ("ok", 1793870460000)


CURVE: Final = tuple(reading(minute, 100 + 2 * minute, trend=Trend.RISING) for minute in range(16))


@pytest.mark.parametrize(("unit", "sgv", "delta"), [(MG_DL, "130", 10), (MMOL_L, "7.2", 0.6)])
def test_pebble_tells_the_newest_first_and_its_change(unit: GlucoseUnit, sgv: str, delta: float) -> None:
    answer = pebble(CURVE, change(CURVE), unit=unit, count=2, now=NOON)
    newest, before = answer["bgs"]
    assert newest == {
        "sgv": sgv,
        "trend": 3,
        "direction": "FortyFiveUp",
        "datetime": 1793871360000,
        "bgdelta": delta,
    }
    assert (before["datetime"], "bgdelta" in before) == (1793871300000, False)


def test_an_unknown_change_is_not_told_as_none_at_all() -> None:
    answer = pebble([reading()], None, unit=MG_DL, count=1, now=NOON)
    assert "bgdelta" not in answer["bgs"][0]
    assert "delta" not in properties([reading()], None, unit=MG_DL, device="")


def test_without_a_current_reading_nothing_is_told() -> None:
    assert pebble([], None, unit=MG_DL, count=1, now=NOON)["bgs"] == []
    assert properties([], None, unit=MG_DL, device="") == {}


def test_the_properties_tell_of_the_last_minutes() -> None:
    answer = properties(CURVE, change(CURVE), unit=MG_DL, device="FreeStyle Libre 3")
    assert answer["direction"] == {"display": None, "value": "FortyFiveUp", "label": "↗", "entity": "&#8599;"}
    assert (answer["bgnow"]["last"], answer["bgnow"]["mean"], answer["bgnow"]["mills"]) == (
        130,
        128,
        1793871360000,
    )
    assert (answer["delta"]["mgdl"], answer["delta"]["display"], answer["delta"]["previous"]["last"]) == (
        10,
        "+10",
        124,
    )
    sgvs = [sgv["mgdl"] for bucket in answer["buckets"] for sgv in bucket["sgvs"]]
    assert sorted(sgvs) == [each.mg_dl for each in CURVE]
