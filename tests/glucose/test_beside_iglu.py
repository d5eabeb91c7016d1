"""Our figures beside those of iglu, an independent implementation, on readings that are evenly spaced."""

from collections.abc import Iterator
import math
from random import Random
from typing import Any

import iglu_python as iglu
import pandas as pd
import pytest

from custom_components.libreview.glucose.columns import Trace
from custom_components.libreview.glucose.episodes import episodes
from custom_components.libreview.glucose.metrics import metrics
from custom_components.libreview.glucose.ranges import CONSENSUS
from custom_components.libreview.models import Range
from tests.support.traces import DAY, MINUTE, START, evenly

EVERY = 5 * MINUTE
DAYS = 14
LABELS = {
    "lv1_hypo": Range.LOW,
    "lv2_hypo": Range.VERY_LOW,
    "lv1_hyper": Range.HIGH,
    "lv2_hyper": Range.VERY_HIGH,
}
within_a_thousandth = 1e-3


def restless(seed: int, *, every: int = EVERY) -> Trace:
    """Give two weeks of glucose that often crosses all borders, for long and for a moment."""
    random = Random(seed)
    swing = 40 + 20 * seed

    def values() -> Iterator[int]:
        for at in range(0, DAYS * DAY, every):
            wave = swing * (math.sin(at / 7000) + math.sin(at / 2300 + seed))
            calm = at < 3600 or at >= DAYS * DAY - 3600
            yield 120 if calm else min(max(round(140 + wave + random.gauss(0, 12)), 40), 400)

    return evenly(values(), every=every)


def table(trace: Trace) -> Any:
    return pd.DataFrame(
        {
            "id": "someone",
            "time": pd.to_datetime(pd.Series(trace.at), unit="s", utc=True),
            "gl": pd.Series(trace.mg_dl, dtype=float),
        }
    )


def figure(told: Any, column: str) -> float:
    return float(told[column].iloc[0])


@pytest.mark.parametrize("every", [1 * MINUTE, 5 * MINUTE, 15 * MINUTE])
@pytest.mark.parametrize("seed", range(4))
def test_metrics_agree(seed: int, every: int) -> None:
    trace = restless(seed, every=every)
    theirs = table(trace)

    ours = metrics(trace, start=START, end=START + DAYS * DAY, thresholds=CONSENSUS)

    assert ours.shares is not None
    assert ours.sd is not None
    assert ours.cv is not None
    below = iglu.below_percent(theirs, targets_below=[54, 70])
    above = iglu.above_percent(theirs, targets_above=[180, 250])
    in_range = iglu.in_range_percent(theirs, target_ranges=[[70, 180]])
    pairs = [
        (ours.mean, figure(iglu.mean_glu(theirs), "mean")),
        (ours.sd, figure(iglu.sd_glu(theirs), "SD")),
        (100 * ours.cv, figure(iglu.cv_glu(theirs), "CV")),
        (ours.gmi, figure(iglu.gmi(theirs), "GMI")),
        (100 * ours.shares[Range.VERY_LOW], figure(below, "below_54")),
        (100 * (ours.share(Range.VERY_LOW, Range.LOW) or 0), figure(below, "below_70")),
        (100 * ours.shares[Range.IN_RANGE], figure(in_range, "in_range_70_180")),
        (100 * (ours.share(Range.HIGH, Range.VERY_HIGH) or 0), figure(above, "above_180")),
        (100 * ours.shares[Range.VERY_HIGH], figure(above, "above_250")),
        (100 * ours.completeness, figure(iglu.active_percent(theirs), "active_percent")),
    ]
    assert [one for one, _ in pairs] == pytest.approx(
        [other for _, other in pairs], rel=within_a_thousandth, abs=1e-9
    )


@pytest.mark.parametrize("every", [5 * MINUTE, 15 * MINUTE])
@pytest.mark.parametrize("seed", range(4))
def test_episodes_agree_in_kind_start_and_end(seed: int, every: int) -> None:
    trace = restless(seed, every=every)

    ours = episodes(trace, start=START, end=START + DAYS * DAY, thresholds=CONSENSUS)

    assert {each.kind for each in ours} >= {Range.LOW, Range.HIGH}
    assert {(each.kind, each.start, each.end) for each in ours} == set(_theirs(trace, every))


def _theirs(trace: Trace, every: int) -> Iterator[tuple[Range, int, int]]:
    _, labelled = iglu.episode_calculation(table(trace), return_data=True, tz="UTC")
    seconds = labelled["time"].map(lambda moment: int(moment.timestamp()))
    for column, kind in LABELS.items():
        for label, at in seconds.groupby(labelled[column]):
            if label:
                yield kind, at.min(), at.max() + every
