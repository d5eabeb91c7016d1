"""How a day of the diary may be written in the report. The true names are public nowhere.

A spelling is given a day and its entries, in order of time, and gives what the day's JSON holds besides
glucose. All carry the same entries; around them stands what such reports have too: totals, ids, colours.
Those of `unseen_spellings` are kept apart so that a reader can be tried on what its author has not seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from .diary import EntryKind
from .wire import Json

NOTE, CARBS = EntryKind.NOTE, EntryKind.CARBOHYDRATES
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the report may show it: `wall` is the beginning of its hour where minutes are not told."""

    kind: EntryKind
    wall: datetime
    amount: float | None
    text: str


type Spelling = Callable[[date, Sequence[Line]], Json]


def of(kind: EntryKind, lines: Iterable[Line]) -> list[Line]:
    """The entries of one kind."""
    return [line for line in lines if line.kind is kind]


def total(kind: EntryKind, lines: Iterable[Line]) -> float:
    """The sum of their amounts."""
    return sum(line.amount or 0 for line in of(kind, lines))


def floating(wall: datetime) -> int:
    """A wall clock written as if it were UTC, in seconds."""
    return int(wall.replace(tzinfo=UTC).timestamp())


def number(amount: float) -> float:
    """Whole numbers without a point."""
    return int(amount) if float(amount).is_integer() else amount


def _plain(day: date, lines: Sequence[Line]) -> Json:
    """A list per kind, in the style of the glucose lists; doses without amount have lists of their own."""

    def valued(kind: EntryKind) -> list[Json]:
        return [
            {"Timestamp": floating(line.wall), "Value": number(line.amount)}
            for line in of(kind, lines)
            if line.amount is not None
        ]

    def ticked(kind: EntryKind) -> list[Json]:
        return [
            {"Timestamp": floating(line.wall), "Value": 1} for line in of(kind, lines) if line.amount is None
        ]

    return {
        "Date": floating(datetime.combine(day, time())),
        "Carbs": valued(CARBS),
        "NonNumericFood": ticked(CARBS),
        "RapidInsulin": valued(RAPID),
        "NonNumericRapidInsulin": ticked(RAPID),
        "LongInsulin": valued(LONG),
        "NonNumericLongInsulin": ticked(LONG),
        "Notes": [{"Timestamp": floating(line.wall), "Text": line.text} for line in of(NOTE, lines)],
        "TotalCarbs": number(total(CARBS, lines)),
        "TotalInsulin": number(total(RAPID, lines) + total(LONG, lines)),
        "AverageGlucose": 143,
    }


def _uploads(day: date, lines: Sequence[Line]) -> Json:
    """The names under which phones upload (creepymonster/nightscout-to-libreview), to the minute."""

    def common(number_of_record: int, line: Line) -> Json:
        return {
            "recordNumber": number_of_record,
            "timestamp": line.wall.isoformat(timespec="seconds"),
            "extendedProperties": {"isTimestampSuspect": False},
        }

    food, insulin, generic = [], [], []
    for record, line in enumerate(lines, start=70001):
        entry = common(record, line)
        match line.kind:
            case EntryKind.NOTE:
                entry["type"] = "com.abbottdiabetescare.informatics.customnote"
                entry["extendedProperties"] |= {"text": line.text}
                generic.append(entry)
            case EntryKind.CARBOHYDRATES:
                food.append(entry | {"foodType": "Unknown", "gramsCarbs": line.amount})
            case _:
                kind = "RapidActing" if line.kind is RAPID else "LongActing"
                insulin.append(entry | {"insulinType": kind, "units": line.amount})
    start = {
        "type": "com.abbottdiabetescare.informatics.sensorstart",
        "timestamp": f"{day}T08:12:00",
        "recordNumber": 70000,
        "extendedProperties": {"serialNumber": "0ETEST0010"},
    }
    return {
        "date": f"{day}T00:00:00",
        "measurementLog": {
            "capabilities": ["scheduledContinuousGlucose", "food", "insulin", "generic-customnote"],
            "foodEntries": food,
            "insulinEntries": insulin,
            "genericEntries": [start, *generic],
        },
    }


