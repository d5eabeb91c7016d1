"""How often a reader may ask, and how many wrong keys are answered: pure, in memory, by a clock of seconds.

Wrong keys are counted to spare the machine, not to protect keys, which nobody guesses. So the right key is
let in however many wrong ones came from the same address: one mistyped app must not keep out the others.
"""

from collections import OrderedDict, deque
from math import ceil
from typing import Final

_BURST: Final = 15
"""Requests at once; an app asks for several things together."""
_PER_SECOND: Final = 30 / 60
_WRONG_KEYS: Final = 10
_WRONG_FOR: Final = 600.0
"""Seconds in which so many wrong keys are too many."""
_MOST_ADDRESSES: Final = 256


class RequestLimit:
    """The requests of each reader: 30 a minute, 15 at once."""

    def __init__(self) -> None:
        """Begin with all that may be asked at once."""
        self._left: dict[str, tuple[float, float]] = {}
        """By reader: what it may ask, and the second for which that holds."""

    def seconds_to_wait(self, reader: str, now: float) -> int:
        """Count a request and return 0, or the seconds until the next one may come."""
        left, since = self._left.get(reader, (float(_BURST), now))
        left = min(float(_BURST), left + max(0.0, now - since) * _PER_SECOND)
        if left < 1:
            self._left[reader] = left, now
            return ceil((1 - left) / _PER_SECOND)
        self._left[reader] = left - 1, now
        return 0


class WrongKeys:
    """The wrong keys that came from each address."""

    def __init__(self) -> None:
        """Begin without any."""
        self._seconds: OrderedDict[str, deque[float]] = OrderedDict()

    def seconds_to_wait(self, address: str, now: float) -> int:
        """Count a wrong key. Return 0, or the seconds until the next one is looked at."""
        seconds = self._seconds.setdefault(address, deque(maxlen=_WRONG_KEYS))
        self._seconds.move_to_end(address)
        if len(self._seconds) > _MOST_ADDRESSES:
            self._seconds.popitem(last=False)
        while seconds and now - seconds[0] >= _WRONG_FOR:
            seconds.popleft()
        if len(seconds) == _WRONG_KEYS:
            return ceil(seconds[0] + _WRONG_FOR - now)
        seconds.append(now)
        return 0
