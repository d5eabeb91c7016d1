"""How old readings are when they reach us: the phase-locked poll beside a fixed one, on simulated phones."""

from dataclasses import dataclass
from random import Random
from statistics import median

from tests.support.simulated_uploader import (
    DAY,
    HOUR,
    Delay,
    Following,
    Uploader,
    exponential,
    fixed,
    follow,
    gaussian,
    locked,
    percentile,
    uniform,
)

SEEDS = range(10)
PAUSES = ((5 * HOUR, 5.5 * HOUR), (12 * HOUR, 12.2 * HOUR), (18 * HOUR, 20 * HOUR))
LONGEST_WAIT = 8
"""The aim for one phone that uploads every minute: median seconds beyond the upload's own delay."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who uploads how."""

    name: str
    delay: Delay
    cadence: float = 60
    persons: int = 1

    @property
    def has_aim(self) -> bool:
        """Whether the aim speaks of this: with several phones out of phase no poll can meet them all."""
        return self.cadence == 60 and self.persons == 1

    def phones(self, seed: int) -> dict[str, Uploader]:
        """Draw the phones of a day, each with a phase of its own, the first with pauses."""
        random = Random(seed)  # noqa: S311 (a simulation)
        return {
            str(number): Uploader(
                delay=self.delay,
                cadence=self.cadence,
                phase=random.uniform(0, self.cadence),
                pauses=() if number else PAUSES,
                seed=1000 * seed + number,
            )
            for number in range(self.persons)
        }


SCENARIOS = (
    Scenario("1 min, normal 8 ± 1 s", gaussian(8, 1)),
    Scenario("1 min, normal 8 ± 3 s", gaussian(8, 3)),
    Scenario("1 min, normal 30 ± 3 s", gaussian(30, 3)),
    Scenario("1 min, even 2 to 12 s", uniform(2, 12)),
    Scenario("1 min, tail 3 s + 3 s", exponential(3, 3)),
    Scenario("1 min, even 2 to 20 s", uniform(2, 20)),
    Scenario("1 min, tail 3 s + 6 s", exponential(3, 6)),
    Scenario("5 min, normal 8 ± 3 s", gaussian(8, 3), cadence=300),
    Scenario("5 min, even 2 to 20 s", uniform(2, 20), cadence=300),
    Scenario("3 phones, 1 min, 8 ± 3 s", gaussian(8, 3), persons=3),
    Scenario("3 phones, 5 min, 8 ± 3 s", gaussian(8, 3), cadence=300, persons=3),
)


def report() -> None:
    """Print a table of all scenarios, and whether the aims are met."""
    print(f"Readings of 24 h with pauses, {len(SEEDS)} days each, as median / 95th percentile in seconds.")
    print(
        "Age: how old a reading was when it, or a newer one, reached us; wait: beyond its upload's own delay."
    )
    print("The fixed poll has exactly as many requests, at a phase of chance.")
    print()
    print(
        f"{'cadence, upload delay':26}{'requests':>9}{'age locked':>14}{'fixed':>12}{'wait locked':>14}"
        f"{'fixed':>12}{'ratio':>7}"
    )
    met = True
    most = 0
    for scenario in SCENARIOS:
        ours, theirs = zip(*(_days(scenario, seed) for seed in SEEDS), strict=True)
        requests = max(len(day.polls) for day in ours)
        our_waits, their_waits = _waits(ours), _waits(theirs)
        print(
            f"{scenario.name:26}{requests:9}{_figures(_ages(ours)):>14}{_figures(_ages(theirs)):>12}"
            f"{_figures(our_waits):>14}{_figures(their_waits):>12}"
            f"{median(our_waits) / median(their_waits):7.2f}"
            f"{_verdict(met=median(our_waits) <= LONGEST_WAIT) if scenario.has_aim else ''}"
        )
        most = max(most, requests)
        met = met and (not scenario.has_aim or median(our_waits) <= LONGEST_WAIT)
    print()
    everywhere = "" if met else " everywhere"
    print(f"Aim: 1 min, median wait at most {LONGEST_WAIT} s:{_verdict(met=met)}{everywhere}")
    allowed = DAY / 60
    print(f"Aim: at most {allowed:.0f} requests a day (most: {most}):{_verdict(met=most <= allowed)}")


def _days(scenario: Scenario, seed: int) -> tuple[Following, Following]:
    phones = scenario.phones(seed)
    ours = follow(phones, locked())
    return ours, follow(phones, fixed(DAY / len(ours.polls)))


def _ages(days: tuple[Following, ...]) -> list[float]:
    return [age for day in days for age in day.ages]


def _waits(days: tuple[Following, ...]) -> list[float]:
    return [wait for day in days for wait in day.waits]


def _figures(values: list[float]) -> str:
    return f"{median(values):.1f} / {percentile(values, 95):.0f}"


def _verdict(*, met: bool) -> str:
    return "  met" if met else "  NOT met"
