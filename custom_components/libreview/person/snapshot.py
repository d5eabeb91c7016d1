"""One followed person at one moment: everything that entities show, derived from the data of both feeds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import Final, Protocol

from ..glucose import sensor_life
from ..glucose.freshness import CLOCK_TOLERANCE, is_current, is_from_future
from ..glucose.ranges import Thresholds, find_range
from ..glucose.sensor_life import SensorStatus
from ..glucose.series import distinct, supplement
from ..glucose.summary import Summary
from ..glucose.trend import change, rate_of_change
from ..glucose.upload_rhythm import UploadRhythm
from ..models import (
    Alarm,
    Connection,
    DiaryEntry,
    EntryKind,
    GlucoseUnit,
    PatientLink,
    Range,
    Reading,
    WornSensor,
)
from .entry_times import change_times
from .settings import PersonSettings
from .totals import DayTotal, midnight, sum_of_day

DIARY_TRUSTED_FOR: Final = timedelta(hours=3)
"""The day's sums are unknown when the last report is older: a dose may be missing. Reports come every 45 to
75 min, so that one may fail."""
_DAY: Final = timedelta(days=1)
_JUST_AFTER: Final = timedelta(milliseconds=1)


class Feed(StrEnum):
    """The kinds of feeds that a person's data come from."""

    LIVE = "live"
    DIARY = "diary"
    PUSHED = "pushed"
    """Readings as exact as live ones, which somebody sends us."""


