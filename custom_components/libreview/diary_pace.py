"""How long to wait between two reports: pure, without a clock and without I/O. All in seconds."""

from random import Random
from typing import Final

from .backoff import Backoff, Trouble
from .cloud.errors import CloudError, InvalidAnswerError, PersonNotLoadableError, ReportFailedError
from .problems import problem_of

INTERVAL: Final = (45 * 60.0, 75 * 60.0)
"""Between two reports of a person, somewhere between the two."""
SOON: Final = (5.0, 20.0)
"""Until the first report, somewhere between the two: the sign-ins of a house need not collide."""
SHORTEST_WAIT: Final = 300.0
"""Between two attempts that nobody asked for, also across restarts."""

_OF_THE_REPORT: Final = (InvalidAnswerError, PersonNotLoadableError, ReportFailedError)
"""What concerns one person's report, costs the cloud a whole one, and hardly is over in a few minutes."""


class DiaryPace:
    """When to ask for the diaries of the persons of one login, who take turns."""

    def __init__(self, backoff: Backoff, persons: int, random: Random | None = None) -> None:
        """`backoff` remembers troubles; `random` brings the chance, for tests."""
        self._backoff = backoff
        self._persons = persons
        # It spreads requests and guards no secret.
        self._random = random or Random()  # noqa: S311

    def at_start(self, since_attempt: float | None) -> float:
        """Before the first report, when the last attempt was so long ago (None: there was none)."""
        soon = self.soon()
        if since_attempt is None:
            return soon
        return max(soon, min(SHORTEST_WAIT - since_attempt, SHORTEST_WAIT))

    def soon(self) -> float:
        """Before the first report of somebody."""
        return self._random.uniform(*SOON)

    def turn(self) -> float:
        """Before the next person's turn, so that everyone has one about once an hour."""
        return self._random.uniform(*INTERVAL) / self._persons

    def succeeded(self) -> None:
        """Forget what troubles there were."""
        self._backoff.succeeded()

    def failed(self, err: CloudError) -> float:
        """Before the next attempt after a failure."""
        problem = problem_of(err)
        if problem.is_wait:
            return problem.retry_after or SHORTEST_WAIT
        is_of_the_report = isinstance(err, _OF_THE_REPORT)
        if is_of_the_report and self._persons > 1:
            return self.turn()  # The others' turns come as ever.
        trouble = Trouble.REFUSAL if problem.is_refusal or is_of_the_report else Trouble.FAILURE
        return max(self._backoff.failed(trouble, problem.retry_after), SHORTEST_WAIT)