def _hours(day: date, lines: Sequence[Line]) -> Json:
    """A row per hour, as the page prints it; what does not fit into one row gets another of the same hour."""
    rows: list[Json] = []
    for hour in range(24):
        waiting = [line for line in lines if line.wall.hour == hour]
        while True:
            row: Json = {"Hour": hour, "GlucoseAverage": 121 + hour, "GlucoseColor": "#3aa76d"}
            for kind, key, flag in (
                (CARBS, "CarbsGrams", "HasFood"),
                (RAPID, "RapidActingUnits", "HasRapidActing"),
                (LONG, "LongActingUnits", "HasLongActing"),
                (NOTE, "Note", "HasNote"),
            ):
                line = next(iter(of(kind, waiting)), None)
                row[flag] = line is not None
                row[key] = None if line is None else line.text if kind is NOTE else line.amount
                if line is not None:
                    waiting.remove(line)
            rows.append(row)
            if not waiting:
                break
    return {
        "DayDate": day.isoformat(),
        "DayOfWeek": day.strftime("%A"),
        "Hours": rows,
        "DailySummary": {
            "CarbsGrams": number(total(CARBS, lines)),
            "RapidActingUnits": number(total(RAPID, lines)),
            "LongActingUnits": number(total(LONG, lines)),
            "NotesCount": len(of(NOTE, lines)),
        },
    }


def _hour_map(day: date, lines: Sequence[Line]) -> Json:
    """A map from the hour to what happened in it; notes are bare texts, doses have the unit in the text."""

    def dose(line: Line, unit: str) -> str | bool:
        return True if line.amount is None else f"{number(line.amount)} {unit}"

    log: dict[str, Json] = {}
    for line in lines:
        cell = log.setdefault(str(line.wall.hour), {})
        match line.kind:
            case EntryKind.NOTE:
                cell.setdefault("comments", []).append(line.text)
            case EntryKind.CARBOHYDRATES:
                cell.setdefault("carbohydrates", []).append(dose(line, "g"))
            case EntryKind.RAPID_ACTING_INSULIN:
                cell.setdefault("insulin", {}).setdefault("rapidActing", []).append(dose(line, "U"))
            case EntryKind.LONG_ACTING_INSULIN:
                cell.setdefault("insulin", {}).setdefault("longActing", []).append(dose(line, "U"))
    return {
        "date": day.isoformat(),
        "hourlyLog": log,
        "dailyTotals": {
            "carbohydrates": f"{number(total(CARBS, lines))} g",
            "insulin": {"dailyAverage": "31 U"},
        },
        "targetRange": {"low": 70, "high": 180},
    }


_EVENT_TYPES: Final = {
    NOTE: "NOTE",
    CARBS: "CARBOHYDRATE_INTAKE",
    RAPID: "RAPID_ACTING_INSULIN",
    LONG: "LONG_ACTING_INSULIN",
}


def _clock(wall: datetime) -> str:
    half = "AM" if wall.hour < 12 else "PM"
    return f"{wall.hour % 12 or 12}:{wall.minute:02} {half}"


def _events(day: date, lines: Sequence[Line]) -> Json:
    """One list of everything, told apart by a type; an amount that was not given is left out."""
    events: list[Json] = [
        {
            "id": f"{day:%Y%m%d}-00",
            "eventType": "SENSOR_SCAN",
            "time": "7:50 AM",
            "value": 131,
            "unit": "mg/dL",
        }
    ]
    for serial, line in enumerate(lines, start=1):
        event: Json = {
            "id": f"{day:%Y%m%d}-{serial:02}",
            "eventType": _EVENT_TYPES[line.kind],
            "time": _clock(line.wall),
            "icon": "event.svg",
        }
        if line.kind is NOTE:
            event["text"] = line.text
        elif line.amount is not None:
            event |= {"amount": number(line.amount), "unit": "g" if line.kind is CARBS else "U"}
        events.append(event)
    return {
        "dayOfMonth": day.day,
        "date": f"{day:%-m/%-d/%Y}",
        "events": events,
    }


def _slots(day: date, lines: Sequence[Line]) -> Json:
    """A list of 24 places per kind, each with what was entered in that hour."""

    def places(kind: EntryKind) -> list[Any]:
        hours: list[Any] = [None] * 24
        for line in of(kind, lines):
            here = hours[line.wall.hour] or []
            value: Any = (
                line.text if kind is NOTE else {"value": line.amount, "isNonNumeric": line.amount is None}
            )
            hours[line.wall.hour] = [*here, value]
        return hours

    return {
        "startOfDay": f"{day}T00:00",
        "notesByHour": places(NOTE),
        "carbsByHour": places(CARBS),
        "rapidInsulinByHour": places(RAPID),
        "longInsulinByHour": places(LONG),
        "averageGlucoseByHour": [110 + hour for hour in range(24)],
        "carbsTotal": number(total(CARBS, lines)),
    }


SPELLINGS: Final[dict[str, Spelling]] = {
    "plain": _plain,
    "uploads": _uploads,
    "hours": _hours,
    "hour_map": _hour_map,
    "events": _events,
    "slots": _slots,
}
MINUTE_PRECISE: Final = frozenset({"uploads"})
"""Those that tell the minute."""
