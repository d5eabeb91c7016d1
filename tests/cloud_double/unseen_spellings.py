"""More spellings of a day's diary, which nobody looks at who writes a reader."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from .diary import EntryKind
from .spellings import CARBS, LONG, NOTE, RAPID, Line, Spelling, floating, number, of, total
from .wire import Json


def _snake(day: date, lines: Sequence[Line]) -> Json:
    """snake_case, times in floating milliseconds, amounts with their unit beside them."""

    def amounts(kind: EntryKind, unit: str) -> list[Json]:
        return [
            {
                "entry_id": f"{kind}-{floating(line.wall)}-{position}",
                "logged_at_ms": floating(line.wall) * 1000,
                "quantity": None if line.amount is None else {"value": number(line.amount), "unit": unit},
            }
            for position, line in enumerate(of(kind, lines))
        ]

    return {
        "calendar_day": day.isoformat(),
        "log_entries": {
            "food": amounts(CARBS, "g"),
            "insulin": {"rapid_acting": amounts(RAPID, "U"), "long_acting": amounts(LONG, "U")},
            "notes": [
                {
                    "entry_id": f"note-{position}",
                    "logged_at_ms": floating(line.wall) * 1000,
                    "body": line.text,
                }
                for position, line in enumerate(of(NOTE, lines))
            ],
        },
        "statistics": {
            "carbs_total": number(total(CARBS, lines)),
            "insulin": {"rapid_total": number(total(RAPID, lines)), "long_share_percent": 42},
        },
    }


def _table(day: date, lines: Sequence[Line]) -> Json:
    """What a table drawn on the page would be fed with: a row per kind, cells with a minute and a text."""

    def text(line: Line, unit: str) -> str:
        if line.amount is None:
            return ""
        return f"{number(line.amount)} {unit}".replace(".", ",")

    rows: list[Json] = []
    for kind, title, unit in (
        (CARBS, "Carbohydrates", "g"),
        (RAPID, "Rapid-Acting Insulin", "U"),
        (LONG, "Long-Acting Insulin", "U"),
    ):
        cells = [
            {
                "MinutesSinceMidnight": _minutes(line),
                "Text": text(line, unit),
                "Span": 1,
            }
            for line in of(kind, lines)
        ]
        sum_of_day = f"{number(total(kind, lines))} {unit}".replace(".", ",")
        rows.append({"RowType": title, "Cells": cells, "DayTotal": sum_of_day, "Height": 18})
    notes = [
        {"MinutesSinceMidnight": _minutes(line), "Text": line.text, "Span": 2} for line in of(NOTE, lines)
    ]
    rows.append({"RowType": "Notes", "Cells": notes, "Height": 36})
    return {"Date": f"{day}T00:00:00", "LogbookRows": rows}


def _minutes(line: Line) -> int:
    return line.wall.hour * 60 + line.wall.minute


def _moments(day: date, lines: Sequence[Line]) -> Json:
    """A list of moments, each with everything entered then; doses are objects of their own."""
    moments: list[Json] = []
    for wall, those in groupby(lines, key=lambda line: line.wall):
        here = list(those)
        moment: Json = {"Time": f"{wall:%H:%M}", "LocalTime": wall.isoformat(timespec="seconds")}
        if notes := of(NOTE, here):
            moment["Annotations"] = [{"Kind": "Note", "Comment": line.text} for line in notes]
        if food := of(CARBS, here):
            moment["Meals"] = [_dose(line, "CarbGrams") for line in food]
        if doses := [line for line in here if line.kind in (RAPID, LONG)]:
            moment["InsulinDoses"] = [
                {"InsulinType": "Rapid" if line.kind is RAPID else "Long", **_dose(line, "Units")}
                for line in doses
            ]
        moments.append(moment)
    return {
        "LocalDate": day.isoformat(),
        "Moments": moments,
        "Totals": {"CarbGrams": number(total(CARBS, lines)), "Units": number(total(RAPID, lines))},
    }


def _dose(line: Line, key: str) -> dict[str, Any]:
    if line.amount is None:
        return {"NonNumeric": 1}
    return {key: number(line.amount), "NonNumeric": 0}


def _series(day: date, lines: Sequence[Line]) -> Json:
    """What a chart library is fed with: a series of points per kind, in floating milliseconds."""

    def points(kind: EntryKind) -> list[Json]:
        return [
            {
                "x": floating(line.wall) * 1000,
                "y": None if line.amount is None else number(line.amount),
                "marker": {"symbol": "circle", "radius": 4},
            }
            for line in of(kind, lines)
        ]

    def series(kind: EntryKind, identity: str, name: str, color: str, unit: str) -> Json:
        return {
            "id": identity,
            "name": name,
            "type": "scatter",
            "color": color,
            "yAxis": 1,
            "tooltip": {"valueSuffix": f" {unit}"},
            "data": points(kind),
        }

    midnight = floating(datetime.combine(day, time())) * 1000
    flags = [{"x": floating(line.wall) * 1000, "title": "N", "text": line.text} for line in of(NOTE, lines)]
    return {
        "dayStart": midnight,
        "dayLabel": f"{day:%a %b %-d}",
        "chart": {
            "xAxis": {"min": midnight, "max": midnight + 86_400_000, "tickInterval": 3_600_000},
            "yAxis": [
                {"min": 0, "max": 350, "plotBands": [{"from": 70, "to": 180, "color": "#e6f4ea"}]},
                {"min": 0, "visible": False},
            ],
            "series": [
                series(CARBS, "carbs", "Carbohydrates", "#f5a623", "g"),
                series(RAPID, "insulin-rapid", "Rapid-Acting Insulin", "#0072ce", "units"),
                series(LONG, "insulin-long", "Long-Acting Insulin", "#5b2d90", "units"),
                {"id": "notes", "name": "Notes", "type": "flags", "color": "#666", "data": flags},
            ],
        },
        "totals": {"carbs": number(total(CARBS, lines)), "insulinRapid": number(total(RAPID, lines))},
    }


_NAMESPACE: Final = "Abbott.LibreView.Reports.DailyLog"


def _typed(day: date, lines: Sequence[Line]) -> Json:
    """Classes as .NET's usual JSON library writes them: `$type`, `$values`, `/Date(…)/`, no nulls."""

    def cls(name: str) -> str:
        return f"{_NAMESPACE}.{name}, Abbott.LibreView.Reports"

    def moment(wall: datetime) -> str:
        return f"/Date({floating(wall) * 1000})/"

    midnight = datetime.combine(day, time())
    entries: list[Json] = [
        {
            "$type": cls("ExerciseEntry"),
            "EntryId": f"{day:%Y%m%d}-4a1e-0000",
            "OccurredOn": moment(midnight + timedelta(hours=17)),
            "Intensity": "Low",
            "DurationInMinutes": 30,
        }
    ]
    for serial, line in enumerate(lines, start=1):
        entry: Json = {
            "$type": "",
            "EntryId": f"{day:%Y%m%d}-4a1e-{serial:04}",
            "OccurredOn": moment(line.wall),
            "IsManualEntry": True,
        }
        match line.kind:
            case EntryKind.NOTE:
                entry |= {"$type": cls("CommentEntry"), "Comment": line.text}
            case EntryKind.CARBOHYDRATES:
                entry |= {"$type": cls("FoodEntry"), "MealType": "Unspecified"}
            case _:
                action = "RapidActing" if line.kind is RAPID else "LongActing"
                entry |= {"$type": cls("InsulinEntry"), "Action": action}
        if line.amount is not None:
            unit = "Grams" if line.kind is CARBS else "Units"
            entry["Quantity"] = {"$type": cls("Quantity"), "Amount": line.amount, "Unit": unit}
        entries.append(entry)
    return {
        "$type": cls("DailyLogDay"),
        "Date": moment(midnight),
        "Entries": {
            "$type": f"System.Collections.Generic.List`1[[{cls('LogEntry')}]], mscorlib",
            "$values": entries,
        },
        "Summary": {
            "$type": cls("DaySummary"),
            "TotalCarbohydrates": total(CARBS, lines),
            "TotalRapidActingInsulin": total(RAPID, lines),
            "TotalLongActingInsulin": total(LONG, lines),
            "EntryCount": len(entries),
        },
    }


