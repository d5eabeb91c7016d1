"""A person who wears a sensor, and what may happen to them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum
from typing import Any
from uuid import NAMESPACE_DNS, uuid5
from zoneinfo import ZoneInfo

from .curve import Curve
from .diary import DiaryEntry, EntryKind, Travel

NAMESPACE = uuid5(NAMESPACE_DNS, "cloud-double.example")


class Uom(IntEnum):
    """Abbott's number for a unit of glucose."""

    MMOL_L = 0
    MG_DL = 1


class Alarm(IntEnum):
    """Abbott's `alarmType` (1 and 2 recorded, 0 as a user of the app tells)."""

    FIXED_LOW = 0
    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One glucose value in mg/dL, with Abbott's number for the trend where it is known."""

    at: datetime
    mg_dl: int
    trend: int | None = None
    is_high: bool = False
    is_low: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """A line of the logbook; `reading` is None for an alarm that came without a value (type 2)."""

    at: datetime
    alarm: Alarm
    reading: Reading | None = None


@dataclass(slots=True, kw_only=True)
class Sensor:
    """A sensor on the arm. `activated` None means three days before the person joined the world.

    `product` is Abbott's `pt`: 3 for a Libre 2, whose graph has a point every 15 minutes, 4 for a Libre 3,
    which has one every 5. Readings stop at `ended`, and there are none while it warms up.
    """

    serial: str = "0ETEST0010"
    product: int = 4
    activated: datetime | None = None
    warm_up: timedelta = timedelta(minutes=60)
    ended: datetime | None = None

    def measures_at(self, at: datetime) -> bool:
        """Whether there is a value at that instant (an earlier sensor is taken for granted)."""
        if self.ended is not None and at >= self.ended:
            return False
        return self.activated is None or not self.activated <= at < self.activated + self.warm_up


@dataclass(slots=True, kw_only=True)
class Person:
    """Someone whose readings are shared. All of it may be changed while the double serves.

    The sensor measures every `cadence`, at `phase` after full multiples of it (None: somehow, but always so);
    a measurement reaches the cloud after `upload_delay` and up to `upload_jitter` more. `curve` None is
    a realistic one. `uom` None is true to life: values come in the unit of the account that follows. A set
    `uom` wins, so that one account can see both. A `former_device` is a phone laid aside a month ago, which
    LibreView still names as a source of data. Nothing was measured before they `began` (None: always).
    """

    first_name: str = "Alex"
    last_name: str = "Example"
    patient_id: str = ""
    connection_id: str | None = None
    country: str = "DE"
    time_zone: str = "Europe/Berlin"
    target_low: int = 70
    target_high: int = 180
    alarm_low: int = 70
    alarm_high: int = 250
    uom: Uom | None = None
    sensor: Sensor | None = field(default_factory=Sensor)
    cadence: timedelta = timedelta(seconds=60)
    phase: timedelta | None = None
    upload_delay: timedelta = timedelta(seconds=5)
    upload_jitter: timedelta = timedelta(seconds=4)
    curve: Curve | None = None
    has_reading: bool = True
    began: datetime | None = None
    glucose_alarm: dict[str, Any] | None = None
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    extra_readings: list[Reading] = field(default_factory=list)
    extra_log: list[LogEntry] = field(default_factory=list)
    diary: list[DiaryEntry] = field(default_factory=list)
    travels: list[Travel] = field(default_factory=list)
    former_device: bool = False

    def __post_init__(self) -> None:
        if not self.patient_id:
            self.patient_id = str(uuid5(NAMESPACE, f"patient {self.first_name} {self.last_name}"))

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    def wall(self, at: datetime) -> datetime:
        """What the person's phone shows at an instant, without a zone."""
        for travel in self.travels:
            if travel.since <= at and (travel.until is None or at < travel.until):
                return at.astimezone(timezone(travel.utc_offset)).replace(tzinfo=None)
        return at.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None)

    # What happens to the person.

    def pause(self, since: datetime, until: datetime | None = None) -> None:
        """The phone is silent: nothing reaches the cloud from `since` to `until` (None: until `resume`)."""
        self.pauses.append((since, until))

    def resume(self, at: datetime) -> None:
        """The phone is back: what it missed arrives at once, as far as the graph shows it."""
        self.pauses = [(since, until or at) for since, until in self.pauses]

    def add_reading(self, at: datetime, mg_dl: int, trend: int | None = 3) -> None:
        """A reading besides the curve's; the cloud has it at once, even one of the future."""
        self.extra_readings.append(Reading(at=at, mg_dl=mg_dl, trend=trend))

    def add_alarm(self, at: datetime, alarm: Alarm, mg_dl: int | None = None) -> None:
        """A line of the logbook besides the curve's; without a value it is of type 2."""
        reading = None if mg_dl is None else Reading(at=at, mg_dl=mg_dl, trend=3)
        self.extra_log.append(LogEntry(at=at, alarm=alarm, reading=reading))

    def add_entry(
        self,
        kind: EntryKind | str,
        *,
        at: datetime | None = None,
        wall: datetime | None = None,
        amount: float | None = None,
        text: str = "",
        uploaded: datetime | None = None,
    ) -> DiaryEntry:
        """Something written into the diary, at an instant or at a time of the phone's clock.

        The cloud has it at `uploaded`, by default at once.
        """
        if (at is None) == (wall is None):
            raise ValueError("either the instant or the wall clock's time is needed")
        if at is None:
            assert wall is not None
            at = wall.replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)
        entry = DiaryEntry(
            kind=EntryKind(kind),
            wall=wall or self.wall(at),
            uploaded=uploaded or at,
            amount=amount,
            text=text,
        )
        self.diary.append(entry)
        return entry

    def travel(self, since: datetime, utc_offset: timedelta, until: datetime | None = None) -> None:
        """The phone takes on the time of another place."""
        self.travels.append(Travel(since=since, until=until, utc_offset=utc_offset))
