"""What is known of how long a phone takes to upload its readings, and when to look for the next one: pure.

The lags of a phone are taken to be drawn from one of a table of logistic distributions, each with a centre
and a spread. How likely each of them is follows from what polls have seen, by Bayes' rule: a reading that is
there at an age was uploaded before, one that is not there was not. As a lag may change for good, a little of
the first belief is mixed in at each reading ("fixed share": Herbster and Warmuth, *Tracking the Best Expert*,
1998).

A margin is the age at which a reading is looked for. One that is too short costs the time until the next
look, one that is too long costs its lateness, and an answer teaches something for the looks to come: the last
is reckoned as the cost saved by the best margin thereafter ("knowledge gradient": Frazier, Powell and
Dayanik, 2008).

Lags, ages, margins and costs are seconds; ages count from the stamp of a reading.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import exp, sumprod
from operator import mul
from typing import Final, Self

EARLIEST: Final = -10.0
"""The least lag that is thought of: a phone's clock may be a few seconds ahead."""
MARGINS: Final = 60
"""Margins are whole seconds from the least lag on; a minute later the next reading is looked for."""
_SPAN: Final = 100
"""Seconds from the least lag to the greatest that is thought of."""
_NEAR: Final = 30
"""Seconds from the least lag up to which centres lie as close as their scale asks for; then 2 s at least."""
_SCALES: Final = (0.3, 1.0, 2.0, 4.5)
"""Of the logistic distributions: standard deviations of half a second to eight seconds."""

_USUAL_LAG: Final = 10.0
"""The mean of the first belief, by which short lags are likelier (exponential)."""
_AHEAD: Final = 0.1
"""How likely a clock that is a little ahead is, beside one that is right."""
_UNUSUAL: Final = 0.1
"""The part of the first belief by which any lag is as likely as another."""
_CHANGE: Final = 0.001
"""The chance that the lag has changed for good from one reading to the next."""
_NO_UPLOAD: Final = 0.03
"""The chance that a reading is not there because the phone has no network, whatever the lag."""
_IMPOSSIBLE: Final = 1e-9
"""The chance of what no lag explains. It is not 0, or a belief that meets it could never change."""
_EDGE: Final = 15.0
"""A lag that is no further from the least one that is thought of may be below it."""
_NEGLIGIBLE: Final = 1e-3
"""Distributions that are less likely are left out when costs are reckoned."""
_OPEN: Final = (0.05, 0.99)
"""Chances of a reading to be there between which an answer teaches something."""
_TRIALS: Final = 6
"""Margins at most of which is reckoned what their answers would teach."""
_LATER: Final = 20
"""Margins about which may be the best after such an answer."""


@dataclass(frozen=True, slots=True)
class LagDistribution:
    """How the lags of a phone may be distributed, in seconds from the least lag."""

    centre: float
    scale: float
    width: float
    """The part of the axis that it stands for."""

    def uploaded_by(self, age: float) -> float:
        """Return the chance that a reading has been uploaded by this age."""
        return 1 / (1 + exp(min((self.centre - age) / self.scale, 500.0)))


def _distributions(scale: float) -> Iterator[LagDistribution]:
    """Yield the distributions of a scale, no closer than it tells them apart."""
    near = max(1, round(0.7 * scale))
    far = max(2, near)
    for centres, step in (range(0, _NEAR, near), near), (range(_NEAR, _SPAN, far), far):
        for centre in centres:
            yield LagDistribution(float(centre), scale, float(step))


DISTRIBUTIONS: Final = tuple(each for scale in _SCALES for each in _distributions(scale))
_ODDS: Final = tuple(
    (scale, tuple(exp(each.centre / scale) for each in DISTRIBUTIONS if each.scale == scale))
    for scale in _SCALES
)
"""Of each scale's distributions, the odds against a reading of the least lag being there."""
_UPLOADED: Final = tuple(tuple(map(each.uploaded_by, range(MARGINS + _SPAN))) for each in DISTRIBUTIONS)
"""The chance, by distribution and age in whole seconds from the least lag on, that a reading is there."""
_UPLOADED_AT_MARGINS: Final = tuple(uploaded[:MARGINS] for uploaded in _UPLOADED)


