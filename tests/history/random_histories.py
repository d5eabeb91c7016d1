"""A person who logs, corrects and deletes, while reports and files are read: what the store has to have."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from custom_components.libreview.history.store import ResolvedReport, Store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.history.told_readings import ToldReadings, resolve, to_rows, walls_between

PERSON: Final = "anna"
DAY: Final = timedelta(days=1)
START: Final = datetime.fromisoformat("2026-06-01 06:00")
KINDS: Final = (EntryKind.RAPID_ACTING_INSULIN, EntryKind.CARBOHYDRATES, EntryKind.NOTE)
FILE_ALONE: Final = EntryKind.KETONES
"""What no report tells."""
ZONES: Final = tuple(map(ZoneInfo, ("Europe/London", "Europe/Berlin", "Asia/Tokyo")))

type Seen = Counter[tuple[datetime, EntryKind, float | None, str]]


@dataclass(slots=True)
class Logged:
    """An entry as it is in the app."""

    wall: datetime
    kind: EntryKind
    amount: float | None
    text: str = ""
    is_pinned: bool = False
    """True while a file may hold it that no report has told."""


@dataclass(slots=True)
class File:
    """An export of everything."""

    entries: tuple[DiaryEntry, ...]
    made: datetime | None
    walls: list[datetime]
    """Of its readings."""
    rounding: int


class RandomHistory:
    """One sequence of what can happen, the same for the same seed."""

    def __init__(self, seed: int, path: Path) -> None:
        self.random = Random(seed)
        self.path = path
        self.store = Store(path)
        self.now = START
        self.zone = self.random.choice(ZONES)
        self.app: list[Logged] = []
        self.files: list[File] = []
        self.imported: list[File] = []
        self.before: list[File] = []
        """Those that the last one that can be taken back came after."""
        self.can_take_back = False
        self.is_dirty = False
        """True while the app holds what the last report did not."""
        self.has_login = True
        self.keeps_reports = False
        """True for who is back, until a login of the diary has come."""
        self.told = ToldReadings()
        self.oldest_change = START.date()
        self.steps: list[str] = []

    def run(self, steps: int) -> None:
        """Have this many things happen, and look after each."""
        kinds, weights = zip(*STEPS, strict=True)
        try:
            for step in self.random.choices(kinds, weights, k=steps):
                self.steps.append(step.__name__)
                step(self)
                self.now += timedelta(minutes=self.random.randrange(1, 90))
                self.check()
            self.report(whole=True)
            self.check()
        finally:
            self.store.close()

    # What can happen.

    def log(self) -> None:
        wall = self.now.replace(second=0)
        kind = self.random.choice((*KINDS, FILE_ALONE))
        text = self.random.choice(("run", "swim")) if kind is EntryKind.NOTE else ""
        amount = None if kind is EntryKind.NOTE else float(self.random.randrange(1, 4))
        self.app.append(Logged(wall, kind, amount, text))
        self._changed(wall)

    def correct(self) -> None:
        if (entry := self._pick()) is not None:
            if entry.kind is EntryKind.NOTE:
                entry.text = self.random.choice(("run", "swim", "sleep"))
            else:
                entry.amount = float(self.random.randrange(1, 6))
            self._changed(entry.wall)

    def move_within_the_hour(self) -> None:
        if (entry := self._pick()) is not None:
            entry.wall = entry.wall.replace(minute=self.random.randrange(60))

    def move(self) -> None:
        if (entry := self._pick()) is not None:
            self._changed(entry.wall)
            entry.wall = max(START, min(entry.wall + timedelta(hours=self.random.randrange(-3, 3)), self.now))
            self._changed(entry.wall)

    def delete(self) -> None:
        if (entry := self._pick()) is not None:
            self.app.remove(entry)
            self._changed(entry.wall)

    def report(self, *, whole: bool = False) -> None:
        if not self.has_login:
            self.has_login = True
            whole = True
            self.store.keep_only([PERSON], with_diary=[PERSON])
            self.keeps_reports = False
        reread = self.store.expect_reports(PERSON, PERSON, self.zone, self.now.replace(tzinfo=UTC))
        first = START.date() if whole or reread else min(self.oldest_change, self.now.date() - 2 * DAY)
        days = [first + number * DAY for number in range((self.now.date() - first).days + 2)]
        told = [
            self._entry(replace(each, wall=each.wall.replace(minute=0)), Precision.HOUR)
            for each in self.app
            if each.kind is not FILE_ALONE
        ]
        walls = [wall for wall in walls_between(START, self.now) if wall.date() >= first]
        readings = resolve(walls, self.zone)
        self.told.reported |= readings
        report = ResolvedReport(
            reports_of=PERSON,
            time_zone=self.zone,
            readings=list(readings.values()),
            walls=walls,
            entries=[each for each in sorted(told, key=_order) if each.wall.date() >= first],
            days=days,
            read_at=self.now.replace(tzinfo=UTC),
        )
        self.store.keep_report(PERSON, report)
        self.is_dirty = False
        self.oldest_change = self.now.date()
        for each in self.app:
            each.is_pinned = False

    def make_a_file(self) -> None:
        entries = sorted((self._entry(each, Precision.MINUTE) for each in self.app), key=_order)
        made = self.now.replace(tzinfo=UTC) if self.random.random() < 0.7 else None
        walls, rounding = walls_between(START, self.now), self.random.randrange(2)
        if self.random.random() < 0.3:
            walls = walls[-self.random.randrange(1, 40) :]
        self.files.append(File(tuple(entries), made, walls, rounding))
        if self.is_dirty:
            for each in self.app:
                each.is_pinned = True

    def bring_in_a_file(self) -> None:
        if not self.files:
            return
        file = self.random.choice(self.files)
        entries = [
            replace(each, at=each.wall.replace(tzinfo=self.zone).astimezone(UTC)) for each in file.entries
        ]
        made_at = int(file.made.timestamp()) if file.made else 0
        readings = resolve(file.walls, self.zone, file.rounding)
        rows = to_rows(readings)
        planned = self.store.plan_file(PERSON, rows, entries, thin_before=0)
        kept = self.store.keep_file(PERSON, [], lambda _: rows, entries, thin_before=0, made_at=made_at)
        assert kept == planned, self.steps
        if any(counts.new for counts in kept):
            self.before = list(self.imported)
            self.told.files_before = list(self.told.files)
            self.can_take_back = True
        self.imported.append(file)
        self.told.files.append(readings)

    def take_the_file_back(self) -> None:
        last = self.store.last_file(PERSON)
        assert (last is not None) is self.can_take_back
        if last is not None:
            assert self.store.take_back_file(PERSON, last.number)
            self.imported, self.told.files = list(self.before), list(self.told.files_before)
            self.can_take_back = False

    def restart(self) -> None:
        self.store.close()
        self.store = Store(self.path)

    def change_the_zone(self) -> None:
        self.zone = self.random.choice(ZONES)

    def remove_and_add_again(self) -> None:
        self.store.keep_only([], with_diary=[])
        with_diary = self.random.choice(([], [PERSON]))
        self.store.keep_only([PERSON], with_diary=with_diary)
        is_known = bool(self.told.reported or self.store.last_change(PERSON).number)
        self.keeps_reports = is_known and not (self.keeps_reports and with_diary)

    def lose_the_login(self) -> None:
        if not self.is_dirty:
            self.store.keep_only([PERSON], with_diary=[])
            self.has_login = False
            if not self.keeps_reports:
                self.told.reported.clear()

    # What has to be.

    def check(self) -> None:
        """What the store holds is what the app last told, as far as that is known."""
        readings = [kept.reading for kept in self.store.readings(PERSON, -(2**40), 2**40)]
        assert readings == self.told.expected(), self.steps
        stored = self.store.entries(PERSON, -(2**40), 2**40)
        ketones = Counter(each.wall for each in stored if each.kind is FILE_ALONE)
        assert ketones == self._filed_alone(), self.steps
        if not self.told.reported:  # There was none yet, or they went with the login.
            assert all(each.precision is Precision.MINUTE for each in stored), self.steps
        if not self.is_dirty and self.has_login:
            seen = _seen(each for each in stored if each.kind is not FILE_ALONE)
            truth = self._truth()
            assert seen == truth, (self.steps, "too many", seen - truth, "too few", truth - seen)

    def _truth(self) -> Seen:
        return Counter(
            (each.wall.replace(minute=0), each.kind, each.amount, each.text)
            for each in self.app
            if each.kind is not FILE_ALONE
        )

    def _filed_alone(self) -> Counter[datetime]:
        most: Counter[datetime] = Counter()
        for file in self.imported:
            most |= Counter(each.wall for each in file.entries if each.kind is FILE_ALONE)
        return most

    def _pick(self) -> Logged | None:
        """An entry of the last two days that somebody may change."""
        if not self.has_login:
            return None
        recent = [
            each
            for each in self.app
            if each.kind is not FILE_ALONE and not each.is_pinned and each.wall > self.now - 2 * DAY
        ]
        return self.random.choice(recent) if recent else None

    def _changed(self, wall: datetime) -> None:
        self.is_dirty = True
        self.oldest_change = min(self.oldest_change, wall.date())

    def _entry(self, logged: Logged, precision: Precision) -> DiaryEntry:
        return DiaryEntry(
            kind=logged.kind,
            wall=logged.wall,
            at=self._instant(logged.wall),
            amount=logged.amount,
            text=logged.text,
            precision=precision,
        )

    def _instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


def _order(entry: DiaryEntry) -> datetime:
    return entry.at


def _seen(entries: Iterable[DiaryEntry]) -> Seen:
    return Counter((each.wall.replace(minute=0), each.kind, each.amount, each.text) for each in entries)


STEPS: Final[Sequence[tuple[Callable[[RandomHistory], None], int]]] = (
    (RandomHistory.log, 8),
    (RandomHistory.correct, 3),
    (RandomHistory.move_within_the_hour, 2),
    (RandomHistory.move, 2),
    (RandomHistory.delete, 3),
    (RandomHistory.report, 7),
    (RandomHistory.make_a_file, 3),
    (RandomHistory.bring_in_a_file, 4),
    (RandomHistory.take_the_file_back, 2),
    (RandomHistory.restart, 1),
    (RandomHistory.change_the_zone, 1),
    (RandomHistory.remove_and_add_again, 1),
    (RandomHistory.lose_the_login, 2),
)
