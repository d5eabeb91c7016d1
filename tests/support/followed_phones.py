"""Phones that are followed by the phase-locked poll, and the pace of its requests."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from custom_components.libreview.live.phase_lock import CREDIT

from .simulated_uploader import HOUR, Changing, Delay, Following, Uploader, follow, gaussian, locked

STEADY = gaussian(8, 2)


def phone(
    seed: int = 0,
    delay: Delay = STEADY,
    *,
    cadence: float = 60,
    skew: float = 0,
    pauses: Sequence[tuple[float, float]] = (),
) -> Uploader:
    """Give a phone with a phase of its own."""
    phase = Random(seed).uniform(0, 300)
    return Uploader(delay=delay, cadence=cadence, phase=phase, skew=skew, pauses=pauses, seed=seed)


def followed(uploader: Uploader | Changing, interval: float = 60, *, hours: float) -> Following:
    """Follow one phone."""
    return follow({"one": uploader}, locked(interval), hours)


def most_in_an_hour(polls: Sequence[float]) -> int:
    """Say how many requests there are in the hour that has the most."""
    return max(bisect_left(polls, start + HOUR) - place for place, start in enumerate(polls))


def keep_the_pace(polls: Sequence[float], interval: float) -> bool:
    """Say whether every window of requests is as long as it must be, but for the credit of one."""
    ahead = 0.0
    for earlier, later in pairwise(polls):
        # How far the window that is hardest to bear is short of one interval per request.
        ahead = max(ahead, 0.0) + interval - (later - earlier)
        if ahead > CREDIT + 1e-3:
            return False
    return True
