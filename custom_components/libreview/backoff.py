"""The waits after failures: pure, without a clock and without I/O."""

from dataclasses import dataclass
from enum import Enum
from random import Random

from .const import MAX_RETRY_AFTER


@dataclass(frozen=True, slots=True)
class BackoffCurve:
    """The growth of a wait from `first` to `longest` (seconds), and the part of it that a success leaves."""

    first: float
    longest: float
    left_by_success: float


class FailureKind(Enum):
    """The kinds of failure, each with its way of waiting."""

    FAILURE = BackoffCurve(first=30, longest=60, left_by_success=0)
    """The network or the cloud did not work. A request a minute bothers nobody."""
    REFUSAL = BackoffCurve(first=2 * 60, longest=15 * 60, left_by_success=0.5)
    """The cloud wants fewer requests (429, 430, 476, Cloudflare's page): repeated ones prolong a ban."""
    DIARY_REFUSAL = BackoffCurve(first=2 * 60, longest=60 * 60, left_by_success=0.5)
    """As much for the diary, for which nobody waits by the minute."""
    RECEIVER = BackoffCurve(first=30, longest=15 * 60, left_by_success=0)
    """A server of the person's own, to which is sent, did not work. It may be away for weeks."""


class Backoff:
    """Waits that double with each failure of their kind and end with success, all in seconds.

    Up to a quarter is taken off at random, so that not all homes come back in the same second.
    """

    def __init__(self, random: Random | None = None) -> None:
        """Start without a wait. Tests seed `random`."""
        # It spreads requests and guards no secret.
        self._random = random or Random()  # noqa: S311
        self._waits = dict.fromkeys(FailureKind, 0.0)

    def failed(self, kind: FailureKind, retry_after: float | None = None) -> float:
        """Return the seconds to wait at least before the next request.

        `retry_after` is what the cloud asked for. It is never shortened, unless it exceeds a day; a negative
        one, or one that is not a number, counts as none.
        """
        curve = kind.value
        self._waits[kind] = min(max(curve.first, 2 * self._waits[kind]), curve.longest)
        # A failed connection does not lift a ban: the longer wait of the two holds.
        wait = max(self._waits.values()) * self._random.uniform(0.75, 1)
        return max(wait, _limit_retry_after(retry_after))

    def succeeded(self) -> None:
        """End the waits: the normal pace returns at once.

        Of a refusal half the wait is remembered, so that another one soon after is waited out from there.
        """
        for kind, wait in self._waits.items():
            left = wait * kind.value.left_by_success
            self._waits[kind] = left if left >= kind.value.first / 2 else 0.0


def _limit_retry_after(retry_after: float | None) -> float:
    """Return what the cloud asked for, up to a day; 0 for not-a-number, whose comparisons all fail."""
    return min(retry_after, MAX_RETRY_AFTER) if retry_after is not None and retry_after > 0 else 0.0