class HasReadings(Protocol):
    """What every feed tells of a person, whatever else it tells."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of the last hours, in the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A person's data of the live feed: the last 12 h of readings, and the last alarms."""

    person: Connection
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    alarms: tuple[Alarm, ...] = field(default=(), repr=False)
    valueless_at: datetime | None = None
    """The instant of the newest measurement without a usable value: no reading of before is current any more.

    None once there is a reading of then or later.
    """
    rhythm: UploadRhythm = field(default_factory=UploadRhythm)

    @property
    def newest(self) -> Reading | None:
        """The newest reading, however old it is."""
        return self.readings[-1] if self.readings else None

    def is_ahead_of(self, now: datetime) -> bool:
        """Return True if the cloud's newest reading lies ahead of our clock: one of the clocks is wrong."""
        reading = self.person.reading
        return reading is not None and is_from_future(reading, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """A person's data of the diary feed."""

    entries: tuple[DiaryEntry, ...] = field(default=(), repr=False)
    """The entries of the last 90 days, in the order of time."""
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    """The readings of the last 12 h, else the newest however old it is."""
    read_at: datetime | None = None
    """The instant at which the last report was asked for."""
    unclear: frozenset[tuple[EntryKind, date]] = frozenset()
    """The kinds and days of which the last report had a dose that was not understood and is in no entry."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """The number of times that the last report named something unknown, by name."""
    link: PatientLink | None = None
    """How a patient stands to the practice that reads the diary, None where none does."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A person at one moment. Glucose in mg/dL, instants in UTC."""

    live: Live | None
    diary: Diary | None = None
    others: tuple[Reading, ...] = field(default=(), repr=False)
    """Exact readings from elsewhere: stored before a restart, or pushed."""
    settings: PersonSettings
    known: Connection | None = field(default=None, repr=False)
    """The settings of their app that were known before a restart, until the live feed has told anything."""
    next_upload: timedelta | None = None
    """The age of the newest reading until which the next upload is seen, where the phone uploads slowly."""
    time_zone: tzinfo = UTC
    """The person's own, wherever their phone is."""
    now: datetime
    summary: Summary | None = field(default=None, repr=False)
    """The metrics as last computed, None before that."""
    phone_offset: timedelta | None = None
    """The UTC offset of the person's phone while live readings show that it is not that of `time_zone`."""
    knows_phone_clock: bool = False
    """True if live readings of the last day show the UTC offset of the person's phone."""
    clocks_agree: bool = True
    """False while our clock differs from the cloud's: then the age of a reading means nothing."""

    @property
    def max_age(self) -> timedelta:
        """For how long a reading counts as the current one."""
        return self.settings.max_age_for(self.next_upload)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of all feeds, in the order of time.

        While there is a current exact reading, later ones of the diary are not believed: their time is a wall
        clock without time zone, and no report is faster than the live feed.
        """
        exact, diary = self._exact, self.diary.readings if self.diary else ()
        if exact and is_current(exact[-1], self.now, self.max_age):
            diary = tuple(reading for reading in diary if reading.at <= exact[-1].at)
        return supplement(exact, diary)

    @cached_property
    def _exact(self) -> Sequence[Reading]:
        """The readings whose times are instants, in the order of time."""
        live = self.live.readings if self.live else ()
        return distinct((*live, *self.others)) if self.others else live

    @cached_property
    def current(self) -> Reading | None:
        """The newest reading while it is young enough to be acted on.

        How old a reading of the diary is can be told only where the clock of the phone is known.
        """
        readings = self.readings if self.knows_phone_clock else self._exact
        newest = readings[-1] if readings and self.clocks_agree else None
        if newest is None or (self._valueless_at is not None and newest.at <= self._valueless_at):
            return None
        return newest if is_current(newest, self.now, self.max_age) else None

    @property
    def _valueless_at(self) -> datetime | None:
        known = self.live or self.known
        return known.valueless_at if known else None

    @property
    def sensor(self) -> WornSensor | None:
        """The worn sensor, None where the cloud names none. A start in the future is not believed."""
        sensor = self.live.person.sensor if self.live else None
        return sensor and sensor_life.without_future_start(sensor, self.now)

    @property
    def unit(self) -> GlucoseUnit:
        """The unit of the account, in which the person's Libre app shows glucose."""
        told = self.live.person if self.live else self.known
        return (told and told.unit) or self.settings.unit or GlucoseUnit.MG_DL

    @cached_property
    def thresholds(self) -> Thresholds:
        """The borders of this person's ranges."""
        return self.settings.thresholds_for(self.live.person if self.live else self.known)

    @property
    def range(self) -> Range | None:
        """The range of the current reading."""
        return find_range(self.current.mg_dl, self.thresholds) if self.current else None

    @property
    def change(self) -> float | None:
        """The change over the five minutes before the current reading, in mg/dL."""
        return change(self.readings) if self.current else None

    @property
    def rate_of_change(self) -> float | None:
        """The rate of change over the 15 minutes before the current reading, in mg/dL per minute."""
        return rate_of_change(self.readings) if self.current else None

    @property
    def last_reading(self) -> datetime | None:
        """The instant of the newest reading, also of one older than all that are kept."""
        newest = [self.readings[-1].at] if self.readings else []
        if self.live and self.live.person.reading and not self.is_from_future:
            newest.append(self.live.person.reading.at)
        return max(newest, default=None)

    @property
    def sensor_expires(self) -> datetime | None:
        """The instant at which the worn sensor expires."""
        sensor = self.sensor
        return sensor_life.expires_at(sensor, self.settings.sensor_life_days) if sensor else None

    @property
    def sensor_status(self) -> SensorStatus | None:
        """The status of the worn sensor, None before the live feed has data of the person."""
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
        """True if the cloud's newest reading lies ahead of our clock: one of the clocks is wrong."""
        return self.live is not None and self.live.is_ahead_of(self.now)

    @property
    def current_time_zone(self) -> tzinfo:
        """The time zone of the person's phone: their own, or the UTC offset of where they are."""
        offset = self.phone_offset
        return self.time_zone if offset is None or abs(offset) >= _DAY else timezone(offset)

    @property
    def today(self) -> date:
        """Today's date on the person's phone."""
        return self.now.astimezone(self.current_time_zone).date()

    @property
    def today_began(self) -> datetime:
        """The midnight from which the day's sums count."""
        return midnight(self.today, self.current_time_zone)

    def knows_today(self, kind: EntryKind) -> bool:
        """Return True if the diary was read recently enough, and well enough, for today's sum of a kind."""
        if self.diary is None or not self.clocks_agree or (kind, self.today) in self.diary.unclear:
            return False
        read_at = self.diary.read_at
        return read_at is not None and abs(self.now - read_at) <= DIARY_TRUSTED_FOR

    def total_today(self, kind: EntryKind) -> DayTotal:
        """Return the sum of today's entries of a kind."""
        return sum_of_day(self.diary.entries if self.diary else (), kind, self.today)

    def last_entry(self, kind: EntryKind) -> DiaryEntry | None:
        """Return the newest entry of a kind that is at most a day ahead: later ones are of a wrong clock."""
        entries = self.diary.entries if self.diary else ()
        latest = self.now + _DAY
        return next((entry for entry in reversed(entries) if entry.kind is kind and entry.at <= latest), None)

    def next_change(self) -> datetime | None:
        """Return the next instant at which something shown changes by time alone."""
        return min((instant for instant in self._change_times() if instant > self.now), default=None)

    def _change_times(self) -> Iterator[datetime]:
        # One millisecond later: at the maximum age itself a reading is still current.
        if self.current:
            yield self.current.at + self.max_age + _JUST_AFTER
        if self.live and (sensor := self.live.person.sensor) and sensor.activated_at:
            yield sensor.activated_at - CLOCK_TOLERANCE
            yield from sensor_life.change_times(sensor, self.settings.sensor_life_days)
        if self.diary:
            yield midnight(self.today + _DAY, self.current_time_zone)
            yield from change_times(self.diary.entries, self.now)
            if self.diary.read_at:
                yield self.diary.read_at + DIARY_TRUSTED_FOR + _JUST_AFTER
