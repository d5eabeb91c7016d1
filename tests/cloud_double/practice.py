"""A practice: professionals who are its members, and patients who let it read their data.

Two states of a patient are recorded (exports of a dashboard in personalscience/psi-shiny-cgm): invited and
not yet accepted, which is Pending, and Connected. What answers look like: the module `practice_wire`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid5

from .account import Account, Professional
from .person import NAMESPACE, Person
from .second_factor import SecondFactor


class LinkStatus(StrEnum):
    """How a patient stands to a practice."""

    PENDING = "Pending"
    CONNECTED = "Connected"


@dataclass(slots=True, kw_only=True)
class PracticePatient:
    """A patient of a practice, by the account that holds the patient's own data."""

    account: Account
    status: LinkStatus = LinkStatus.CONNECTED

    @property
    def person(self) -> Person:
        """Whose data they are."""
        assert self.account.own is not None
        return self.account.own


@dataclass(slots=True, kw_only=True)
class Practice:
    """A practice. `practice_id` is what its patients enter to be linked; case does not matter."""

    name: str = "Seaside Clinic"
    practice_id: str = "SEASIDE01"
    members: list[Account] = field(default_factory=list)
    patients: list[PracticePatient] = field(default_factory=list)

    def __post_init__(self) -> None:
        for member in self.members:
            if member.professional is None or member.second_factor is None:
                raise ValueError(f"{member.email} is no professional with a second factor")

    @property
    def id(self) -> str:
        """The cloud's own id of the practice."""
        return str(uuid5(NAMESPACE, f"practice {self.practice_id}"))

    def patient(self, patient_id: str) -> PracticePatient | None:
        """The patient of that id."""
        return next((each for each in self.patients if each.account.user_id == patient_id), None)

    def invite(self, account: Account) -> PracticePatient:
        """Invite a patient by e-mail: Pending until it is accepted."""
        return self._add(account, LinkStatus.PENDING)

    def link(self, account: Account) -> PracticePatient:
        """The patient enters the Practice ID, and is connected at once, invited before or not."""
        if (patient := self.patient(account.user_id)) is None:
            return self._add(account, LinkStatus.CONNECTED)
        patient.status = LinkStatus.CONNECTED
        return patient

    def accept(self, account: Account) -> None:
        """The patient accepts the invitation."""
        if (patient := self.patient(account.user_id)) is None:
            raise ValueError(f"{account.email} was not invited")
        patient.status = LinkStatus.CONNECTED

    def remove(self, account: Account) -> None:
        """The patient removes the practice, or it the patient."""
        self.patients = [each for each in self.patients if each.account is not account]

    def _add(self, account: Account, status: LinkStatus) -> PracticePatient:
        if account.own is None:
            raise ValueError(f"{account.email} is no patient")
        patient = PracticePatient(account=account, status=status)
        self.patients.append(patient)
        return patient


def professional(**fields: Any) -> Account:
    """An account of somebody in a care team, with the second factor that all of them must have.

    The cloud trusts its devices, unless `trusts_devices` is False.
    """
    defaults: dict[str, Any] = {
        "email": "nurse@example.com",
        "first_name": "Kim",
        "last_name": "Nurse",
        "professional": Professional(),
        "second_factor": SecondFactor(),
        "trusts_devices": True,
    }
    return Account(**(defaults | fields))
