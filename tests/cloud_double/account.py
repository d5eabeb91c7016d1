"""An account: a login of LibreLinkUp, and whom it follows."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid5

from .person import NAMESPACE, Person, Uom

KNOWN_STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "tou": ("AcceptDocument", {"reaccept": True, "titleKey": "Common.termsOfUse", "type": "tou"}),
    "pp": ("AcceptDocument", {"reaccept": True, "titleKey": "Common.privacyPolicy", "type": "pp"}),
    "verifyEmail": ("VerifyEmail", {}),
}
"""Steps that are recorded: component and properties (pylibrelinkup, FokkeZB/libreview-unofficial)."""

ACCEPTABLE_STEPS = ("tou", "pp")
"""Steps that a request can take; all others need a person."""


@dataclass(slots=True, kw_only=True)
class Account:
    """A login. All of it may be changed while the double serves.

    `steps` are what the account must still do before it is let in, in that order: `tou`, `pp`, `verifyEmail`,
    or any other word for a step that nobody knows yet (as `passwordExpired`, whose true form is not public).
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
    second_factor: bool = False
    invitations: list[str] | None = None
    session: int = 0
    cached: bool = True

    def __post_init__(self) -> None:
        self.steps = list(self.steps)
        if not self.user_id:
            self.user_id = str(uuid5(NAMESPACE, f"account {self.email}"))

    @property
    def account_id(self) -> str:
        """What the `account-id` header must hold."""
        return sha256(self.user_id.encode()).hexdigest()

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
