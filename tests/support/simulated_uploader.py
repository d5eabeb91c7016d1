"""A phone that measures glucose and uploads it, as seen from the cloud; and what polling it brings."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from statistics import quantiles

from custom_components.libreview.live.phase_lock import PhaseLock

START = 1_750_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR

type Delay = Callable[[Random], float]
"""Draws the seconds from a reading to its appearance in the cloud."""


def gaussian(mean: float, deviation: float) -> Delay:
    """Give a delay around `mean`, never below a second."""
    return lambda random: max(1.0, random.gauss(mean, deviation))


def uniform(least: float, most: float) -> Delay:
    """Give a delay anywhere between two bounds."""
    return lambda random: random.uniform(least, most)


def exponential(least: float, mean: float) -> Delay:
    """Give a delay that is mostly short and now and then long."""
    return lambda random: least + random.expovariate(1 / mean)


@dataclass(frozen=True, kw_only=True)
class Uploader:
    """A phone: its sensor's cadence (s), its upload's delay, and the spans in which it has no network.

    What is measured in such a pause appears in bulk after it. `skew` is how far the phone's clock is ahead.
    """

    delay: Delay
    cadence: float = 60.0
    phase: float = 0.0
    skew: float = 0.0
    pauses: Sequence[tuple[float, float]] = ()
    seed: int = 0
    hours: float = 26
    _uploads: list[tuple[float, float]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Draw all uploads that anybody can see: when each appears, and when its reading was measured."""
        random = Random(self.seed)
        delayed = [(begin, end, self.delay(random)) for begin, end in self.pauses]
        uploads: list[tuple[float, float]] = []
        for number in range(int(self.hours * HOUR / self.cadence)):
            measured = self.phase - HOUR + number * self.cadence
            appears = measured + self.delay(random)
            bulk = next((end + late for begin, end, late in delayed if begin <= appears < end), appears)
            uploads.append((START + bulk, START + measured))
        visible: list[tuple[float, float]] = []
        for appears, measured in sorted(uploads):
            if visible and visible[-1][0] == appears:
                visible.pop()
            if not visible or measured > visible[-1][1]:
                visible.append((appears, measured))
        object.__setattr__(self, "_uploads", visible)

    def newest(self, instant: float) -> float | None:
        """Give the stamp of the newest reading in the cloud."""
        place = bisect_right(self._uploads, instant, key=lambda upload: upload[0])
        return self._uploads[place - 1][1] + self.skew if place else None

    def uploads(self, after: float, until: float) -> Sequence[tuple[float, float]]:
        """Give the uploads of a span: when each appeared, and when its reading was measured."""
        first, end = (bisect_right(self._uploads, at, key=lambda pair: pair[0]) for at in (after, until))
        return self._uploads[first:end]


@dataclass(frozen=True, kw_only=True)
class Changing:
    """A phone that behaves otherwise from the instant `at` on."""

    first: Uploader
    then: Uploader
    at: float

    def newest(self, instant: float) -> float | None:
        """Give the stamp of the newest reading in the cloud."""
        return (self.first if instant < self.at else self.then).newest(instant)

    def uploads(self, after: float, until: float) -> Sequence[tuple[float, float]]:
        """Give the uploads of a span."""
        return (self.first if until < self.at else self.then).uploads(after, until)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A reading that came to us, or a newer one in its stead: when, how old, how long after its upload."""

    at: float
    age: float
    wait: float


@dataclass(frozen=True, slots=True)
class Following:
    """What came of polling: when it polled, and how each reading that was uploaded came to us."""

    polls: list[float]
    arrivals: list[Arrival]

    def since(self, instant: float) -> Following:
        """Leave out what was before `instant`."""
        polls = [poll for poll in self.polls if poll >= instant]
        return Following(polls, [arrival for arrival in self.arrivals if arrival.at >= instant])

    @property
    def ages(self) -> list[float]:
        """How old each reading was when it, or a newer one, reached us."""
        return [arrival.age for arrival in self.arrivals]

    @property
    def waits(self) -> list[float]:
        """The part of each age beyond the upload's own delay."""
        return [arrival.wait for arrival in self.arrivals]


def percentile(values: Sequence[float], percent: int) -> float:
    """Give the value that `percent` of the values stay below."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


type Polling = Callable[[float, Mapping[str, float | None]], float]
"""Is told of a poll (when, and each person's newest stamp) and gives the instant of the next."""


def follow(uploaders: Mapping[str, Uploader | Changing], polling: Polling, hours: float = 24) -> Following:
    """Poll the cloud from START on for so many hours."""
    polls: list[float] = []
    arrivals: list[Arrival] = []
    now = START
    while now < START + hours * HOUR:
        # What was there before the first poll says nothing about the polling.
        before = polls[-1] if polls else now
        polls.append(now)
        arrivals += (
            Arrival(now, now - measured, now - appeared)
            for uploader in uploaders.values()
            for appeared, measured in uploader.uploads(before, now)
        )
        now = polling(now, {person: uploader.newest(now) for person, uploader in uploaders.items()})
    return Following(polls, arrivals)


def locked(interval: float = 60.0) -> Polling:
    """Give the phase-locked poll."""
    return partial(_locked, PhaseLock(interval))


def fixed(interval: float = 60.0) -> Polling:
    """Give the poll that every other client has."""
    return lambda now, newest: now + interval


def _locked(lock: PhaseLock, now: float, newest: Mapping[str, float | None]) -> float:
    lock.learn(now, newest)
    return lock.next_poll(now)
