"""One followed person at one moment: everything the entities show, derived from what both feeds have told.

The settings of a person's subentry are parsed here, once; what they leave open follows the person's own
LibreLinkUp settings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from .cloud.fields import whole
from .const import CONF_MAX_AGE, CONF_SENSOR_LIFE, CONF_TIME_ZONE, CONF_UNIT, THRESHOLDS
from .diary_day import DayTotal, midnight, moments, total_of
from .figures import Figures
from .glucose import sensor_life
from .glucose.freshness import is_current, is_from_future
from .glucose.ranges import CONSENSUS, Thresholds, range_of
from .glucose.sensor_life import SensorStatus
from .glucose.series import supplemented
from .glucose.trend import change, rate_of_change
from .models import Alarm, DiaryEntry, EntryKind, GlucoseUnit, Person, Range, Reading, Sensor

DEFAULT_MAX_AGE: Final = 15
"""Minutes. Nightscout warns after as long without data."""
DIARY_TRUSTED_FOR: Final = timedelta(hours=3)
"""After so long without a report a sum may lack a dose. Reports come every 45 to 75 min, so one may fail."""
_DAY: Final = timedelta(days=1)
_AFTERWARDS: Final = timedelta(milliseconds=1)


class Feed(StrEnum):
    """The two roads on which a person's data come."""

    LIVE = "live"
    DIARY = "diary"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """What was chosen for a person, None where nothing was. Thresholds are in mg/dL."""

    unit: GlucoseUnit | None = None
    max_age: timedelta = timedelta(minutes=DEFAULT_MAX_AGE)
    sensor_life_days: int | None = None
    thresholds: dict[str, int] = field(default_factory=dict)
    time_zone: str | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> PersonSettings:
        """Read a subentry's data."""
        unit = data.get(CONF_UNIT)
        return cls(
            unit=GlucoseUnit(unit) if isinstance(unit, str) and unit in GlucoseUnit else None,
            max_age=timedelta(minutes=data.get(CONF_MAX_AGE, DEFAULT_MAX_AGE)),
            sensor_life_days=whole(data.get(CONF_SENSOR_LIFE)),
            thresholds={key: data[key] for key in THRESHOLDS if key in data},
            time_zone=data.get(CONF_TIME_ZONE),
        )

    def thresholds_for(self, person: Person | None) -> Thresholds:
        """The chosen thresholds, else the person's own targets, else those of the international consensus."""
        try:
            return self.checked_thresholds(person)
        except ValueError:
            pass  # Targets that contradict each other, or that moved past a threshold chosen here.
        try:
            return Thresholds(**self._squeezed(self._followed(person) | self.thresholds))
        except ValueError:
            return CONSENSUS

    def _squeezed(self, values: dict[str, int]) -> dict[str, int]:
        """The same thresholds with what was chosen untouched, and what is followed moved into its gaps."""
        for lower, upper in pairwise(THRESHOLDS):
            if upper not in self.thresholds:
                values[upper] = max(values[upper], values[lower] + 1)
        for lower, upper in reversed(list(pairwise(THRESHOLDS))):
            if lower not in self.thresholds:
                values[lower] = min(values[lower], values[upper] - 1)
        return values

    def checked_thresholds(self, person: Person | None) -> Thresholds:
        """The same, but raise ValueError for thresholds that leave a zone without room."""
        return Thresholds(**(self._followed(person) | self.thresholds))

    @staticmethod
    def _followed(person: Person | None) -> dict[str, int]:
        low = (person and person.target_low) or CONSENSUS.low
        high = (person and person.target_high) or CONSENSUS.high
        return {
            "very_low": min(CONSENSUS.very_low, low - 1),
            "low": low,
            "high": high,
            "very_high": max(CONSENSUS.very_high, high + 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the live feed has told of a person so far: the last 12 h of readings, the last alarms."""

    person: Person
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    alarms: tuple[Alarm, ...] = field(default=(), repr=False)

    @property
    def newest(self) -> Reading | None:
        """The newest reading, however old it is."""
        return self.readings[-1] if self.readings else None

    def is_ahead_of(self, now: datetime) -> bool:
        """Whether the cloud's newest reading lies ahead of our clock, so that one of the clocks is wrong."""
        reading = self.person.reading
        return reading is not None and is_from_future(reading, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What the diary feed has told of a person so far."""

    entries: tuple[DiaryEntry, ...] = field(default=(), repr=False)
    """All that are kept, in the order of time."""
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    """Those of the last 12 h, and the newest however old it is."""
    read_at: datetime | None = None
    """When a report was last read."""
    offset: timedelta | None = None
    """How far the person's phone is from UTC, where live readings show that it left the person's zone."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """How often the last report named what nobody understands."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A person at one moment. Glucose in mg/dL, instants in UTC."""

    live: Live | None
    diary: Diary | None = None
    settings: PersonSettings
    zone: tzinfo = UTC
    """The person's time zone."""
    now: datetime
    figures: Figures | None = field(default=None, repr=False)
    """Of the time before, as last worked out."""
    clocks_agree: bool = True
    """Whether our clock is right as far as the cloud's tells; or else the age of a reading means nothing."""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of both feeds, in the order of time.

        While the live feed has a current reading, later ones of the diary are not believed: their time is a
        wall clock without zone, and no report is faster than the live feed.
        """
        live = self.live.readings if self.live else ()
        diary = self.diary.readings if self.diary else ()
        if live and is_current(live[-1], self.now, self.settings.max_age):
            diary = tuple(reading for reading in diary if reading.at <= live[-1].at)
        return supplemented(live, diary)

    @cached_property
    def current(self) -> Reading | None:
        """The newest reading while it is young enough to be acted on."""
        newest = self.readings[-1] if self.readings and self.clocks_agree else None
        return newest if newest and is_current(newest, self.now, self.settings.max_age) else None

    @property
    def sensor(self) -> Sensor | None:
        """The sensor on the arm, as far as the cloud knows."""
        return self.live.person.sensor if self.live else None

    @property
    def unit(self) -> GlucoseUnit:
        """The unit of the account, in which the person's Libre app shows glucose."""
        return (self.live and self.live.person.unit) or self.settings.unit or GlucoseUnit.MG_DL

    @cached_property
    def thresholds(self) -> Thresholds:
        """The borders of this person's zones."""
        return self.settings.thresholds_for(self.live.person if self.live else None)

    @property
    def range(self) -> Range | None:
        """The zone of the current reading."""
        return range_of(self.current.mg_dl, self.thresholds) if self.current else None

    @property
    def change(self) -> float | None:
        """mg/dL over the five minutes before the current reading."""
        return change(self.readings) if self.current else None

    @property
    def rate_of_change(self) -> float | None:
        """mg/dL per minute over the quarter of an hour before the current reading."""
        return rate_of_change(self.readings) if self.current else None

    @property
    def last_reading(self) -> datetime | None:
        """When the newest reading was measured, also one older than all that are kept."""
        newest = [self.readings[-1].at] if self.readings else []
        if self.live and self.live.person.reading and not self.is_from_future:
            newest.append(self.live.person.reading.at)
        return max(newest, default=None)

    @property
    def sensor_expires(self) -> datetime | None:
        """When the sensor ends."""
        sensor = self.sensor
        return sensor_life.expires_at(sensor, self.settings.sensor_life_days) if sensor else None

    @property
    def sensor_status(self) -> SensorStatus | None:
        """How the sensor is, None before anything is known of the person."""
        if self.live is None:
            return None
        return sensor_life.status(
            self.sensor,
            now=self.now,
            receiving=self.current is not None,
            chosen_days=self.settings.sensor_life_days,
        )

    @property
    def is_from_future(self) -> bool:
        """Whether the cloud's newest reading lies ahead of our clock, so that one of the clocks is wrong."""
        return self.live is not None and self.live.is_ahead_of(self.now)

    @property
    def clock(self) -> tzinfo:
        """What the person's own clock goes by: their time zone, or that of where their phone is."""
        offset = self.diary.offset if self.diary else None
        return self.zone if offset is None or abs(offset) >= _DAY else timezone(offset)

    @property
    def today(self) -> date:
        """The date on the person's own clock."""
        return self.now.astimezone(self.clock).date()

    @property
    def today_began(self) -> datetime:
        """The midnight that the day's sums count from."""
        return midnight(self.today, self.clock)

    @property
    def knows_today(self) -> bool:
        """Whether the diary was read recently enough to speak of what was entered today."""
        read_at = self.diary.read_at if self.diary and self.clocks_agree else None
        return read_at is not None and abs(self.now - read_at) <= DIARY_TRUSTED_FOR

    def total_today(self, kind: EntryKind) -> DayTotal:
        """What was entered of a kind today, as far as it has been read."""
        return total_of(self.diary.entries if self.diary else (), kind, self.today)

    def last_entry(self, kind: EntryKind) -> DiaryEntry | None:
        """The newest entry of a kind. More than a day ahead is no other time zone but a wrong clock."""
        entries = self.diary.entries if self.diary else ()
        latest = self.now + _DAY
        return next((each for each in reversed(entries) if each.kind is kind and each.at <= latest), None)

    def next_change(self) -> datetime | None:
        """The next instant at which something shown changes by time alone."""
        return min((moment for moment in self._moments() if moment > self.now), default=None)

    def _moments(self) -> Iterator[datetime]:
        # One millisecond later: at the maximum age itself a reading is still current.
        if self.current:
            yield self.current.at + self.settings.max_age + _AFTERWARDS
        if self.sensor:
            yield from sensor_life.moments(self.sensor, self.settings.sensor_life_days)
        if self.diary:
            yield midnight(self.today + _DAY, self.clock)
            yield from moments(self.diary.entries, self.now)
            if self.diary.read_at:
                yield self.diary.read_at + DIARY_TRUSTED_FOR + _AFTERWARDS
