"""Credentials, tickets, steps of signing in, and the state of a session, which outlives a restart."""

from dataclasses import dataclass, field, replace
import hashlib
import re
import time
from typing import Final, Self

from . import fields, regions

_TOKEN: Final = re.compile(r"[!-~]+")
"""Characters that can stand in a header."""
_SECOND_FACTOR: Final = ("2faverify", "twofactorverify")
_PASSWORD_WORDS: Final = ("password", "passwd", "pwd")
_RENEWAL_WORDS: Final = ("expir", "change", "reset", "renew", "update", "outdated")
_DENIAL_WORDS: Final = ("incorrect", "wrong", "invalid", "not match")
_LONGEST_TARGET: Final = 60
"""Characters of a masked address or number that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """E-mail address and password of an account."""

    email: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Abbott's token, a JWT with the person's name and e-mail address, so that it is never logged."""

    token: str = field(repr=False)
    expires: float | None = None
    """Seconds since 1970."""

    @classmethod
    def parse(cls, value: object) -> Self | None:
        """Return the ticket in an object of the cloud's, None when there is none."""
        ticket = fields.mapping(value)
        token = ticket.get("token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            return None
        return cls(token=token, expires=fields.number(ticket.get("expires")) or None)

    def is_expired(self) -> bool:
        """Return whether the expiry that the ticket names has passed."""
        return self.expires is not None and self.expires <= time.time()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTarget:
    """A telephone or an e-mail address that Abbott can send a code to, masked by Abbott."""

    is_primary: bool
    method: str
    """`phone` or `email` in all that is known."""
    masked: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the person has to do before Abbott signs them in, with the ticket for the next request."""

    kind: str
    """`tou` and `pp` (documents to accept), `verifyEmail`, `2faVerify`, or what nobody has recorded yet."""
    component: str = ""
    region: str
    ticket: Ticket | None = None
    targets: tuple[CodeTarget, ...] = ()

    @classmethod
    def parse(cls, data: fields.JsonMapping, region: str) -> Self:
        """Return the step in the data of an answer."""
        value = fields.mapping(data.get("step"))
        step = cls(
            kind=_to_plain_word(value.get("type")) or "unknown",
            component=_to_plain_word(value.get("componentName")),
            region=region,
            ticket=Ticket.parse(data.get("authTicket")),
        )
        targets = _parse_targets(fields.mapping(value.get("props"))) if step.is_second_factor else ()
        return replace(step, targets=targets)

    @property
    def is_document(self) -> bool:
        """Return whether the step is the acceptance of terms of use or privacy policy."""
        return self.kind in ("tou", "pp")

    @property
    def is_second_factor(self) -> bool:
        """Return whether the step is the code of the second factor."""
        return self.kind.lower() in _SECOND_FACTOR or self.component.lower() in _SECOND_FACTOR

    @property
    def wants_password(self) -> bool:
        """Return whether the step is the choice of a new password. Abbott's name for it is not public."""
        return any(word in f"{self.kind}{self.component}".lower() for word in _PASSWORD_WORDS)


def _parse_targets(props: fields.JsonMapping) -> tuple[CodeTarget, ...]:
    """Return where a code can be sent (InventivetalentDev/LibreViewApi #5).

    An answer that names no target gets the primary one, since the request for a code names one of the two.
    """
    targets = tuple(
        CodeTarget(is_primary=is_primary, method=method, masked=masked[:_LONGEST_TARGET])
        for is_primary, name in ((True, "primary"), (False, "secondary"))
        for method in (_to_plain_word(props.get(f"{name}Method")),)
        for masked in (fields.text(props.get(f"{name}Value")) or "",)
        if method or masked
    )
    return targets or (CodeTarget(is_primary=True, method="", masked=""),)


def wants_new_password(message: str) -> bool:
    """Return whether an error's words say that the password is right but too old."""
    words = message.lower()
    # "Incorrect password. Reset it?" speaks of a wrong one.
    return (
        any(word in words for word in _PASSWORD_WORDS)
        and any(word in words for word in _RENEWAL_WORDS)
        and not any(word in words for word in _DENIAL_WORDS)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """The state of a session at one service that is saved. Instants are seconds since 1970."""

    region: str = regions.GLOBAL
    version: str = ""
    """The client version to name, empty for our own choice."""
    user_id: str | None = field(default=None, repr=False)
    ticket: Ticket | None = None
    trusted_device: str | None = field(default=None, repr=False)
    """Abbott's token that spares this device the second factor (skobkars/lvconnect)."""
    rejected: bool = False
    """Whether the password at hand was refused; it is not sent again."""
    rejected_by_all: bool = False
    """Whether that goes for both services, so that neither sends it again."""
    failed_sign_ins: int = 0
    sign_in_after: float = 0
    """Before this instant nothing signs in by itself, only the person."""
    sign_in_wait_began: float = 0
    """When that wait began, for clocks are set back; 0 where it is not known."""
    wait_until: float = 0
    """Before this instant nothing at all is sent: the cloud said so."""
    wait_began: float = 0
    """When that wait began, likewise."""

    @property
    def account_id(self) -> str | None:
        """Return the account-id header, demanded since 4.12: SHA-256 of the user id (xdripswift PR 550)."""
        return self.user_id and hashlib.sha256(self.user_id.encode()).hexdigest()


def _to_plain_word(value: object) -> str:
    """Return a text of an answer as a plain word of 40 characters at most, fit for a log line or a dialog."""
    return re.sub(r"[^A-Za-z0-9._-]", "", fields.text(value) or "")[:40]
