"""Pages of a Daily Log report with one and the same diary, spelled in many ways.

LibreView's own spelling is not known, so none of these is more real than the others.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
import json
from typing import Any

from custom_components.libreview.models import EntryKind

type Json = dict[str, Any]
type Logged = tuple[int, EntryKind, float | None, str]

NOTE, CARBS = EntryKind.NOTE, EntryKind.CARBOHYDRATES
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN
DAY = date(2026, 6, 1)

DIARY: tuple[Logged, ...] = (
    (7, NOTE, None, "long walk with 2 dogs"),
    (7, CARBS, 45.0, ""),
    (7, RAPID, 4.5, ""),
    (12, CARBS, 60.0, ""),
    (12, RAPID, None, ""),
    (18, CARBS, None, ""),
    (18, RAPID, 2.0, ""),
    (18, RAPID, 2.0, ""),
    (22, LONG, 12.0, ""),
)
"""Hour, kind, amount and text: with two equal doses, and doses and a meal without amount."""


def epoch(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """A wall clock, encoded as if it were UTC."""
    return int(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC).timestamp())


def page(report: Any) -> bytes:
    """A page of LibreView's web with a report in it."""
    script = json.dumps(report)
    return f"<html><script>window.Report = {script};</script><body></body></html>".encode()


def report_of(*days: Any, **data: Any) -> Json:
    return {"Data": {"Days": list(days), **data}}


def glucose(day: date, value: float = 120, every: int = 15) -> list[list[Json]]:
    """The readings of a whole day, one list in a list, as LibreView has it."""
    return [
        [
            {"Timestamp": epoch(day) + minute * 60, "Value": value, "IsTimeChange": False}
            for minute in range(0, 24 * 60, every)
        ]
    ]


def day_of(day: date = DAY, **members: Any) -> Json:
    return {"Date": epoch(day), "Glucose": glucose(day), "SensorScans": [], **members}


def by_hour_list() -> Json:
    """A table of hours that names every kind, empty cells included."""
    hours: list[Json] = [
        {
            "Hour": hour,
            "Notes": [],
            "Carbohydrates": None,
            "RapidActingInsulin": [],
            "NonNumericRapidActingInsulin": False,
            "NonNumericFood": 0,
            "LongActingInsulin": 0,
            "AverageGlucose": 131,
            "TotalInsulin": 17,
        }
        for hour in range(24)
    ]
    for hour, kind, amount, text in DIARY:
        cell = hours[hour]
        if kind is NOTE:
            cell["Notes"].append(text)
        elif kind is CARBS:
            cell["Carbohydrates" if amount else "NonNumericFood"] = amount or 1
        elif kind is LONG:
            cell["LongActingInsulin"] = amount
        elif amount:
            cell["RapidActingInsulin"].append(amount)
        else:
            cell["NonNumericRapidActingInsulin"] = True
    return day_of(Hours=hours)


def lists_by_kind() -> Json:
    """A list per kind, with timestamps."""
    lists: Json = {"notes": [], "food": [], "bolus": [], "basal": []}
    for hour, kind, amount, text in DIARY:
        at = epoch(DAY, hour)
        if kind is NOTE:
            lists["notes"].append({"timestamp": at, "text": text})
        elif kind is CARBS:
            lists["food"].append({"timestamp": at, "gramsCarbs": amount})
        else:
            lists["bolus" if kind is RAPID else "basal"].append({"timestamp": at, "units": amount})
    return day_of(**lists)


def typed_events() -> Json:
    """One list of everything, told apart by a type beside."""
    types = {NOTE: "customNote", CARBS: "Food", RAPID: "RapidActing", LONG: "LongActing"}
    events: list[Json] = []
    for number, (hour, kind, amount, text) in enumerate(DIARY):
        event: Json = {"Id": number, "DateTime": f"{DAY}T{hour:02}:00:00", "EntryType": types[kind]}
        if text:
            event["Description"] = text
        if amount:
            event["Amount"] = {"Value": amount, "Unit": "g" if kind is CARBS else "U"}
        events.append(event)
    return day_of(LogEntries={"Count": len(events), "Items": events})


