"""The least that readings wait while a lag is learnt: by dynamic programming over what is known of it.

It is that of a constant lag of whole seconds below a minute, of which short ones are likelier (exponential),
one look a minute at any margin. A look in vain costs the reading a minute; what is seen halves what is left.
"""

from functools import cache
from itertools import accumulate
from math import exp
from typing import Final

LOOKS: Final = 12
MINUTE: Final = 60
_USUAL_LAG: Final = 10.0
"""The mean that is believed in."""

_CHANCES: Final = [exp(-lag / _USUAL_LAG) for lag in range(MINUTE)]
_MASS: Final = [0.0, *accumulate(_CHANCES)]
_MOMENT: Final = [0.0, *accumulate(lag * chance for lag, chance in enumerate(_CHANCES))]


def least_while_learning(lag: int, looks: int = LOOKS) -> tuple[float, float]:
    """Return the mean wait (s) of the first readings at this lag, and the share that is never seen."""
    low, high, waited, missed = 0, MINUTE, 0.0, 0
    for left in range(looks, 0, -1):
        _, margin = _best(low, high, left)
        waited += margin - lag
        if lag <= margin:
            high = margin + 1
        else:
            low, waited, missed = margin + 1, waited + MINUTE, missed + 1
    return waited / looks, missed / looks


@cache
def _best(low: int, high: int, looks: int) -> tuple[float, int]:
    """Return the least that so many looks cost, and the margin of the first, with a lag in [low, high)."""
    mass = _MASS[high] - _MASS[low]
    mean = (_MOMENT[high] - _MOMENT[low]) / mass
    return min((_cost(low, high, looks, margin, mass) + margin - mean, margin) for margin in range(low, high))


def _cost(low: int, high: int, looks: int, margin: int, mass: float) -> float:
    """Return what a look costs beyond its own lateness: a minute if in vain, and the looks after it."""
    seen = (_MASS[margin + 1] - _MASS[low]) / mass
    after_seen = _best(low, margin + 1, looks - 1)[0] if looks > 1 else 0.0
    if margin + 1 == high:
        return after_seen
    after_unseen = _best(margin + 1, high, looks - 1)[0] if looks > 1 else 0.0
    return seen * after_seen + (1 - seen) * (MINUTE + after_unseen)
