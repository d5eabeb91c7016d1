"""A wait by the wall clock, which may be set meanwhile."""

from dataclasses import dataclass
import time
from typing import Self

from ..const import MAX_RETRY_AFTER


@dataclass(slots=True)
class Wait:
    """So many seconds from an instant on: never more than these, even if the clock is set back meanwhile."""

    seconds: float = 0.0
    begun: float = 0.0
    """Seconds since 1970."""

    @classmethod
    def begin(cls, seconds: float) -> Self:
        """Return a wait that begins now, of a day at most."""
        return cls(min(seconds, MAX_RETRY_AFTER), time.time())

    @classmethod
    def until(cls, instant: float, began: float = 0.0) -> Self:
        """Return the rest of a remembered wait that ends at an instant (seconds since 1970).

        `began` is when it began, 0 where that is not known: had it to begin later than now, the clock was set
        back, and it begins now. One longer than we ever wait was noted by a wrong clock and counts as over.
        """
        began = min(began or time.time(), instant)
        seconds = instant - began
        return cls(seconds if seconds <= MAX_RETRY_AFTER else 0.0, began)

    def remaining(self) -> float:
        """Return the seconds left, 0 when it is over."""
        now = time.time()
        self.begun = min(self.begun, now)  # The clock was set back: begin anew.
        return max(self.begun + self.seconds - now, 0.0)
