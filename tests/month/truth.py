"""What the cloud knows of a person, by its own clock: what may be shown, and what has to be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sin, tau
from random import Random
from typing import NamedTuple

from tests.cloud_double import Person
from tests.cloud_double.curve import Curve
from tests.cloud_double.readings import historic, newest_tick, tick, uploaded_at, value


class Told(NamedTuple):
    """A value that the cloud can tell by now: when it was measured and uploaded, and how much it is."""

    measured: datetime
    uploaded: datetime
    mg_dl: int


def restless(dice: Random) -> Curve:
    """Return a curve with a low every few hours, on which values differ from minute to minute."""
    hours, phase, deep = dice.uniform(2, 4), dice.uniform(0, tau), dice.uniform(50, 65)

    def curve(at: datetime) -> float:
        seconds = at.timestamp()
        slow = sin(seconds * tau / (3600 * hours) + phase)
        return 112 + deep * slow + 3 * sin(seconds * tau / 1100)

    return curve


def told(person: Person, now: datetime, span: timedelta) -> Iterator[Told]:
    """Yield what the sensor measured within a span before now and the cloud has got, the newest first."""
    number = newest_tick(person, now)
    while (measured := tick(person, number)) >= now - span:
        uploaded = uploaded_at(person, measured, number)
        if uploaded is not None and uploaded <= now:
            yield Told(measured, uploaded, value(person, measured).mg_dl)
        number -= 1


def may_be_shown(person: Person, now: datetime, span: timedelta) -> set[int]:
    """Return the values measured within a span before now that the cloud has got: live, or in the curve."""
    curve = historic(person, now - span, now, now)
    return {each.mg_dl for each in told(person, now, span)} | {each.mg_dl for each in curve}


def must_be_low(person: Person, now: datetime, patience: timedelta) -> bool:
    """Return whether everything that a look within that patience could have found is low."""
    newest = next(told(person, now - patience, timedelta(minutes=10)), None)
    if newest is None:
        return False
    since = [
        each
        for each in told(person, now, patience + timedelta(minutes=10))
        if each.measured >= newest.measured
    ]
    return all(each.mg_dl < person.target_low for each in since)
