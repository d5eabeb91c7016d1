"""How long the figures of 14 days take: ours beside iglu-python, and pandas where iglu has no such figure."""

from collections.abc import Callable
from datetime import UTC, datetime
import math
from time import process_time
from timeit import Timer
from zoneinfo import ZoneInfo

import iglu_python as iglu
import pandas as pd

from custom_components.libreview.glucose.agp import agp
from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.episodes import episodes
from custom_components.libreview.glucose.hourly import hourly
from custom_components.libreview.glucose.metrics import metrics
from custom_components.libreview.glucose.ranges import CONSENSUS

HOUR = 60 * 60
DAYS = 14
START = int(datetime(2026, 3, 20, tzinfo=UTC).timestamp())  # summer time begins among them
END = START + DAYS * 24 * HOUR
BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = 30
"""The aim: milliseconds for all figures together, in an executor of the smallest machines people have."""
ROUNDS = 7
THEIR_ROUNDS = 2

type Work = Callable[[], object]


def report() -> None:
    """Print a table of all figures, and whether the aim is met."""
    print(
        f"Figures of {DAYS} days: processor time (best of {ROUNDS} rounds) from readings that lie in memory."
    )
    total = 0.0
    for every in (60, 300):
        trace = _trace(every)
        print()
        print(f"{f'{len(trace)} readings':26}{'ours':>12}{'theirs':>14}{'faster':>10}  by")
        milliseconds = 0.0
        for name, ours, theirs, by in _figures(trace):
            our_time, their_time = _seconds(ours, ROUNDS), _seconds(theirs, THEIR_ROUNDS)
            milliseconds += our_time * 1e3
            print(
                f"{name:26}{our_time * 1e3:9.1f} ms{their_time * 1e3:11.1f} ms"
                f"{their_time / our_time:9.1f}x  {by}"
            )
        print(f"{'together':26}{milliseconds:9.1f} ms")
        total = max(total, milliseconds)
    print()
    print(f"Aim: all figures of {DAYS} days in {LONGEST} ms:{'  met' if total <= LONGEST else '  NOT met'}")


def _figures(trace: Trace) -> list[tuple[str, Work, Work, str]]:
    table = pd.DataFrame(
        {
            "id": "someone",
            "time": pd.to_datetime(pd.Series(trace.at), unit="s", utc=True),
            "gl": pd.Series(trace.mg_dl, dtype=float),
        }
    )
    hours = range(START, END, HOUR)
    return [
        (
            "metrics",
            lambda: metrics(trace, start=START, end=END, thresholds=CONSENSUS),
            lambda: _their_metrics(table),
            "iglu",
        ),
        (
            "episodes",
            lambda: episodes(trace, start=START, end=END, thresholds=CONSENSUS),
            lambda: iglu.episode_calculation(table, tz="UTC"),
            "iglu",
        ),
        (
            "profile (AGP)",
            lambda: agp(trace, start=START, end=END, time_zone=BERLIN),
            lambda: _their_agp(table),
            "pandas",
        ),
        ("hours", lambda: hourly(trace, hours), lambda: _their_hours(table), "pandas, unweighted"),
    ]


def _their_metrics(table: pd.DataFrame) -> list[object]:
    """Ask iglu for the very figures that ours hold."""
    return [
        iglu.mean_glu(table),
        iglu.sd_glu(table),
        iglu.cv_glu(table),
        iglu.gmi(table),
        iglu.below_percent(table, targets_below=[CONSENSUS.very_low, CONSENSUS.low]),
        iglu.in_range_percent(table, target_ranges=[[CONSENSUS.low, CONSENSUS.high]]),
        iglu.above_percent(table, targets_above=[CONSENSUS.high, CONSENSUS.very_high]),
        iglu.active_percent(table),
    ]


def _their_agp(table: pd.DataFrame) -> object:
    clock = table["time"].dt.tz_convert(BERLIN)
    bins = table["gl"].groupby((clock.dt.hour * 60 + clock.dt.minute) // 15)
    days = clock.dt.date.groupby((clock.dt.hour * 60 + clock.dt.minute) // 15)
    return bins.quantile([0.05, 0.25, 0.5, 0.75, 0.95]), bins.count(), days.nunique()


def _their_hours(table: pd.DataFrame) -> object:
    return table["gl"].groupby(table["time"].dt.floor("h")).agg(["mean", "min", "max"])


def _trace(every: int) -> Trace:
    """Give two weeks of glucose with waves and noise."""
    return Trace.from_pairs(
        (at, round(140 + 45 * math.sin(at / 7000) + 25 * math.sin(at / 2300) + 15 * math.sin(at / 131)))
        for at in range(START, END, every)
    )


def _seconds(work: Work, rounds: int) -> float:
    # Processor time: other work on the machine hardly counts.
    timer = Timer(work, timer=process_time)
    number = max(1, timer.autorange()[0] // 4)
    return min(timer.repeat(rounds, number)) / number
