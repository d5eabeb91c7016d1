"""How long to wait after something went wrong: pure, without a clock and without I/O."""

from dataclasses import dataclass
from enum import Enum
from random import Random

LONGEST_OBEDIENCE = 24 * 3600.0
"""What the cloud asks for is obeyed up to a day; 65620 s has been seen (a user's report about HTTP 476)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a wait grows from `first` to `longest` (seconds), and which part of it a success leaves."""

    first: float
    longest: float
    left_by_success: float


LONGEST_RETURN = 8 * 60.0
"""After success nobody waits so long that a reading grows too old (15 min) between two polls."""


class Trouble(Enum):
    """What went wrong, each with its way of waiting."""

    FAILURE = Waiting(first=30, longest=5 * 60, left_by_success=0)
    """The network or the cloud did not work. Nobody minds that we are back at once when it does."""
    REFUSAL = Waiting(first=2 * 60, longest=60 * 60, left_by_success=0.5)
    """The cloud wants fewer requests (429, 430, 476, Cloudflare's page): repeating prolongs a ban."""


class Backoff:
    """Waits that double with each trouble of their kind and end with success, all in seconds.

    Up to a quarter is taken off at random, so that not all homes come back in the same second.
    """

    def __init__(self, random: Random | None = None) -> None:
        """Start without trouble. `random` brings the chance, for tests."""
        # It spreads requests and guards no secret.
        self._random = random or Random()  # noqa: S311
        self._waits = dict.fromkeys(Trouble, 0.0)

    def failed(self, trouble: Trouble, retry_after: float | None = None) -> float:
        """Give the seconds to wait, at least, before the next request.

        `retry_after` is what the cloud asked for; it is never shortened, unless it exceeds a day. One that
        makes no sense (negative, not a number) is as good as none.
        """
        waiting = trouble.value
        self._waits[trouble] = min(max(waiting.first, 2 * self._waits[trouble]), waiting.longest)
        # A failed connection does not lift a ban: the longer wait of the two holds.
        wait = max(self._waits.values()) * self._random.uniform(0.75, 1)
        return max(wait, _obeyed(retry_after))

    def succeeded(self) -> float:
        """Give the seconds to add to the normal pace before the next request, 0 when all is well.

        After a refusal they are 8 min at most and halve with each success, until they are less than half the
        first wait.
        """
        for trouble, wait in self._waits.items():
            left = min(wait * trouble.value.left_by_success, LONGEST_RETURN)
            self._waits[trouble] = left if left >= trouble.value.first / 2 else 0.0
        return max(self._waits.values())


def _obeyed(retry_after: float | None) -> float:
    """Give the part of what the cloud asked for that is obeyed; every comparison with not-a-number fails."""
    return min(retry_after, LONGEST_OBEDIENCE) if retry_after is not None and retry_after > 0 else 0.0
