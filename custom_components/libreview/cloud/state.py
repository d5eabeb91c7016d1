"""What a session is made of, and what of it must outlive a restart."""

from dataclasses import dataclass, field
import re
import time
from typing import Final, Self

from . import fields, regions
from .versions import DEFAULT_VERSION

_TOKEN: Final = re.compile(r"[!-~]+")
"""What can stand in a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a person signs in with."""

    email: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Abbott's token. It carries the person's name and e-mail address, so it is never logged."""

    token: str = field(repr=False)
    expires: float | None = None
    """Seconds since 1970."""

    @classmethod
    def parse(cls, value: object) -> Self | None:
        """A ticket as the cloud writes it, None when there is none."""
        ticket = fields.mapping(value)
        token = ticket.get("token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return None
        return cls(token=token, expires=fields.number(ticket.get("expires")) or None)

    def is_expired(self) -> bool:
        """Whether the ticket says itself that it is over."""
        return self.expires is not None and self.expires <= time.time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the person has to do before Abbott signs them in."""

    kind: str
    """`tou` and `pp` (documents to accept), `verifyEmail`, or something nobody has recorded yet."""
    component: str = ""
    region: str
    ticket: Ticket | None = None

    @classmethod
    def parse(cls, data: fields.Json, region: str) -> Self:
        """The step in the data of an answer."""
        step = fields.mapping(data.get("step"))
        return cls(
            kind=_word(step.get("type")) or "unknown",
            component=_word(step.get("componentName")),
            region=region,
            ticket=Ticket.parse(data.get("authTicket")),
        )

    @property
    def is_document(self) -> bool:
        """Whether the step is the acceptance of terms of use or privacy policy."""
        return self.kind in ("tou", "pp")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """All that must be remembered of an account's session. Instants are seconds since 1970."""

    region: str = regions.GLOBAL
    version: str = DEFAULT_VERSION
    user_id: str | None = field(default=None, repr=False)
    ticket: Ticket | None = None
    rejected: bool = False
    """Whether the password at hand was refused; it is not sent again."""
    failed_sign_ins: int = 0
    sign_in_after: float = 0
    """Before this instant nobody but the person signs in."""
    wait_until: float = 0
    """Before this instant nothing at all is asked: the cloud said so."""


def _word(value: object) -> str:
    """A short plain word out of an answer, fit for a log line or a dialog."""
    return re.sub(r"[^A-Za-z0-9._-]", "", fields.text(value) or "")[:40]
