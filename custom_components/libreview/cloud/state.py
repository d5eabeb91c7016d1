"""What a session is made of, and what of it must outlive a restart."""

from dataclasses import dataclass, field, replace
import re
import time
from typing import Final, Self

from . import fields, regions

_TOKEN: Final = re.compile(r"[!-~]+")
"""What can stand in a header."""
_SECOND_FACTOR: Final = ("2faverify", "twofactorverify")
_PASSWORD_WORDS: Final = ("password", "passwd", "pwd")
_RENEWAL_WORDS: Final = ("expir", "change", "reset", "renew", "update", "outdated")
_DENIAL_WORDS: Final = ("incorrect", "wrong", "invalid", "not match")
_LONGEST_TARGET: Final = 60


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
class CodeTarget:
    """Where Abbott can send a code: a telephone or an e-mail address, masked by Abbott."""

    is_primary: bool
    method: str
    """`phone` or `email` in all that is known."""
    masked: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the person has to do before Abbott signs them in, and what the next call needs for it."""

    kind: str
    """`tou` and `pp` (documents to accept), `verifyEmail`, `2faVerify`, or what nobody has recorded yet."""
    component: str = ""
    region: str
    ticket: Ticket | None = None
    targets: tuple[CodeTarget, ...] = ()

    @classmethod
    def parse(cls, data: fields.Json, region: str) -> Self:
        """The step in the data of an answer."""
        told = fields.mapping(data.get("step"))
        step = cls(
            kind=_word(told.get("type")) or "unknown",
            component=_word(told.get("componentName")),
            region=region,
            ticket=Ticket.parse(data.get("authTicket")),
        )
        targets = _targets(fields.mapping(told.get("props"))) if step.is_second_factor else ()
        return replace(step, targets=targets)

    @property
    def is_document(self) -> bool:
        """Whether the step is the acceptance of terms of use or privacy policy."""
        return self.kind in ("tou", "pp")

    @property
    def is_second_factor(self) -> bool:
        """Whether the step is the code of the second factor."""
        return self.kind.lower() in _SECOND_FACTOR or self.component.lower() in _SECOND_FACTOR

    @property
    def wants_password(self) -> bool:
        """Whether the step is the choice of a new password. How Abbott names that one is not public."""
        return any(word in f"{self.kind}{self.component}".lower() for word in _PASSWORD_WORDS)


def _targets(props: fields.Json) -> tuple[CodeTarget, ...]:
    """Where a code can be sent (InventivetalentDev/LibreViewApi #5); the first place if nothing is said."""
    targets = tuple(
        CodeTarget(is_primary=is_primary, method=method, masked=masked[:_LONGEST_TARGET])
        for is_primary, name in ((True, "primary"), (False, "secondary"))
        for method in (_word(props.get(f"{name}Method")),)
        for masked in (fields.text(props.get(f"{name}Value")) or "",)
        if method or masked
    )
    return targets or (CodeTarget(is_primary=True, method="", masked=""),)


def wants_new_password(message: str) -> bool:
    """Whether an error's words say that the password is right but too old."""
    words = message.lower()
    # "Incorrect password. Reset it?" speaks of a wrong one.
    return (
        any(word in words for word in _PASSWORD_WORDS)
        and any(word in words for word in _RENEWAL_WORDS)
        and not any(word in words for word in _DENIAL_WORDS)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionState:
    """All that must be remembered of a session at one service. Instants are seconds since 1970."""

    region: str = regions.GLOBAL
    version: str = ""
    """The client version to name, empty for our own choice."""
    user_id: str | None = field(default=None, repr=False)
    ticket: Ticket | None = None
    trusted_device: str | None = field(default=None, repr=False)
    """What spares this device the second factor, as Abbott gave it (skobkars/lvconnect)."""
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
