"""An account: a login of LibreLinkUp and of LibreView, whom it follows and whose own data it holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid5

from .curve import chance
from .person import NAMESPACE, Person, Uom
from .second_factor import Challenge, SecondFactor, SentCode

KNOWN_STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "tou": ("AcceptDocument", {"reaccept": True, "titleKey": "Common.termsOfUse", "type": "tou"}),
    "pp": ("AcceptDocument", {"reaccept": True, "titleKey": "Common.privacyPolicy", "type": "pp"}),
    "verifyEmail": ("VerifyEmail", {}),
}
"""Steps that are recorded: component and properties (pylibrelinkup, FokkeZB/libreview-unofficial)."""

ACCEPTABLE_STEPS = ("tou", "pp")
"""Steps that a request can take; all others need a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """How the cloud calls somebody of a care team; the words are guesses. None leaves the field out."""

    account_type: str | None = "hcp"
    role: str | None = "hcp"


@dataclass(slots=True, kw_only=True)
class Account:
    """A login. All of it may be changed while the double serves.

    `steps` are what the account must still do before it is let in, in that order: `tou`, `pp`, `verifyEmail`,
    or any other word for a step that nobody knows yet (as `passwordExpired`, whose true form is not public).

    `own` is the person whose data LibreView keeps under this login; account and person then share their id.
    LibreView asks for the `second_factor`, LibreLinkUp never does. An account that `trusts_devices` hands out
    what spares the client the next one. `expired_password` names how the sign-in says that the password is
    too old (`expired_password.SPELLINGS`), `spelling` how the diary is written in reports (None: as the world
    has it). An account that `hides_id` signs in to LibreView without a word on who it is. One of a
    `professional` is no patient's; see the module `practice`.
    """

    email: str = "follower@example.com"
    password: str = "Correct-horse-1"
    first_name: str = "Casey"
    last_name: str = "Follower"
    region: str = "eu"
    country: str = "DE"
    language: str = "de-DE"
    uom: Uom = Uom.MG_DL
    steps: list[str] = field(default_factory=list)
    follows: list[Person] = field(default_factory=list)
    user_id: str = ""
    own: Person | None = None
    second_factor: SecondFactor | None = None
    trusts_devices: bool = False
    expired_password: str | None = None
    spelling: str | None = None
    hides_id: bool = False
    born: date = date(1987, 12, 21)
    professional: Professional | None = None
    invitations: list[str] | None = None
    session: int = 0
    web_session: int = 0
    device_trust: int = 0
    codes_sent: list[SentCode] = field(default_factory=list)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    cached: bool = True

    def __post_init__(self) -> None:
        self.steps = list(self.steps)
        if not self.user_id:
            own = None if self.own is None else self.own.patient_id
            self.user_id = own or str(uuid5(NAMESPACE, f"account {self.email}"))
        elif self.own is not None:
            self.own.patient_id = self.user_id

    @property
    def account_id(self) -> str:
        """What the `account-id` header must hold."""
        return sha256(self.user_id.encode()).hexdigest()

    @property
    def device_token(self) -> str:
        """What proves that a client passed the second factor before, as long as it is not forgotten."""
        return str(uuid5(NAMESPACE, f"device {self.user_id} {self.device_trust}"))

    @property
    def account_type(self) -> str | None:
        """The word for the kind of account."""
        return "pat" if self.professional is None else self.professional.account_type

    def connection_id(self, person: Person) -> str:
        """The id of the link from this account to a person, which is not the person's own id."""
        return person.connection_id or str(uuid5(NAMESPACE, f"connection {self.user_id} {person.patient_id}"))

    def person(self, patient_id: str) -> Person | None:
        """The followed person with that id."""
        return next((person for person in self.follows if person.patient_id == patient_id), None)

    def step(self) -> dict[str, Any] | None:
        """The step that is due, as the cloud words it."""
        if not self.steps:
            return None
        kind = self.steps[0]
        component, props = KNOWN_STEPS.get(kind, (kind[0].upper() + kind[1:], {}))
        if kind == "verifyEmail":
            props = {"email": self.email}
        return {"type": kind, "componentName": component, "props": dict(props)}

    def send_code(self, now: datetime, *, is_primary: bool) -> Challenge:
        """Send the code of the second factor."""
        factor = self.second_factor
        assert factor is not None
        if factor.fresh_codes:
            factor.code = f"{int(1_000_000 * chance(self.user_id, 'code', len(self.codes_sent))):06}"
        self.codes_sent.append(SentCode(now, is_primary))
        return Challenge(factor.code, now, is_primary)
