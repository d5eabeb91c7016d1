"""The data models: readings, diary entries, connections, patients of a practice, worn sensors.

Everything here is parsed once, at the edge, and never changes afterwards. Glucose is kept in mg/dL,
the unit in which Abbott's cloud states every value, and instants are aware datetimes in UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

type JsonObjectType = dict[str, Any]
"""An object to be written as JSON: an answer, a message, a file."""

MG_DL_PER_MMOL_L = 18
"""Abbott's own factor: all 114 recorded pairs of values satisfy mmol/L = mg/dL ÷ 18, to one decimal."""

LOWEST_MG_DL = 40
HIGHEST_MG_DL = 500
"""What a Libre can measure. Glucose beyond is LO or HI, and kept as the border that it lies beyond."""

_MODELS = {0: "FreeStyle Libre", 3: "FreeStyle Libre 2", 4: "FreeStyle Libre 3"}


class GlucoseUnit(StrEnum):
    """The two units people read glucose in."""

    MG_DL = "mg/dL"
    MMOL_L = "mmol/L"


class Trend(StrEnum):
    """The direction and pace of glucose, as the arrow in the Libre app shows it."""

    FALLING_FAST = "falling_fast"
    FALLING = "falling"
    STABLE = "stable"
    RISING = "rising"
    RISING_FAST = "rising_fast"


class Range(StrEnum):
    """The five ranges of the international consensus, with a person's own thresholds."""

    VERY_LOW = "very_low"
    LOW = "low"
    IN_RANGE = "in_range"
    HIGH = "high"
    VERY_HIGH = "very_high"


class MeasuringRange(StrEnum):
    """Glucose within what the sensor can measure, below it (LO) or above it (HI)."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


def is_measurable(mg_dl: int) -> bool:
    """Return True for glucose that a Libre can measure. LO and HI stand on the borders."""
    return LOWEST_MG_DL <= mg_dl <= HIGHEST_MG_DL


class AlarmKind(StrEnum):
    """The event that a glucose alarm warns of."""

    URGENT_LOW = "urgent_low"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One glucose value: when it was measured (UTC) and how much (mg/dL)."""

    at: datetime
    mg_dl: int = field(repr=False)
    trend: Trend | None = None
    measuring_range: MeasuringRange = MeasuringRange.WITHIN


class Source(StrEnum):
    """The sources of readings. What each is worth: `history/sources.py`."""

    LIVE = "live"
    GRAPH = "graph"
    REPORT = "report"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A sensor, reader or phone that a reading was measured or stored by."""

    name: str = ""
    """The name that the source gives it, such as FreeStyle Libre 3."""
    serial: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """A reading of the store, with its source and device."""

    reading: Reading
    source: Source
    device: Device | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One glucose alarm of the person's Libre app: when it sounded (UTC) and for what."""

    at: datetime
    kind: AlarmKind
    mg_dl: int | None = field(default=None, repr=False)


class EntryKind(StrEnum):
    """The kinds of diary entries: those of the Libre app, and measurements with a test strip."""

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
"""The kinds that people write into their Libre app. Reports hold no others."""
MAX_AMOUNT: Final = {
    EntryKind.CARBOHYDRATES: 1000.0,
    EntryKind.RAPID_ACTING_INSULIN: 300.0,
    EntryKind.LONG_ACTING_INSULIN: 300.0,
}
"""Grams of a meal, units of a dose. A greater number is no amount: no pen gives more units."""


class Precision(StrEnum):
    """The precision of a diary entry's time."""

    HOUR = "hour"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One entry of the diary.

    `wall` is the person's own clock, as the cloud gives it; `at` is the instant (UTC) that it was
    resolved to. An entry of the precision hour lies somewhere in the hour that begins then.
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


class AccountKind(StrEnum):
    """The two kinds of LibreView accounts."""

    PATIENT = "patient"
    PROFESSIONAL = "professional"


class PatientStatus(StrEnum):
    """How a patient stands to a practice."""

    PENDING = "pending"
    """Invited by the practice, and has not accepted yet."""
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePatient:
    """A patient of a practice, as the cloud's last answer tells of them. What it does not tell is None."""

    patient_id: str = field(repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)
    status: PatientStatus | None = None
    last_data: datetime | None = None
    """The instant (UTC) of the last data. None also where only a day is told."""
    no_data_since: datetime | None = None
    """The instant (UTC) after which there are no data for certain: the end of the day where that is told."""
    has_data: bool | None = None
    practice_ids: frozenset[str] | None = field(default=None, repr=False)
    """All ids of the patient's practices, in lower case."""

    def has_other_email_than(self, term: str) -> bool:
        """Return True if the text is an e-mail address, and the patient's is told and another one."""
        return "@" in term and self.email.casefold() not in ("", term.casefold())

    @property
    def key(self) -> str:
        """What tells the patient from others: the id, whose case may differ between answers."""
        return self.patient_id.casefold()

    @property
    def name(self) -> str:
        """Return first and last name as one text, empty when the cloud gave neither."""
        return f"{self.first_name} {self.last_name}".strip()


class LinkState(StrEnum):
    """How data of a followed patient come to a practice."""

    PENDING = "pending"
    CONNECTED = "connected"
    NO_UPLOADS = "no_uploads"
    """Connected, and nothing has ever been uploaded."""
    GONE = "gone"
    """The cloud no longer gives the practice this patient's data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLink:
    """How a followed patient stands to the practice, as far as it is known."""

    state: LinkState | None = None
    last_data: datetime | None = None
    """The instant (UTC) of the newest data that LibreView has."""
    name: str = field(default="", repr=False)
    """First and last name at LibreView, empty as long as they are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WornSensor:
    """The sensor on the arm. The cloud does not state its life of 14 or 15 days."""

    serial: str | None = field(default=None, repr=False)
    activated_at: datetime | None = None
    warm_up: timedelta
    product: int | None = None
    """Abbott's `pt`: 0 Libre 1, 3 Libre 2, 4 Libre 3 (Plus sensors are not told apart)."""

    @property
    def model(self) -> str | None:
        """Return Abbott's name of the product (robberwick/pylibrelinkup, gui-dos/DiaBLE), None if unknown."""
        return _MODELS.get(self.product) if self.product is not None else None

    @property
    def device(self) -> Device:
        """Return the sensor as the device that measured a reading."""
        return Device(name=self.model or "", serial=self.serial)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One person whose data an account may see, as in the cloud's last answer.

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
    sensor: WornSensor | None = None
    reading: Reading | None = field(default=None, repr=False)
    valueless_at: datetime | None = None
    """The instant of the newest measurement where it has no usable value; then there is no `reading`."""
    wall: datetime | None = None
    """The time of the newest measurement on the person's own clock, naive."""
    alarming: bool = False
    """True while the cloud shows an alarm for this person (`glucoseAlarm`)."""

    @property
    def measured_at(self) -> datetime | None:
        """Return the instant of the newest measurement, with or without a usable value."""
        return self.reading.at if self.reading else self.valueless_at

    @property
    def name(self) -> str:
        """Return first and last name as one text, empty when the cloud gave neither."""
        return f"{self.first_name} {self.last_name}".strip()
