"""A LibreView cloud in one process, for tests, for the demo and for other people's clients.

    cloud = CloudDouble(clock=lambda: now)
    account = cloud.add_account(Account(email="me@example.com"), persons=[Person()])
    async with cloud.serving():
        …  # cloud.url_template is "http://127.0.0.1:PORT/{region}", and `global` the start host's region
        cloud.fail_next("connections", faults.rate_limited(retry_after=120))
        account.follows[0].curve = lambda at: 55
        assert len(cloud.requests("connections")) == 1

The same accounts sign in to LibreView, where a person's own login has a diary and may have a second factor:

    person = Person()
    account = cloud.add_account(Account(email="me@example.com", own=person, second_factor=SecondFactor()))
    person.add_entry("rapid_acting_insulin", at=now, amount=4)
    cloud.expire_password(account, spelling="changePassword")

A practice reads its patients through a professional's login, which always has a second factor:

    clinic = cloud.add_practice(Practice(members=[professional()], patients=[]))
    clinic.invite(account)
    clinic.accept(account)

As a process of its own, with the demo's accounts: `python -m tests.cloud_double --port 8765`. The module
`control` tells how that is steered.

It is strict where public material says the cloud is (headers, regions, tickets, lockout), and a guess is
called one where it stands. Sources are named by public repository.
"""

from . import faults
from .account import Account, Professional
from .cloud import CloudDouble
from .diary import DiaryEntry, EntryKind
from .log import Request
from .person import Alarm, LogEntry, Person, Reading, Sensor, Uom
from .practice import LinkStatus, Practice, PracticePatient, professional
from .practice_wire import PracticeForms
from .second_factor import SecondFactor

__all__ = [
    "Account",
    "Alarm",
    "CloudDouble",
    "DiaryEntry",
    "EntryKind",
    "LinkStatus",
    "LogEntry",
    "Person",
    "Practice",
    "PracticeForms",
    "PracticePatient",
    "Professional",
    "Reading",
    "Request",
    "SecondFactor",
    "Sensor",
    "Uom",
    "faults",
    "professional",
]
