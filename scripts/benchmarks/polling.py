"""How long readings wait for the poll that tells them: the phase lock, a fixed poll, and the least there is.

A reading waits from its appearance in the cloud to the poll that tells it, or a newer one in its stead, which
counts as never seen. Cold start and restart are apart, and so are the time of learning and that after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import fmean
import sys
from typing import Final, override

from custom_components.libreview.live.uploads import KnownUploads
from scripts.benchmarks.learning_limit import least_while_learning
from scripts.benchmarks.requesting import Locked, Requesting
from tests.support.simulated_uploader import (
    HOUR,
    START,
    Delay,
    Polling,
    Uploader,
    exponential,
    fixed,
    follow,
    gaussian,
    percentile,
    uniform,
)

SEEDS: Final = 200
DAYS: Final = 10
"""Seeds of the whole days, which take longer."""
PAUSES: Final = ((5 * HOUR, 5.5 * HOUR), (12 * HOUR, 12.2 * HOUR), (18 * HOUR, 20 * HOUR))
COLD: Final = (0.0, 12 * 60.0)
LEARNT: Final = (12 * 60.0, HOUR)
PER_HOUR: Final = 60
"""Requests in any hour at most."""
DRAWS: Final = 4000
"""Lags of which the least wait is reckoned."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Phones that upload, evenly spread over their cadence."""

    name: str
    delay: Delay
    cadence: float = 60
    persons: int = 1
    lag: int | None = None
    """The lag in whole seconds, where one phone has a constant one or nearly so."""

    def phones(
        self, seed: int, hours: float, pauses: Sequence[tuple[float, float]] = ()
    ) -> dict[str, Uploader]:
        """Draw the phones, the first with a phase of its own and with the pauses."""
        first = Random(seed).uniform(0, self.cadence)  # noqa: S311 (a simulation)
        return {
            str(number): Uploader(
                delay=self.delay,
                cadence=self.cadence,
                phase=first + self.cadence * number / self.persons,
                pauses=() if number else pauses,
                seed=1000 * seed + number,
                hours=hours + 2,
            )
            for number in range(self.persons)
        }

    def least_wait(self) -> tuple[float, float]:
        """Return the least mean wait of one poll a minute, and the share then never seen: the limit.

        Of all phases that a poll may keep, for somebody who knows the lags; from minute to minute nothing is
        to be gained, since each leaves the next as it was.
        """
        random = Random(1)  # noqa: S311
        delays = [self.delay(random) for _ in range(DRAWS)]
        shifts = [60 * number / self.persons for number in range(self.persons)]

        def cost(phase: float) -> float:
            return fmean((phase - shift - delay) % 60 for shift in shifts for delay in delays)

        phase = min((each / 2 for each in range(120)), key=cost)
        # A reading is never seen where its successor is there at the same poll.
        late = fmean(
            (phase - shift - delay) % 60 > (phase - shift) % 60 for shift in shifts for delay in delays
        )
        return cost(phase), late


SCENARIOS: Final = (
    Scenario("4 s constant", lambda _: 4.0, lag=4),
    Scenario("8 ± 1 s", gaussian(8, 1), lag=8),
    Scenario("8 ± 3 s", gaussian(8, 3)),
    Scenario("30 ± 3 s", gaussian(30, 3), lag=30),
    Scenario("even 2 to 20 s", uniform(2, 20)),
    Scenario("3 s + exponential 6 s", exponential(3, 6)),
    Scenario("4 phones, 8 ± 1 s", gaussian(8, 1), persons=4),
    Scenario("5 min, 8 ± 3 s", gaussian(8, 3), cadence=300),
)


