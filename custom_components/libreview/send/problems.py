"""What can be wrong with sending to a Nightscout. The values name the texts of the dialog."""

from enum import StrEnum
from typing import Final


class SendProblem(StrEnum):
    """The kinds of problems."""

    ADDRESS_INVALID = "address_invalid"
    ADDRESS_NOT_BARE = "address_not_bare"
    """It holds a token, a name or a query."""
    NOT_ENCRYPTED = "not_encrypted"
    OWN_ADDRESS = "own_address"
    """The address leads to a Home Assistant that shares values, and takes none."""
    TAKEN = "taken"
    """Somebody is already sent there."""
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    REDIRECTED = "redirected"
    NO_NIGHTSCOUT = "no_nightscout"
    FAILED = "failed"
    """The server answers, but with an error of its own, or not in the way it should."""
    NO_CAREPORTAL = "no_careportal"
    """The server takes no treatments, because its feature of that name is off."""
    REFUSED = "refused"
    OTHER_ADDRESS = "token_needed"
    """No token was entered, and the stored one is another server's."""
    NO_RIGHTS = "no_rights"
    """The token is known, but may not do everything that is needed."""


ABOUT_TOKEN: Final = frozenset({SendProblem.REFUSED, SendProblem.OTHER_ADDRESS, SendProblem.NO_RIGHTS})
"""The problems that another token may cure."""
ABOUT_DIARY: Final = frozenset({SendProblem.NO_CAREPORTAL})


class SendError(Exception):
    """Something cannot be sent. It holds no text of the server's, nor its address."""

    def __init__(self, problem: SendProblem, retry_after: float | None = None) -> None:
        """Name the problem, and the seconds after which the server wants to be asked again."""
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after
