"""The delays between two reports: pure, without a clock and without I/O. All in seconds."""

from random import Random
from typing import Final

from ..backoff import Backoff, FailureKind
from ..failures.problems import Pause, Problem, ProblemKey

INTERVAL: Final = (45 * 60.0, 75 * 60.0)
"""Least and most between two reports of a person, drawn at random; more where a login has many persons."""
SOON: Final = (5.0, 20.0)
"""Least and most until the first report, drawn at random so that the sign-ins of a home do not collide."""
MIN_DELAY: Final = 300.0
"""Between two attempts of a login that nobody asked for at least, also across restarts."""

_OF_REPORT: Final = (ProblemKey.INVALID_ANSWER, ProblemKey.PERSON_NOT_LOADABLE, ProblemKey.REPORT_FAILED)
"""Failures of one person's report: they cost the cloud a whole one, and are hardly over in a few minutes."""


class DiaryPace:
    """The delays before the reports of one login, whose persons take turns."""

    def __init__(self, backoff: Backoff, persons: int, random: Random | None = None) -> None:
        """Start for so many persons. `backoff` holds the waits after failures; tests seed `random`."""
        self._backoff = backoff
        self.persons: float = persons
        """How many take turns now; who has fewer turns than others counts as a part of one."""
        # It spreads requests and guards no secret.
        self._random = random or Random()  # noqa: S311

    def delay_at_start(self, since_attempt: float | None) -> float:
        """Return the delay before the first report, `since_attempt` being the age of the last one, if any."""
        soon = self.delay_of_first()
        if since_attempt is None:
            return soon
        return max(soon, min(MIN_DELAY - since_attempt, MIN_DELAY))

    def delay_of_first(self) -> float:
        """Return the delay before the first report of a person."""
        return self._random.uniform(*SOON)

    def delay_of_turn(self) -> float:
        """Return the delay before the next person's turn: up to twelve have one about once an hour."""
        return max(self._random.uniform(*INTERVAL) / max(self.persons, 1), MIN_DELAY)

    def succeeded(self) -> None:
        """End the waits after failures, step by step."""
        self._backoff.succeeded()

    def failed(self, problem: Problem) -> float:
        """Count a failure and return the delay before the next attempt."""
        if problem.pause is Pause.NOT_SENT:
            return problem.retry_after or MIN_DELAY
        is_of_report = problem.key in _OF_REPORT
        if is_of_report and self.persons > 1:
            return self.delay_of_turn()  # The others' turns come as ever.
        kind = FailureKind.DIARY_REFUSAL if problem.pause.is_refusal or is_of_report else FailureKind.FAILURE
        return max(self._backoff.failed(kind, problem.retry_after), MIN_DELAY)
