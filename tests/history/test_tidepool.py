"""Readings and diary entries in Tidepool's words."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.trend import rate_of_change
from custom_components.libreview.glucose.units import to_display
from custom_components.libreview.history.tidepool import EVENTS, TRENDS, events, samples
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

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LIBRE = Device(name="FreeStyle Libre 3", serial="0D12345678")
MG_DL, MMOL_L = GlucoseUnit.MG_DL, GlucoseUnit.MMOL_L


def kept(
    minute: float,
    mg_dl: int = 100,
    *,
    source: Source = Source.LIVE,
    device: Device | None = LIBRE,
    trend: Trend | None = None,
    measuring_range: MeasuringRange = MeasuringRange.WITHIN,
) -> KeptReading:
    at = NOON + timedelta(minutes=minute)
    reading = Reading(at=at, mg_dl=mg_dl, trend=trend, measuring_range=measuring_range)
    return KeptReading(reading=reading, source=source, device=device)


def entry(
    kind: EntryKind, amount: float | None = None, text: str = "", precision: Precision = Precision.MINUTE
) -> DiaryEntry:
    wall = (NOON + timedelta(hours=2)).replace(tzinfo=None)
    return DiaryEntry(kind=kind, wall=wall, at=NOON, amount=amount, text=text, precision=precision)


def sampled(*readings: KeptReading, unit: GlucoseUnit = MG_DL) -> list[dict[str, Any]]:
    return list(samples(readings, time_zone=BERLIN, unit=unit, salt="anna"))


def column(name: str, readings: Iterable[KeptReading], unit: GlucoseUnit = MG_DL) -> list[Any]:
    return [item[name] for item in samples(readings, time_zone=BERLIN, unit=unit, salt="anna")]


def test_a_reading_is_written_as_a_sample_of_its_sensor() -> None:
    *_, item = sampled(*(kept(minute, 100 + 2 * minute, trend=Trend.RISING) for minute in range(16)))

    assert len(item.pop("id")) == 32
    assert item == {
        "type": "cbg",
        "time": "2026-07-01T12:15:00Z",
        "deviceTime": "2026-07-01T14:15:00",
        "timezone": "Europe/Berlin",
        "timezoneOffset": 120,
        "units": "mg/dL",
        "value": 130,
        "trend": "slowRise",
        "trendRate": 2.0,
        "trendRateUnits": "mg/dL/minute",
        "sampleInterval": 60000,
        "backfilled": False,
        "annotations": [],
        "deviceId": "AbbottFreeStyleLibre30D12345678",
        "deviceModel": "FreeStyle Libre 3",
        "deviceManufacturer": "Abbott",
        "deviceName": "Abbott FreeStyle Libre 3",
        "deviceSerialNumber": "0D12345678",
    }


def test_in_mmol_per_litre_value_and_rate_are_the_persons_too() -> None:
    *_, item = sampled(*(kept(minute, 145 - 3 * minute) for minute in range(16)), unit=MMOL_L)

    assert (item["units"], item["value"]) == ("mmol/L", 5.6)
    assert (item["trendRate"], item["trendRateUnits"]) == (-0.167, "mmol/L/minute")


def test_what_is_unknown_is_null() -> None:
    (item,) = sampled(kept(0, source=Source.CSV, device=None))

    unknown = {name for name, value in item.items() if value is None}
    assert unknown == {"trend", "trendRate", "trendRateUnits", "sampleInterval", "deviceSerialNumber"}
    assert item["deviceId"] == "AbbottFreeStyleLibre"
    assert item["deviceModel"] == "FreeStyle Libre"


def test_a_clock_without_a_name_has_no_time_zone_but_its_time() -> None:
    west = timezone(timedelta(hours=-3))

    (item,) = samples([kept(0)], time_zone=west, unit=MG_DL, salt="anna")

    assert (item["deviceTime"], item["timezone"]) == ("2026-07-01T09:00:00", None)
    assert item["timezoneOffset"] == -180


@pytest.mark.parametrize("source", Source)
def test_all_but_live_readings_came_later(source: Source) -> None:
    assert column("backfilled", [kept(0, source=source)]) == [source is not Source.LIVE]


@pytest.mark.parametrize("source", [Source.GRAPH, Source.REPORT, Source.CSV])
def test_the_interval_of_a_memory_is_that_to_the_reading_before(source: Source) -> None:
    minutes = (0, 5, 10.2, 15, 30, 45, 100, 105)

    intervals = column("sampleInterval", [kept(minute, source=source) for minute in minutes])

    assert intervals == [None, 300000, 300000, 300000, 900000, 900000, None, 300000]


def test_live_readings_in_between_do_not_change_the_interval_of_the_memory() -> None:
    memory = [kept(minute, source=Source.GRAPH) for minute in (0, 15)]

    assert column("sampleInterval", [memory[0], kept(7), kept(8), memory[1]]) == [None, 60000, 60000, 900000]


@pytest.mark.parametrize(
    ("measuring_range", "value"), [(MeasuringRange.BELOW, "low"), (MeasuringRange.ABOVE, "high")]
)
def test_lo_and_hi_are_marked(measuring_range: MeasuringRange, value: str) -> None:
    (item,) = sampled(kept(0, 40, measuring_range=measuring_range))

    assert item["annotations"] == [
        {"code": "bg/out-of-range", "value": value},
        {"code": "bg/unknown-value"},
    ]


def test_every_trend_and_every_kind_of_entry_has_a_word_of_tidepools() -> None:
    assert set(TRENDS) == set(Trend)
    assert set(EVENTS) == set(EntryKind)


@pytest.mark.parametrize(
    ("diary", "written"),
    [
        (
            entry(EntryKind.RAPID_ACTING_INSULIN, 4.5),
            {"type": "bolus", "subType": "normal", "deliveryType": "manual", "normal": 4.5},
        ),
        (
            entry(EntryKind.RAPID_ACTING_INSULIN),
            {"type": "bolus", "subType": "normal", "deliveryType": "manual", "normal": None},
        ),
        (
            entry(EntryKind.LONG_ACTING_INSULIN, 12),
            {
                "type": "insulin",
                "dose": {"total": 12, "units": "Units"},
                "formulation": {"simple": {"actingType": "long"}},
            },
        ),
        (
            entry(EntryKind.CARBOHYDRATES, 30),
            {"type": "food", "nutrition": {"carbohydrate": {"net": 30, "units": "grams"}}},
        ),
        (entry(EntryKind.NOTE, text="Cake"), {"type": "note", "text": "Cake"}),
        (
            entry(EntryKind.BLOOD_GLUCOSE, 99),
            {"type": "smbg", "units": "mmol/L", "value": 5.5, "annotations": []},
        ),
        (
            entry(EntryKind.BLOOD_GLUCOSE, text="HI"),
            {
                "type": "smbg",
                "units": "mmol/L",
                "value": None,
                "annotations": [
                    {"code": "bg/out-of-range", "value": "high"},
                    {"code": "bg/unknown-value"},
                ],
            },
        ),
        (entry(EntryKind.KETONES, 0.3), {"type": "bloodKetone", "units": "mmol/L", "value": 0.3}),
    ],
)
def test_an_entry_is_written_as_what_it_is(diary: DiaryEntry, written: dict[str, Any]) -> None:
    (item,) = events([diary], time_zone=BERLIN, unit=MMOL_L, salt="anna")

    assert len(item.pop("id")) == 32
    assert item == {
        **written,
        "time": "2026-07-01T12:00:00Z",
        "deviceTime": "2026-07-01T14:00:00",
        "timezone": "Europe/Berlin",
        "timezoneOffset": 120,
        "timePrecision": "minute",
        "deviceId": "AbbottFreeStyleLibre",
        "deviceModel": "FreeStyle Libre",
        "deviceManufacturer": "Abbott",
        "deviceName": "Abbott FreeStyle Libre",
        "deviceSerialNumber": None,
    }


def test_an_entry_of_the_report_says_that_only_its_hour_is_known() -> None:
    (item,) = events(
        [entry(EntryKind.NOTE, text="Cake", precision=Precision.HOUR)],
        time_zone=BERLIN,
        unit=MMOL_L,
        salt="anna",
    )

    assert item["timePrecision"] == "hour"


devices = st.none() | st.builds(Device, name=st.text(), serial=st.none() | st.text())
any_reading = st.builds(
    kept,
    st.integers(-3000, 3000),
    st.integers(20, 500),
    source=st.sampled_from(Source),
    device=devices,
    trend=st.none() | st.sampled_from(Trend),
    measuring_range=st.sampled_from(MeasuringRange),
)
measured_close_by = st.builds(kept, st.integers(0, 40), st.integers(20, 500))


def in_order(readings: st.SearchStrategy[KeptReading]) -> st.SearchStrategy[list[KeptReading]]:
    return st.lists(readings, max_size=25, unique_by=lambda each: each.reading.at).map(
        lambda drawn: sorted(drawn, key=lambda each: each.reading.at)
    )


@given(in_order(any_reading), st.sampled_from(GlucoseUnit))
def test_samples_can_be_written_as_json_and_tell_the_readings_again(
    readings: list[KeptReading], unit: GlucoseUnit
) -> None:
    items = json.loads(
        json.dumps(list(samples(readings, time_zone=BERLIN, unit=unit, salt="anna")), allow_nan=False)
    )

    assert [datetime.fromisoformat(item["time"]) for item in items] == [each.reading.at for each in readings]
    assert [item["value"] for item in items] == [to_display(each.reading.mg_dl, unit) for each in readings]
    for item, each in zip(items, readings, strict=True):
        on_the_wall = datetime.fromisoformat(item["deviceTime"]).replace(tzinfo=ZoneInfo(item["timezone"]))
        assert on_the_wall == each.reading.at
        assert (item["trendRate"] is None) == (item["trendRateUnits"] is None)
    assert len({frozenset(item) for item in items}) <= 1


@given(in_order(measured_close_by))
def test_the_trend_rate_is_the_one_we_show(readings: list[KeptReading]) -> None:
    for number, told in enumerate(column("trendRate", readings)):
        ours = rate_of_change([each.reading for each in readings[: number + 1]])
        assert told == (None if ours is None else round(ours, 2))


@given(
    st.lists(
        st.builds(
            entry,
            st.sampled_from(EntryKind),
            st.none() | st.floats(0, 300),
            st.text(),
            st.sampled_from(Precision),
        ),
        max_size=5,
    )
)
def test_entries_can_be_written_as_json(diary: list[DiaryEntry]) -> None:
    items = json.loads(
        json.dumps(list(events(diary, time_zone=BERLIN, unit=MMOL_L, salt="anna")), allow_nan=False)
    )

    assert len(items) == len(diary)
    assert all(item["time"] == "2026-07-01T12:00:00Z" for item in items)
    assert [item["timePrecision"] for item in items] == [each.precision.value for each in diary]


def test_an_item_has_the_same_id_whenever_it_is_written_and_no_other_has_it() -> None:
    doses = [entry(EntryKind.RAPID_ACTING_INSULIN, 4)] * 2

    def ids(salt: str) -> list[str]:
        readings = samples([kept(0), kept(1)], time_zone=BERLIN, unit=MG_DL, salt=salt)
        written = events(
            [*doses, entry(EntryKind.NOTE, text="Cake")], time_zone=BERLIN, unit=MG_DL, salt=salt
        )
        return [item["id"] for item in (*readings, *written)]

    assert ids("anna") == ids("anna")
    assert len({*ids("anna"), *ids("ben")}) == 10