@cache
def _costs(again: int) -> tuple[tuple[float, ...], ...]:
    """Return what each margin costs by each distribution, the next looks being `again` seconds apart."""
    table = []
    for each, uploaded in zip(DISTRIBUTIONS, _UPLOADED, strict=True):
        vain = [1 - chance for chance in uploaded]  # Looks in vain from each age on.
        for age in range(len(vain) - again - 1, -1, -1):
            vain[age] += vain[age + again]
        table.append(tuple(margin - each.centre + again * vain[margin] for margin in range(MARGINS)))
    return tuple(table)


@dataclass(frozen=True, slots=True)
class MarginCosts:
    """What each margin is expected to cost a reading, and what is saved thereafter by its answer."""

    costs: Sequence[float]
    gains: Sequence[float]
    uploaded: Sequence[float]
    """The chance that the reading is there."""

    def at(self, margin: float) -> tuple[float, float, float]:
        """Return cost, gain and chance at any margin, by those of the whole seconds around it.

        A reading is there at one beyond the table, and the look costs its lateness.
        """
        if margin >= MARGINS:
            return self.costs[-1] + margin - MARGINS + 1, 0.0, self.uploaded[-1]
        place = int(margin)
        part, after = margin - place, min(place + 1, MARGINS - 1)
        costs, gains, uploaded = self.costs, self.gains, self.uploaded
        return (
            costs[place] + part * (costs[after] - costs[place]),
            gains[place] + part * (gains[after] - gains[place]),
            uploaded[place] + part * (uploaded[after] - uploaded[place]),
        )

    def best_expected(self) -> float:
        """Return the best of the margins at which the reading is rather there than not."""
        expected = [margin for margin in range(MARGINS) if self.uploaded[margin] > 0.5]
        return float(min(expected, key=self.costs.__getitem__, default=MARGINS - 1))


class LagBelief:
    """How likely each distribution of lags is, after all that has been seen of one phone's uploads."""

    def __init__(self, earliest: float = EARLIEST, known: Mapping[int, float] | None = None) -> None:
        """Begin with what is usual, or with chances by the place in `DISTRIBUTIONS` that were known before.

        `earliest` is the age of the first margin: far from `EARLIEST` where the phone's clock is wrong, and
        then all lags are as likely.
        """
        self.earliest = earliest
        first = [_usual(each) if earliest == EARLIEST else each.width for each in DISTRIBUTIONS]
        self._first = _scaled(first)
        self._chances = self._first
        if known:
            told = _scaled([known.get(place, 0.0) for place in range(len(DISTRIBUTIONS))])
            self._chances = _mixed(told, self._first, 0.1)

    @classmethod
    def of_age(cls, age: float) -> Self:
        """Return what is believed when a newest reading of this age has been seen, and nothing before."""
        if EARLIEST < age <= MARGINS - EARLIEST:
            belief = cls()
            belief.learn(age - MARGINS, age)
            return belief
        return cls(age - MARGINS + EARLIEST)

    def known(self) -> dict[int, float]:
        """Return the chances worth remembering, by the place in `DISTRIBUTIONS`."""
        return {place: round(chance, 3) for place, chance in enumerate(self._chances) if chance > 0.01}

    def learn(self, unseen: float, seen: float, missed: Iterable[float] = ()) -> bool:
        """Learn that a reading was there at one age, not at another. Return False if no lag explains it.

        `missed` are ages at which readings before it were not there.
        """
        there, not_there = self._uploaded_by(seen), self._uploaded_by(unseen)
        explains = [late - before for late, before in zip(there, not_there, strict=True)]
        for age in missed:
            early = self._uploaded_by(age)
            explains = [each * (1 - chance) for each, chance in zip(explains, early, strict=True)]
        chances = [
            chance * (each + _IMPOSSIBLE) for chance, each in zip(self._chances, explains, strict=True)
        ]
        is_explained = sum(chances) > 100 * _IMPOSSIBLE
        self._chances = _mixed(_scaled(chances), self._first, _CHANGE)
        return is_explained

    def may_be_earlier_than(self, age: float) -> bool:
        """Return True if a reading that was there at this age may have a lag below all that is thought of."""
        return self.earliest != EARLIEST and age - self.earliest < _EDGE

    def margin_costs(self, again: float, unseen: Iterable[float] = ()) -> MarginCosts:
        """Return what the margins cost, the looks after a vain one being `again` seconds apart.

        `unseen` are the ages at which the reading that is looked for was not there.
        """
        likely = self._likely(unseen)
        chances = list(likely.values())
        cost_columns = _columns(_costs(round(again)), likely)
        uploaded_columns = _columns(_UPLOADED_AT_MARGINS, likely)
        costs = [sumprod(chances, column) for column in cost_columns]
        uploaded = [sumprod(chances, column) for column in uploaded_columns]
        trials = {
            margin: list(map(mul, chances, uploaded_columns[margin], strict=True))
            for margin, chance in enumerate(uploaded)
            if _OPEN[0] < chance < _OPEN[1]
        }
        return MarginCosts(costs, _gains(trials, costs, cost_columns), uploaded)

    def chance(self, age: float) -> float:
        """Return the chance that a reading is there at this age."""
        return sumprod(self._chances, self._uploaded_by(age))

    def _uploaded_by(self, age: float) -> list[float]:
        """Return the chance, by each distribution, that a reading has been uploaded by this age."""
        since = max(age - self.earliest, -_SPAN)
        return [
            1 / (1 + odds * later)
            for scale, all_odds in _ODDS
            for later in (exp(-since / scale),)
            for odds in all_odds
        ]

    def _likely(self, unseen: Iterable[float]) -> dict[int, float]:
        """Return the chances of the distributions that count, by their places."""
        chances = self._chances
        for age in unseen:
            chances = _scaled(
                [
                    chance * (1 - (1 - _NO_UPLOAD) * there)
                    for there, chance in zip(self._uploaded_by(age), chances, strict=True)
                ]
            )
        return {place: chance for place, chance in enumerate(chances) if chance > _NEGLIGIBLE}


