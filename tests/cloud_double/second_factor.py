"""The second factor of a sign-in to LibreView: where codes go, which is right, how a wrong one is answered.

The step is recorded in part (InventivetalentDev/LibreViewApi #5); the two calls that follow it are known from
clients. How Abbott refuses a code is public nowhere, so that an account chooses among forms that are likely.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from .refusals import Refusal, locked, ticket_invalid, wrong_password

STEP: Final = "2faVerify"
CODE_LIFE: Final = timedelta(minutes=10)
MOST_WRONG_CODES: Final = 5
"""So many wrong codes lock the account, a guess, as is the life of a code."""

STEP_AGAIN: Final = "step_again"
"""The step itself once more, with a new ticket, is an answer that a sign-in gives and no refusal."""


class SentCode(NamedTuple):
    """That a code was sent, when, and whether the primary way."""

    at: datetime
    is_primary: bool


@dataclass(slots=True)
class Challenge:
    """A code on its way, bound to the ticket it must come back with."""

    code: str
    sent: datetime
    is_primary: bool
    wrong: int = 0

    def is_over(self, now: datetime) -> bool:
        """Whether even the right code comes too late."""
        return now >= self.sent + CODE_LIFE


@dataclass(slots=True, kw_only=True)
class SecondFactor:
    """How an account is asked for a code.

    `code` is the right one; with `fresh_codes` it changes whenever one is sent, and stands here afterwards.
    `refusal` is a key of CODE_REFUSALS or STEP_AGAIN, `exhausted` one of EXHAUSTED: how a wrong or late code
    and the fifth of them are answered. An account with one way only has `secondary_method` "".
    """

    primary_method: str = "phone"
    primary_value: str = "+491510000042"
    secondary_method: str = "email"
    secondary_value: str = "somebody@example.com"
    code: str = "123456"
    fresh_codes: bool = False
    refusal: str = "status_2"
    exhausted: str = "locked"

    def contact(self) -> dict[str, str]:
        """The ways and addresses, as the user's own data tell them."""
        return {
            "primaryMethod": self.primary_method,
            "primaryValue": self.primary_value,
            "secondaryMethod": self.secondary_method,
            "secondaryValue": self.secondary_value if self.secondary_method else "",
        }

    def step(self, account_type: str | None = "patient") -> dict[str, Any]:
        """The step as a sign-in tells it, with addresses masked."""
        ways = {
            key: _masked(value) if key.endswith("Value") else value for key, value in self.contact().items()
        }
        kind = {} if account_type is None else {"accountType": account_type}
        return {
            "type": STEP,
            "componentName": "TwoFactorVerify",
            "props": {**kind, **ways},
            "title": "AccountSignUp.verifyIdentity",
        }


def no_second_factor() -> dict[str, str]:
    """The same of an account without one."""
    return dict.fromkeys(("primaryMethod", "primaryValue", "secondaryMethod", "secondaryValue"), "")


def _masked(value: str) -> str:
    name, at, domain = value.partition("@")
    if at:
        return f"********@{domain}"
    return f"{name[:1]}******{name[-4:]}" if name else ""


def _error(status: int) -> Callable[[str], Refusal]:
    return lambda word: Refusal({"status": status, "error": {"message": word}})


def _http(status: int, message: str = "") -> Callable[[str], Refusal]:
    return lambda word: Refusal({"message": message or word}, status)


CODE_REFUSALS: Final[dict[str, Callable[[str], Refusal]]] = {
    "status_2": _error(2),
    "as_wrong_password": lambda _: wrong_password(),
    "status_4_error": _error(4),
    "http_400": _http(HTTPStatus.BAD_REQUEST),
    "http_401": _http(HTTPStatus.UNAUTHORIZED, "Unauthorized"),
    "http_401_jwt": lambda _: ticket_invalid(),
    "http_403": _http(HTTPStatus.FORBIDDEN),
}
"""Forms in which a code may be refused, given the word for what is wrong with it. All are guesses."""

EXHAUSTED: Final[dict[str, Callable[[], Refusal]]] = {
    "locked": locked,
    "locked_200": lambda: Refusal(locked().body),
    "http_429": lambda: Refusal({"message": "TooManyRequests"}, HTTPStatus.TOO_MANY_REQUESTS),
    "http_430": lambda: Refusal({}, 430),
    "as_wrong_code": lambda: _error(2)("invalidCode"),
}
"""Forms in which it may be said that there were too many. All are guesses."""