class Figures:
    """What came of the readings that appeared within a span."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.waits: list[float] = []
        self.uploads = self.seen = 0

    def add(self, phones: Mapping[str, Uploader], polls: Sequence[float], span: tuple[float, float]) -> None:
        """Count the readings of a run."""
        begin, end = START + span[0], START + span[1]
        for phone in phones.values():
            before = polls[0]
            for poll in polls[1:]:
                new = [appeared for appeared, _ in phone.uploads(before, poll)]
                counted = [appeared for appeared in new if begin <= appeared < end]
                self.waits += [poll - appeared for appeared in counted]
                self.uploads += len(counted)
                self.seen += bool(counted) and counted[-1] == new[-1]
                before = poll

    @override
    def __str__(self) -> str:
        """Give mean, 95th percentile and the share never seen."""
        missed = 100 * (1 - self.seen / self.uploads)
        return f"{fmean(self.waits):5.1f} /{percentile(self.waits, 95):4.0f} /{missed:5.1f}%"


def report(seeds: int = SEEDS, days: int = DAYS) -> None:
    """Print a table of all scenarios."""
    print(f"Seconds that readings wait, {seeds} seeds: mean / 95th percentile / never seen.")
    print(f"{'upload lag':33}{'minutes 0-12':>20}{'12-60':>20}{f'{days} days, pauses':>20}  an hour at most")
    for scenario in SCENARIOS:
        known: dict[int, Mapping[str, KnownUploads]] = {}
        delay = _print(scenario, "cold", seeds, days, partial(_kept, known))
        _print(scenario, "graphs", seeds, 0, lambda _: Requesting())
        _print(scenario, "restart", seeds, 0, partial(_restarted, known))
        _print(scenario, "fixed", seeds, days, lambda _: fixed())
        if scenario.cadence == 60:
            wait, missed = scenario.least_wait()
            readings = (LEARNT[1] - LEARNT[0]) / 60
            first_hour, later = _limit(wait + delay / readings, missed), _limit(wait, missed)
            print(f"{'':24}{'limit':9}{_limit_of_learning(scenario):>20}{first_hour:>20}{later:>20}")


def _limit_of_learning(scenario: Scenario) -> str:
    """Return the least there is where a lag without any spread is learnt."""
    if scenario.lag is None:
        return ""
    return _limit(*least_while_learning(scenario.lag))


def _limit(wait: float, missed: float) -> str:
    return f"{wait:5.1f} {'':5}{100 * missed:5.1f}%"


def _delay_by_hour(polls: Sequence[float]) -> float:
    """Return the seconds that a reading of the minutes 12-60 waits longer, as the hour has no poll left.

    That is for a poll which goes on once a minute from the last one of the minutes 0-12.
    """
    sent = [poll for poll in polls if poll < START + LEARNT[0]]
    beyond = sent[-1] + 60 * (PER_HOUR + 1 - len(sent))
    return max(START + HOUR - beyond, 0.0)


def _restarted(known: Mapping[int, Mapping[str, KnownUploads]], seed: int) -> Polling:
    return Locked(known[seed])


def _kept(known: dict[int, Mapping[str, KnownUploads]], seed: int) -> Polling:
    """Give a poll that starts cold, and keep what it has learnt when it has ended."""
    locked = Locked()

    def polling(now: float, newest: Mapping[str, float | None]) -> float:
        instant = locked(now, newest)
        known[seed] = locked.lock.known()
        return instant

    return polling


def _print(scenario: Scenario, name: str, seeds: int, days: int, make: Callable[[int], Polling]) -> float:
    """Print the line of a polling. Return how long a reading waits for the end of the hour, on average."""
    delays: list[float] = []
    cold, learnt, day = Figures(), Figures(), Figures()
    most = 0
    for seed in range(seeds):
        phones = scenario.phones(seed, 1)
        polls = follow(phones, make(seed), 1.1).polls
        cold.add(phones, polls, COLD)
        learnt.add(phones, polls, LEARNT)
        most = max(most, _most_in_an_hour(polls))
        delays.append(_delay_by_hour(polls))
    for seed in range(days):
        phones = scenario.phones(seed, 24, PAUSES)
        polls = follow(phones, make(seed), 24).polls
        day.add(phones, polls, (HOUR, 23.9 * HOUR))
        most = max(most, _most_in_an_hour(polls))
    whole = str(day) if days else ""
    print(
        f"{scenario.name if name == 'cold' else '':24}{name:9}{cold!s:>20}{learnt!s:>20}{whole:>20}{most:6}",
        flush=True,
    )
    return fmean(delays)


def _most_in_an_hour(polls: Sequence[float]) -> int:
    first = most = 0
    for place, poll in enumerate(polls):
        while polls[first] <= poll - HOUR:
            first += 1
        most = max(most, place - first + 1)
    return most


if __name__ == "__main__":
    report(*map(int, sys.argv[1:]))