def _columns(table: Sequence[Sequence[float]], places: Iterable[int]) -> list[tuple[float, ...]]:
    """Return what a table holds for each margin, by the distributions at these places."""
    return list(zip(*(table[place] for place in places), strict=True))


def _gains(
    trials: Mapping[int, Sequence[float]], costs: Sequence[float], columns: Sequence[Sequence[float]]
) -> list[float]:
    """Return by how much less the best margin costs after the answer to a look at each margin.

    `trials` are the margins that teach something, with the chance of each distribution that the reading is
    there; `columns` what each margin costs by each of them.
    """
    gains = [0.0] * MARGINS
    if not trials:
        return gains
    best = min(costs)
    # The best margin after an answer lies close to those that teach something, or is the best one of now.
    first, end = min(trials), min(max(trials) + 8, MARGINS)
    later = {costs.index(best), *range(first, end, -(-(end - first) // _LATER))}
    step = -(-len(trials) // _TRIALS)
    for trial, seen in islice(trials.items(), 0, None, step):
        after_seen = [sumprod(seen, columns[margin]) for margin in later]
        after_unseen = min(costs[margin] - cost for margin, cost in zip(later, after_seen, strict=True))
        gains[trial : trial + step] = [max(best - min(after_seen) - after_unseen, 0.0)] * step
    return gains[:MARGINS]


def _usual(each: LagDistribution) -> float:
    """Return how likely a distribution is before anything has been seen."""
    lag = each.centre + EARLIEST
    usual = exp(-lag / _USUAL_LAG) / _USUAL_LAG if lag >= 0 else _AHEAD / -EARLIEST
    return each.width * (usual * (1 - _UNUSUAL) + _UNUSUAL / _SPAN)


def _scaled(chances: Sequence[float]) -> list[float]:
    total = sum(chances)
    return [chance / total for chance in chances]


def _mixed(chances: Sequence[float], others: Sequence[float], share: float) -> list[float]:
    return [chance * (1 - share) + other * share for chance, other in zip(chances, others, strict=True)]
