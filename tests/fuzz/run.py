"""Running the fuzz: every input has a number, from which and the seed alone it can be made again."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from time import process_time
import traceback
from typing import Final
from unittest.mock import patch

from homeassistant.util import dt as dt_util

from .answers import NOW
from .parsers import PARSERS

SLOW: Final = 1.0
"""Seconds of this process, for whatever else the machine does."""
_COLUMNS: Final = ("parser", "inputs", "errors", "slow", "absurd", "slowest (ms)")
_NAMES: Final = tuple(PARSERS)
_SHARES: Final = tuple(parser.share for parser in PARSERS.values())


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one parser."""

    inputs: int = 0
    errors: int = 0
    slow: int = 0
    absurd: int = 0
    slowest: float = 0.0
    examples: dict[str, int] = field(default_factory=dict)
    """What was found, each with the number of one input that shows it."""

    def add(self, other: Tally) -> None:
        """Count what another process has found as well."""
        self.inputs += other.inputs
        self.errors += other.errors
        self.slow += other.slow
        self.absurd += other.absurd
        self.slowest = max(self.slowest, other.slowest)
        self.examples = other.examples | self.examples

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not (self.errors or self.slow or self.absurd)


type Tallies = dict[str, Tally]


def fuzz(count: int, seed: int, *, first: int = 0, step: int = 1) -> Tallies:
    """Make and read the inputs `first`, `first + step` and so on below `count`."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    with _at_noon():
        for number in range(first, count, step):
            dice = Random(f"{seed} {number}")
            name = dice.choices(_NAMES, _SHARES)[0]
            _read(tallies[name], name, number, dice)
    return dict(tallies)


def fuzz_in_processes(count: int, seed: int, processes: int) -> Tallies:
    """Do the same in several processes at once."""
    total: defaultdict[str, Tally] = defaultdict(Tally)
    with get_context("spawn").Pool(processes) as pool:
        parts = [
            pool.apply_async(fuzz, (count, seed), {"first": n, "step": processes}) for n in range(processes)
        ]
        for part in parts:
            for name, tally in part.get().items():
                total[name].add(tally)
    return dict(total)


def _read(tally: Tally, name: str, number: int, dice: Random) -> None:
    given = PARSERS[name].make(dice)
    found: list[str] = []
    began = process_time()
    try:
        found += PARSERS[name].read(*given)
    except Exception as err:  # noqa: BLE001  Whatever it is, it is what we are looking for.
        tally.errors += 1
        where = traceback.extract_tb(err.__traceback__)[-1]
        place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
        tally.examples.setdefault(f"{type(err).__name__} in {place}", number)
    seconds = process_time() - began
    tally.inputs += 1
    tally.slowest = max(tally.slowest, seconds)
    if seconds > SLOW:
        tally.slow += 1
        tally.examples.setdefault("slow", number)
    if found:
        tally.absurd += 1
        tally.examples.setdefault(found[0], number)


@contextmanager
def _at_noon() -> Iterator[None]:
    with patch.object(dt_util, "utcnow", lambda: NOW):
        yield


def table(tallies: Tallies) -> str:
    """Return the figures by parser, and examples of what was found."""
    rows = [_COLUMNS, *(_row(name, tallies[name]) for name in _NAMES if name in tallies)]
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    rows.append(_row("all", total))
    lines = [f"{row[0]:<18}" + "".join(f"{cell:>14}" for cell in row[1:]) for row in rows]
    for name, tally in tallies.items():
        lines += [f"{name}: {text}, by input {number}" for text, number in tally.examples.items()]
    return "\n".join(lines)


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    counts = (tally.inputs, tally.errors, tally.slow, tally.absurd)
    return (name, *map(str, counts), f"{1000 * tally.slowest:.0f}")
