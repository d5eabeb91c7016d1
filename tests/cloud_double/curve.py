"""Glucose curves: pure functions of an instant, so that after a restart the past is still the same."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from math import cos, exp, pi, sin
from typing import NamedTuple

type Curve = Callable[[datetime], float]
"""Glucose in mg/dL at an aware instant."""

_DAY = 86400.0
_HOUR = 3600.0


class Meal(NamedTuple):
    """Something eaten: at which hour of the day, and by how much mg/dL it lifts."""

    name: str
    hour: float
    height: float


@lru_cache(maxsize=65536)
def chance(*key: object) -> float:
    """A number from 0 up to 1 that looks random and is always the same for the same key."""
    digest = blake2b(repr(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2.0**64


@lru_cache(maxsize=1024)
def realistic(seed: str, *, utc_offset_hours: float = 1.0, liveliness: float = 1.0) -> Curve:
    """A day of someone with diabetes: dawn rise, three meals and a snack, some nights a low, noise.

    `liveliness` scales what makes the value move from minute to minute even where the day is calm.
    """

    @lru_cache(maxsize=32768)  # a little more than the two weeks of a logbook, minute by minute
    def curve(at: datetime) -> float:
        local = at.timestamp() + utc_offset_hours * _HOUR
        today = int(local // _DAY)
        hour = local % _DAY / _HOUR
        base = 112 + 12 * sin(2 * pi * (hour - 3) / 24)
        # Yesterday's dinner still shows after midnight.
        eaten = sum(_rise(seed, day, local - day * _DAY) for day in (today - 1, today))
        noise = 7 * _noise(seed, local, 1700) + 3.5 * _noise(seed, local, 130)
        return base + eaten + _night_dip(seed, today, hour) + liveliness * noise

    return curve


@lru_cache(maxsize=1024)
def meals(seed: str, day: int) -> tuple[Meal, ...]:
    """What is eaten on a day, counted from 1970, by somebody with a realistic curve."""
    return tuple(
        Meal(
            name=name,
            hour=hour + 1.2 * (chance(seed, day, name, "when") - 0.5),
            height=size * (0.4 + 1.1 * chance(seed, day, name, "size")),
        )
        for name, hour, size in (
            ("breakfast", 7.3, 85),
            ("lunch", 12.6, 75),
            ("snack", 16.2, 30),
            ("dinner", 19.0, 100),
        )
    )


def _rise(seed: str, day: int, seconds: float) -> float:
    """What the meals of one day add, `seconds` after that day began."""
    total = 0.0
    for meal in meals(seed, day):
        hours = seconds / _HOUR - meal.hour
        if hours > 0:
            # Highest one hour after eating, then insulin takes it below where it began for a while.
            total += meal.height * hours * exp(1 - hours) - 0.25 * meal.height * _bell(hours, 4.0, 0.9)
    return total


def _night_dip(seed: str, day: int, hour: float) -> float:
    if chance(seed, day, "dip") > 0.35:
        return 0.0
    return -(45 + 25 * chance(seed, day, "depth")) * _bell(hour, 2.5 + 1.5 * chance(seed, day, "dip at"), 0.6)


def _bell(x: float, middle: float, width: float) -> float:
    return exp(-(((x - middle) / width) ** 2) / 2)


def _noise(seed: str, seconds: float, period: float) -> float:
    """Smooth noise between -1 and 1, whose turning points are `period` seconds apart."""
    knot, part = divmod(seconds / period, 1)
    # High and low in turn, so that there is no rest between two points of the same height.
    sign = 1 if knot % 2 else -1
    before = sign * (0.4 + 0.6 * chance(seed, period, int(knot)))
    after = -sign * (0.4 + 0.6 * chance(seed, period, int(knot) + 1))
    return before + (after - before) * (1 - cos(pi * part)) / 2