def _grouped(day: date, lines: Sequence[Line]) -> Json:
    """Each kind a map from the clock to bare amounts or texts, null where no amount was given."""

    def by_clock(kind: EntryKind) -> dict[str, list[Any]]:
        clocks: dict[str, list[Any]] = {}
        for line in of(kind, lines):
            value = line.text if kind is NOTE else None if line.amount is None else number(line.amount)
            clocks.setdefault(f"{line.wall:%H:%M}", []).append(value)
        return clocks

    return {
        "date": f"{day:%m/%d/%Y}",
        "weekday": day.isoweekday(),
        "logbook": {
            "carbs": by_clock(CARBS),
            "insulin": {"rapid": by_clock(RAPID), "long": by_clock(LONG)},
            "notes": by_clock(NOTE),
        },
        "units": {"carbs": "g", "insulin": "U"},
        "totals": {
            "carbs": number(total(CARBS, lines)),
            "insulin": {"rapid": number(total(RAPID, lines)), "long": number(total(LONG, lines))},
        },
        "targets": {"glucose": {"low": 70, "high": 180}, "carbs": 150},
        "colors": {"carbs": "#f5a623", "rapid": "#0072ce", "long": "#5b2d90"},
    }


def _blocks(day: date, lines: Sequence[Line]) -> Json:
    """The day in four blocks, each with its lists and subtotals; clocks as .NET writes a TimeSpan."""

    def logged(line: Line, key: str) -> Json:
        return {
            "At": f"{line.wall:%H:%M:%S}",
            key: line.text if line.kind is NOTE else line.amount,
            "Source": "App",
        }

    blocks: list[Json] = []
    for first, name in ((0, "Overnight"), (6, "Morning"), (12, "Afternoon"), (18, "Evening")):
        here = [line for line in lines if first <= line.wall.hour < first + 6]
        blocks.append(
            {
                "BlockName": name,
                "From": f"{first:02}:00:00",
                "To": f"{first + 5:02}:59:59",
                "GlucoseAverage": 128 + first,
                "FoodLog": [logged(line, "CarbohydrateGrams") for line in of(CARBS, here)],
                "InsulinLog": {
                    "Bolus": [logged(line, "Units") for line in of(RAPID, here)],
                    "Basal": [logged(line, "Units") for line in of(LONG, here)],
                },
                "UserNotes": [logged(line, "Content") for line in of(NOTE, here)],
                "Subtotal": {
                    "CarbohydrateGrams": total(CARBS, here),
                    "BolusUnits": total(RAPID, here),
                    "BasalUnits": total(LONG, here),
                },
                "BackgroundColor": "#f7f7f7",
            }
        )
    return {"LogDate": f"{day}T00:00:00Z", "TimeBlocks": blocks, "GlucoseTarget": {"Low": 70, "High": 180}}


UNSEEN_SPELLINGS: Final[dict[str, Spelling]] = {
    "snake": _snake,
    "table": _table,
    "moments": _moments,
    "series": _series,
    "typed": _typed,
    "grouped": _grouped,
    "blocks": _blocks,
}
UNSEEN_MINUTE_PRECISE: Final[frozenset[str]] = frozenset({"moments", "series", "blocks"})
