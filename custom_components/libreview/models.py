"""What is spoken of: readings, diary entries, persons, sensors.

Everything here is parsed once, at the edge, and never changes afterwards. Glucose is kept in mg/dL,
the unit in which Abbott's cloud states every value, and instants are aware datetimes in UTC.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime, timedelta


_MODELS = {0: "FreeStyle Libre", 3: "FreeStyle Libre 2", 4: "FreeStyle Libre 3"}


class GlucoseUnit(StrEnum):
    """The two units people read glucose in."""

    MG_DL = "mg/dL"
    MMOL_L = "mmol/L"


class Trend(StrEnum):
    """Where glucose is heading, as the arrow in the Libre app says it."""

    FALLING_FAST = "falling_fast"
    FALLING = "falling"
    STABLE = "stable"
    RISING = "rising"
    RISING_FAST = "rising_fast"


class Range(StrEnum):
    """The five zones of the international consensus, with a person's own thresholds."""

    VERY_LOW = "very_low"
    LOW = "low"
    IN_RANGE = "in_range"
    HIGH = "high"
    VERY_HIGH = "very_high"


class MeasuringRange(StrEnum):
    """Whether the sensor could measure the glucose, or showed LO or HI instead."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


class AlarmKind(StrEnum):
    """What a glucose alarm warned of."""

    URGENT_LOW = "urgent_low"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One glucose value: when it was measured (UTC) and how much (mg/dL)."""

    at: datetime
    mg_dl: int
    trend: Trend | None = None
    measuring_range: MeasuringRange = MeasuringRange.WITHIN


class Source(StrEnum):
    """By which road a reading came; those that come first say the most about it."""

    LIVE = "live"
    GRAPH = "graph"
    REPORT = "report"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a reading was measured or kept by."""

    name: str = ""
    """As the source names it, such as FreeStyle Libre 3."""
    serial: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """A reading out of the store."""

    reading: Reading
    source: Source
    device: Device | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One glucose alarm of the person's Libre app: when it sounded (UTC) and for what."""

    at: datetime
    kind: AlarmKind
    mg_dl: int | None = None


class EntryKind(StrEnum):
    """What a diary holds: what people write into their Libre app, and what they measure with a test strip."""

    NOTE = "note"
    CARBOHYDRATES = "carbohydrates"
    RAPID_ACTING_INSULIN = "rapid_acting_insulin"
    LONG_ACTING_INSULIN = "long_acting_insulin"
    BLOOD_GLUCOSE = "blood_glucose"
    KETONES = "ketones"


WRITTEN_KINDS: Final = (
    EntryKind.NOTE,
    EntryKind.CARBOHYDRATES,
    EntryKind.RAPID_ACTING_INSULIN,
    EntryKind.LONG_ACTING_INSULIN,
)
"""What people write into their Libre app themselves, and all that a report tells of the diary."""


class Precision(StrEnum):
    """How exactly the time of a diary entry is known."""

    HOUR = "hour"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One entry of the diary.

    `wall` is the person's own clock, as the cloud tells it; `at` is the instant (UTC) that it was taken for.
    An entry of the precision hour lies somewhere in the hour that begins then.
    """

    kind: EntryKind
    wall: datetime
    at: datetime
    amount: float | None = field(default=None, repr=False)
    """Grams of carbohydrates, units of insulin, mg/dL of blood glucose, mmol/L of ketones.

    None for a note, a dose without amount, and blood glucose that was out of range (then `text` is HI or LO).
    """
    text: str = field(default="", repr=False)
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """The sensor on the arm. Its life of 14 or 15 days is nowhere stated by the cloud."""

    serial: str | None = field(default=None, repr=False)
    activated_at: datetime | None = None
    warm_up: timedelta
    product: int | None = None
    """Abbott's `pt`: 0 Libre 1, 3 Libre 2, 4 Libre 3 (Plus sensors are not told apart)."""

    @property
    def model(self) -> str | None:
        """What Abbott calls it (robberwick/pylibrelinkup, gui-dos/DiaBLE), None where that is not known."""
        return _MODELS.get(self.product) if self.product is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person whose data an account may see, as the cloud last told of them.

    `target_low` and `target_high` are the person's own LibreLinkUp targets, `alarm_low` and
    `alarm_high` the thresholds of their alarms, all in mg/dL whatever `unit` is.
    """

    patient_id: str = field(repr=False)
    connection_id: str | None = field(default=None, repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    unit: GlucoseUnit | None = None
    target_low: int | None = None
    target_high: int | None = None
    alarm_low: int | None = None
    alarm_high: int | None = None
    sensor: Sensor | None = None
    reading: Reading | None = field(default=None, repr=False)
    wall: datetime | None = None
    """What the person's own clock showed when `reading` was measured, without its zone."""
    alarming: bool = False
    """Whether the cloud shows an alarm for this person right now (`glucoseAlarm`)."""

    @property
    def name(self) -> str:
        """First and last name as one text, empty when the cloud gave neither."""
        return f"{self.first_name} {self.last_name}".strip()