def insulin_with_type() -> Json:
    """Insulin as one list with the type beside, times in the American way, amounts as text."""
    texts = {hour: f"{hour % 12 or 12}:00 {'AM' if hour < 12 else 'PM'}" for hour in range(24)}
    members: Json = {"Comments": [], "Carbs": [], "Insulin": []}
    for hour, kind, amount, text in DIARY:
        at = f"6/1/2026 {texts[hour]}"
        if kind is NOTE:
            members["Comments"].append({"When": at, "Comment": f"  {text}\n"})
        elif kind is CARBS:
            members["Carbs"].append(
                {"When": at, "Amount": f"{amount:.0f} g" if amount else "", "Servings": 3}
            )
        else:
            dose = f"{amount} U".replace(".", ",") if amount else None
            kinds = {RAPID: "rapid-acting", LONG: "long-acting"}
            members["Insulin"].append({"When": at, "InsulinType": kinds[kind], "Dose": dose})
    return day_of(**members)


def tables_by_kind() -> Json:
    """A table per kind, its keys the hours."""
    tables: Json = {"NoteTexts": {}, "CarbGrams": {}, "Insulin": {"Fast": {}, "Long": {}}}
    for hour, kind, amount, text in DIARY:
        if kind is NOTE:
            tables["NoteTexts"].setdefault(f"{hour:02}:00", []).append(text)
        elif kind is CARBS:
            tables["CarbGrams"].setdefault(f"{hour}", []).append(amount or True)
        else:
            table = tables["Insulin"]["Fast" if kind is RAPID else "Long"]
            table.setdefault(f"{hour}", []).append(amount or {"NonNumeric": 1})
    return day_of(Diary=tables)


def slots() -> Json:
    """Twenty-four slots per kind."""
    empty: Json = {name: [None] * 24 for name in ("Note", "Carbohydrate", "Rapid", "Background Insulin")}
    for hour, kind, amount, text in DIARY:
        name = {NOTE: "Note", CARBS: "Carbohydrate", RAPID: "Rapid", LONG: "Background Insulin"}[kind]
        cell = text or (amount or "x")
        slot = empty[name][hour]
        empty[name][hour] = cell if slot is None else [*(slot if isinstance(slot, list) else [slot]), cell]
    return day_of(**empty)


def minutes_of_day() -> Json:
    """Minutes since midnight, a wrapper around everything, ids as keys, and flags that say which is which."""
    events: Json = {}
    for number, (hour, kind, amount, text) in enumerate(DIARY):
        event: Json = {"minutesSinceMidnight": hour * 60}
        if kind is NOTE:
            event["note"] = {"content": text}
        elif kind is CARBS:
            event["carbohydrates"] = {"grams": amount} if amount else {"nonNumeric": True}
        else:
            name = "longActing" if kind is LONG else "rapidActing"
            event[f"{name}InsulinUnits" if amount else f"{name}InsulinLogged"] = amount or 1
        events[f"3fa85f64-5717-4562-b3fc-{number:012}"] = event
    return day_of(data={"log": {"timeline": events}})


def milliseconds() -> Json:
    """Milliseconds, grouped by the hour and then by the kind, with sums that are no entries."""
    groups: Json = {}
    for hour, kind, amount, text in DIARY:
        group = groups.setdefault(str(epoch(DAY, hour) * 1000), {"events": [], "sumCarbs": 105, "total": 17})
        event: Json = {"category": kind.value, "value": text or amount}
        group["events"].append(event)
    return day_of(byHour=groups)


def on_the_readings() -> Json:
    """What was logged stands on the reading of its time."""
    readings = glucose(DAY, every=60)[0]
    for hour, kind, amount, text in DIARY:
        reading = readings[hour]
        if kind is NOTE:
            reading["NoteText"] = text
        elif kind is LONG:
            reading["LongActingDose"] = amount
        elif kind is RAPID:
            reading.setdefault("Bolus", []).append({"Units": amount})
        else:
            reading["Meal"] = {"CarbsInGrams": amount}
            if amount is None:
                reading["Meal"]["Unquantified"] = True
    return {**day_of(), "Glucose": [readings]}


SPELLINGS: dict[str, Callable[[], Json]] = {
    spelling.__name__: spelling
    for spelling in (
        by_hour_list,
        lists_by_kind,
        typed_events,
        insulin_with_type,
        tables_by_kind,
        slots,
        minutes_of_day,
        milliseconds,
        on_the_readings,
    )
}


def wall(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001 (floating)
