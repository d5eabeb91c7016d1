"""Guesses at how a report may spell the entries of a day, each with what truly happened on that day.

They were written down before the reader was looked at. About half say plainly what was taken; in the others
something near the amount (a plan, a deletion, a scale, half a clock) makes that amount another or none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from custom_components.libreview.models import EntryKind

CARBS, NOTE = EntryKind.CARBOHYDRATES, EntryKind.NOTE
RAPID, LONG = EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN

DAY: Final = date(2026, 3, 14)


@dataclass(frozen=True, slots=True)
class Truth:
    """What was taken or written: a kind, the hour of it, and the amount or the text."""

    kind: EntryKind
    hour: int
    value: float | str


@dataclass(frozen=True, slots=True)
class Guess:
    """What stands in the day besides glucose, and what truly happened."""

    day: Mapping[str, Any]
    truth: tuple[Truth, ...] = ()


def iso(hour: int) -> str:
    return datetime.combine(DAY, time(hour)).isoformat()


def epoch(hour: int) -> int:
    return int(datetime.combine(DAY, time(hour), UTC).timestamp())


RAPID_6_AT_8: Final = Truth(RAPID, 8, 6)
RAPID_5_AT_19: Final = Truth(RAPID, 19, 5)
LONG_14_AT_22: Final = Truth(LONG, 22, 14)
CARBS_45_AT_8: Final = Truth(CARBS, 8, 45)
NOTE_AT_8: Final = Truth(NOTE, 8, "porridge")

_BREAKFAST: Final = (NOTE_AT_8, CARBS_45_AT_8, RAPID_6_AT_8)


def rapid(**beside: Any) -> dict[str, Any]:
    """A dose of 6 units at 8, with something beside it, and one of 5 units at 19 with nothing."""
    return {
        "RapidInsulin": [
            {"Timestamp": epoch(8), "Value": 6, **beside},
            {"Timestamp": epoch(19), "Value": 5},
        ]
    }


def typed(**beside: Any) -> dict[str, Any]:
    """The same in a list of entries that say their type."""
    return {
        "InsulinEntries": [
            {"Type": "RapidActing", "Time": "08:00", "Units": 6, **beside},
            {"Type": "RapidActing", "Time": "19:00", "Units": 5},
        ]
    }


BOTH: Final = (RAPID_6_AT_8, RAPID_5_AT_19)
ONLY_19: Final = (RAPID_5_AT_19,)

PLAIN: Final[dict[str, Guess]] = {
    "lists_per_kind": Guess(
        {
            "NoteEntries": [{"EntryTime": iso(8), "Text": "porridge"}],
            "CarbEntries": [{"EntryTime": iso(8), "Grams": 45}],
            "RapidActingInsulinEntries": [{"EntryTime": iso(8), "Units": 6}],
            "LongActingInsulinEntries": [{"EntryTime": iso(22), "Units": 14}],
        },
        (*_BREAKFAST, LONG_14_AT_22),
    ),
    "logs": Guess(
        {
            "FoodLog": [{"LocalTime": "08:00", "Carbohydrates": 45}],
            "InsulinLog": [
                {"LocalTime": "08:00", "Type": "RapidActing", "Dose": 6},
                {"LocalTime": "22:00", "Type": "LongActing", "Dose": 14},
            ],
        },
        (CARBS_45_AT_8, RAPID_6_AT_8, LONG_14_AT_22),
    ),
    "segments_as_glucose": Guess(
        {
            "RapidInsulin": [[{"Timestamp": epoch(8), "Value": 6, "IsTimeChange": False}]],
            "LongInsulin": [[{"Timestamp": epoch(22), "Value": 14, "IsTimeChange": False}]],
        },
        (RAPID_6_AT_8, LONG_14_AT_22),
    ),
    "columns_of_an_hour": Guess(
        {
            "Hourly": [
                {"Hour": 8, "Carbs": 45, "RapidInsulin": 6, "LongInsulin": None, "Notes": ["porridge"]},
                {"Hour": 22, "Carbs": None, "RapidInsulin": None, "LongInsulin": 14, "Notes": []},
            ]
        },
        (*_BREAKFAST, LONG_14_AT_22),
    ),
    "comma_and_unit": Guess(
        {
            "RapidInsulin": [{"Time": "08:00", "Text": "4,5 U"}],
            "Carbs": [{"Time": "08:00", "Text": "45 g"}],
        },
        (Truth(RAPID, 8, 4.5), CARBS_45_AT_8),
    ),
    "pairs": Guess({"RapidInsulin": [[epoch(8), 6], [epoch(19), 5]]}, BOTH),
    "amount_with_its_unit": Guess(typed(Units={"Amount": 6, "UnitOfMeasure": "IU"}), BOTH),
    "flags_for_types": Guess(
        {
            "InsulinDoses": [
                {"Time": "08:00", "IsRapidActing": True, "IsLongActing": False, "Units": 6},
                {"Time": "22:00", "IsRapidActing": False, "IsLongActing": True, "Units": 14},
            ]
        },
        (RAPID_6_AT_8, LONG_14_AT_22),
    ),
    "camel_case_events": Guess(
        {
            "logbookEvents": [
                {"type": "carbs", "dateTime": iso(8), "grams": 45},
                {"type": "rapidInsulin", "dateTime": iso(8), "units": 6},
                {"type": "longInsulin", "dateTime": iso(22), "units": 14},
                {"type": "note", "dateTime": iso(8), "text": "porridge"},
            ]
        },
        (*_BREAKFAST, LONG_14_AT_22),
    ),
    "ids_devices_and_users": Guess(
        typed(EntryId="a1-7", DeviceId="3C2", Source="App", UserId="77", Index=3, Color="#fff"), BOTH
    ),
    "not_deleted_not_planned": Guess(
        typed(IsDeleted=False, IsPlanned=False, DeletedOn=None, IsReminder=False), BOTH
    ),
    "own_zone_in_the_time": Guess(
        {"RapidInsulin": [{"Timestamp": f"{iso(8)}+01:00", "Value": 6}]}, (RAPID_6_AT_8,)
    ),
    "brand_beside": Guess(typed(Brand="NovoRapid"), BOTH),
    "day_inside": Guess(
        {
            "Log": {
                "Food": [{"When": iso(8), "CarbsInGrams": 45}],
                "Insulin": {"RapidActing": [{"When": iso(8), "Units": 6}], "LongActing": []},
            }
        },
        (CARBS_45_AT_8, RAPID_6_AT_8),
    ),
    "numbers_as_text": Guess(typed(Units="6.0"), BOTH),
}
"""What says plainly what was taken."""

PLANS: Final[dict[str, Guess]] = {
    "reminders": Guess({"InsulinReminders": [{"Time": "08:00", "Type": "RapidActing", "Units": 6}]}),
    "a_reminder_among_doses": Guess(rapid(IsReminder=True), ONLY_19),
    "alarm_of_a_dose": Guess({"RapidInsulinAlarms": [{"Time": "08:00", "Units": 6}]}),
    "scheduled_by_a_name": Guess({"DoseSchedule": {"LongInsulin": [{"Time": "22:00", "Units": 14}]}}),
    "prescribed": Guess({"PrescribedLongInsulin": [{"Time": "22:00", "Units": 14}]}),
    "recommended": Guess({"RapidInsulin": [{"Hour": 8, "RecommendedUnits": 8, "Units": 6}]}, (RAPID_6_AT_8,)),
    "suggested_only": Guess({"RapidInsulin": [{"Hour": 8, "SuggestedUnits": 8}]}),
    "bolus_wizard": Guess({"BolusWizard": [{"Time": "08:00", "Carbs": 45, "Bolus": 6}]}),
    "due": Guess({"RapidInsulin": [{"DueTime": "08:00", "Units": 6}]}),
    "usual": Guess({"UsualDoses": [{"Time": "08:00", "RapidInsulin": 6}]}),
    "target_of_carbs": Guess({"CarbGoals": [{"Time": "08:00", "Grams": 45}]}),
}

WITHDRAWN: Final[dict[str, Guess]] = {
    "deleted_when": Guess(rapid(DeletedAt=iso(9)), ONLY_19),
    "state_of_an_entry": Guess(rapid(State="removed"), ONLY_19),
    "record_status_number": Guess(rapid(RecordStatus=2), ONLY_19),
    "voided": Guess(typed(Voided=1), ONLY_19),
    "is_active_false": Guess(typed(IsActive=False), ONLY_19),
    "valid_no": Guess(typed(Valid="no"), ONLY_19),
    "superseded": Guess(typed(SupersededBy="a1-8"), ONLY_19),
    "operation": Guess(typed(Operation="DELETE"), ONLY_19),
    "rubbish_bin": Guess({"DeletedEntries": {"RapidInsulin": [{"Time": "08:00", "Units": 6}]}}),
    "before_the_edit": Guess(typed(OriginalUnits=8), BOTH),
    "revisions": Guess(
        {"RapidInsulin": [{"Time": "08:00", "Revisions": [{"Units": 8}, {"Units": 6}]}]}, (RAPID_6_AT_8,)
    ),
    "tombstone": Guess(typed(Tombstone=True), ONLY_19),
    "hidden": Guess(typed(Hidden=True), ONLY_19),
}

NOT_INJECTED: Final[dict[str, Guess]] = {
    "skipped": Guess(rapid(Skipped=True), ONLY_19),
    "taken_no": Guess(rapid(Taken=False), ONLY_19),
    "confirmed_no": Guess(typed(Confirmed=False), ONLY_19),
    "missed_doses": Guess({"MissedDoses": [{"Type": "RapidActing", "Time": "08:00", "Units": 6}]}),
    "priming": Guess(typed(IsPriming=True), ONLY_19),
    "purpose": Guess(typed(Purpose="Safety test"), ONLY_19),
    "left_in_the_pen": Guess({"RapidInsulinPen": [{"Time": "08:00", "RemainingUnits": 212}]}),
    "on_board": Guess({"InsulinOnBoard": {"Rapid": [{"Timestamp": epoch(8), "Value": 2.1}]}}),
    "active": Guess({"ActiveRapidInsulin": [{"Timestamp": epoch(8), "Value": 2.1}]}),
    "cartridge": Guess({"RapidInsulin": [{"Time": "08:00", "CartridgeUnits": 300}]}),
    "written_not_taken": Guess(rapid(Value="6 (not taken)"), ONLY_19),
}

RATES: Final[dict[str, Guess]] = {
    "basal_rate": Guess({"Basal": [{"Time": "00:00", "Rate": 0.8}, {"Time": "06:00", "Rate": 1.1}]}),
    "units_per_hour": Guess({"Basal": [{"Time": "06:00", "UnitsPerHour": 1.1}]}),
    "unit_says_rate": Guess({"Basal": [{"Time": "06:00", "Value": 1.1, "Unit": "U/h"}]}),
    "for_a_while": Guess({"Basal": [{"Time": "06:00", "Value": 1.1, "DurationMinutes": 60}]}),
    "until": Guess({"Basal": [{"StartTime": "06:00", "EndTime": "09:00", "Units": 1.1}]}),
    "profile": Guess({"BasalProfile": [{"Time": "06:00", "Units": 1.1}]}),
    "ratio": Guess({"InsulinToCarbRatio": [{"Time": "06:00", "Rapid": 1, "Carbs": 10}]}),
    "sensitivity": Guess({"RapidInsulinSensitivity": [{"Time": "06:00", "Value": 40}]}),
    "factor": Guess({"RapidInsulinFactor": [{"Time": "06:00", "Value": 1.5}]}),
    "maximum": Guess({"RapidInsulinMax": [{"Time": "06:00", "Value": 20}]}),
    "temporary": Guess({"InsulinEntries": [{"Type": "TempBasal", "Time": "06:00", "Units": 0.4}]}),
}

SCALES: Final[dict[str, Guess]] = {
    "decimals": Guess(rapid(Value=60, Decimals=1), BOTH),
    "hundredths": Guess({"RapidInsulin": [{"Hour": 8, "UnitsX100": 600}]}, (RAPID_6_AT_8,)),
    "in_tenths": Guess({"RapidInsulin": [{"Hour": 8, "UnitsTenths": 60}]}, (RAPID_6_AT_8,)),
    "multiplier": Guess(rapid(Value=60, Multiplier=0.1), BOTH),
    "exponent": Guess(rapid(Value=60, Exponent=-1), BOTH),
    "clicks": Guess(rapid(Value=12, Unit="clicks"), BOTH),
    "millilitres": Guess(rapid(Value=0.06, Unit="mL"), BOTH),
    "portions": Guess({"Carbs": [{"Hour": 8, "Value": 4.5, "Unit": "portions"}]}, (CARBS_45_AT_8,)),
    "exchanges_by_name": Guess({"CarbExchanges": [{"Hour": 8, "Value": 4.5}]}, (CARBS_45_AT_8,)),
    "bread_units": Guess({"Carbs": [{"Hour": 8, "BE": 4.5}]}, (CARBS_45_AT_8,)),
    "kilocalories": Guess({"Food": [{"Hour": 8, "Kcal": 180, "Carbs": 45}]}, (CARBS_45_AT_8,)),
    "percent": Guess(rapid(Value=50, Unit="%"), BOTH),
    "twice": Guess(rapid(Value=3, Times=2), BOTH),
    "twice_in_words": Guess(rapid(Value="2 x 3"), BOTH),
    "about": Guess(rapid(Value="~6"), BOTH),
    "between": Guess(rapid(Value="5-7"), BOTH),
    "sum_in_words": Guess(rapid(Value="4 + 2"), BOTH),
    "decimal_point_lost": Guess({"RapidInsulin": [{"Hour": 8, "Value": 145}]}, (Truth(RAPID, 8, 14.5),)),
}

SUMS: Final[dict[str, Guess]] = {
    "running_total": Guess(
        {
            "CumulativeRapidInsulin": [
                {"Hour": 8, "Value": 6},
                {"Hour": 19, "Value": 11},
            ]
        },
        BOTH,
    ),
    "average_of_hours": Guess({"AverageRapidInsulin": [{"Hour": 8, "Value": 6}]}),
    "yesterday": Guess({"PreviousDay": {"RapidInsulin": [{"Hour": 8, "Value": 6}]}}),
    "per_week": Guess({"WeeklyRapidInsulin": [{"Hour": 8, "Value": 42}]}),
    "parts_of_a_dose": Guess(typed(MealUnits=4, CorrectionUnits=2), BOTH),
    "parts_in_a_list": Guess(typed(Parts=[{"Units": 4}, {"Units": 2}]), BOTH),
    "two_doses_in_one": Guess(rapid(Value=9, Count=2), (Truth(RAPID, 8, 9), RAPID_5_AT_19)),
    "foods_of_a_meal": Guess(
        {"Meals": [{"Time": "08:00", "Carbs": 45, "Foods": [{"Carbs": 30}, {"Carbs": 15}]}]},
        (CARBS_45_AT_8,),
    ),
    "total_of_a_row": Guess(
        {"Rows": [{"Hour": 8, "RapidInsulin": 6, "InsulinTotal": 20, "LongInsulin": None}]}, (RAPID_6_AT_8,)
    ),
}

PLACES: Final[dict[str, Guess]] = {
    "point_of_a_chart": Guess(
        {"RapidInsulin": [{"x": epoch(8) * 1000, "y": 20, "label": "6"}]}, (RAPID_6_AT_8,)
    ),
    "mark_on_the_curve": Guess(
        {"RapidInsulinMarks": [{"Timestamp": epoch(8), "Value": 143}]}, (RAPID_6_AT_8,)
    ),
    "glucose_beside": Guess(rapid(Glucose=143), BOTH),
    "glucose_as_value": Guess(
        {"InsulinEntries": [{"Type": "RapidActing", "Time": "08:00", "Value": 143, "Dose": 6}]},
        (RAPID_6_AT_8,),
    ),
    "left_and_top": Guess({"RapidInsulin": [{"Hour": 8, "Left": 33, "Top": 120}]}, (RAPID_6_AT_8,)),
}

CLOCKS: Final[dict[str, Guess]] = {
    "period": Guess(
        {"RapidInsulin": [{"Hour": 7, "Period": "PM", "Units": 5}, {"Hour": 8, "Period": "AM", "Units": 6}]},
        BOTH,
    ),
    "half_of_the_day": Guess({"RapidInsulin": [{"Time": "7:00", "Half": "pm", "Units": 5}]}, ONLY_19),
    "is_afternoon": Guess({"RapidInsulin": [{"Hour": 7, "IsAfternoon": True, "Units": 5}]}, ONLY_19),
    "hour_of_twelve": Guess({"RapidInsulin": [{"Hour12": 7, "AmPm": 1, "Units": 5}]}, ONLY_19),
    "universal_and_local": Guess(
        {"RapidInsulin": [{"TimestampUtc": f"{iso(18)}Z", "TimestampLocal": iso(19), "Units": 5}]}, ONLY_19
    ),
    "uploaded_and_taken": Guess(
        {"RapidInsulin": [{"UploadedAt": iso(21), "TakenAt": iso(19), "Units": 5}]}, ONLY_19
    ),
    "hours_of_a_block": Guess(
        {"Blocks": [{"StartHour": 12, "RapidInsulin": [{"HourInBlock": 7, "Units": 5}]}]}, ONLY_19
    ),
    "of_the_day_before": Guess({"RapidInsulin": [{"DayOffset": -1, "Time": "08:00", "Units": 6}]}),
    "minutes_shifted": Guess(
        {"RapidInsulin": [{"Time": "08:00", "OffsetMinutes": 660, "Units": 5}]}, ONLY_19
    ),
}

KINDS: Final[dict[str, Guess]] = {
    "not_rapid": Guess({"InsulinEntries": [{"Type": "NonRapid", "Time": "22:00", "Units": 14}]}),
    "premixed": Guess({"InsulinEntries": [{"Type": "Premixed", "Time": "08:00", "Units": 12}]}),
    "mixture_of_both": Guess({"RapidLongInsulin": [{"Time": "08:00", "Units": 12}]}),
    "other_drug": Guess({"LongActingGlp1": [{"Time": "08:00", "Units": 1.8}]}),
    "names_contradict": Guess(
        {"RapidInsulin": [{"Time": "22:00", "Type": "LongActing", "Units": 14}]}, (LONG_14_AT_22,)
    ),
    "fibre_of_carbs": Guess({"Carbs": [{"Time": "08:00", "FiberGrams": 9, "Grams": 45}]}, (CARBS_45_AT_8,)),
    "code_of_a_type": Guess({"InsulinEntries": [{"TypeCode": 2, "Time": "22:00", "Units": 14}]}),
    "glucagon": Guess({"RescueDoses": [{"Type": "Glucagon", "Time": "08:00", "Units": 1}]}),
}

GUESSES: Final[dict[str, Guess]] = {
    **PLAIN,
    **PLANS,
    **WITHDRAWN,
    **NOT_INJECTED,
    **RATES,
    **SCALES,
    **SUMS,
    **PLACES,
    **CLOCKS,
    **KINDS,
}
