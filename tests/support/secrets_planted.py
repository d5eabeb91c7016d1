"""Secrets planted in an account, and the search for them in everything that is written anywhere.

What the person is called in Home Assistant is not planted: entity ids are made of it, and Home Assistant logs
those.
"""

from collections.abc import Iterator
import logging
import re

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person
from tests.cloud_double.person import Sensor
from tests.conftest import LATELY
from tests.support.entries import entry_of, subentry_data

MG_DL = 137
EMAIL = "quodlibet.planted@example.com"
PASSWORD = "Planted-Passw0rd-!"
NEW_PASSWORD = "Planted-0ther-Word-!"
PATIENT_ID = "5ec2e7ed-0bad-4bad-8bad-7a11ed0f00d5"
SERIAL = "0EPLANTED7"
TITLE = "Mum"

_NOT_OURS = re.compile(
    # Logs each event of the bus, states included: Home Assistant's own choice.
    r"\w+:homeassistant\.core:"
    # Writes there what a real Home Assistant writes to its private store.
    r"|\w+:pytest_homeassistant_custom_component\.common:"
)


def planted_person() -> Person:
    """Someone steady, whose every detail is recognisable."""
    return Person(
        first_name="Xanthippe",
        last_name="Quillfeather",
        patient_id=PATIENT_ID,
        connection_id="c0ffee00-0bad-4bad-8bad-7a11ed0f00d5",
        sensor=Sensor(serial=SERIAL),
        began=LATELY,
        curve=lambda _: MG_DL,
        upload_jitter=0 * Person().upload_jitter,
    )


def planted_account(cloud: CloudDouble, person: Person) -> Account:
    """An account that follows that person."""
    account = Account(email=EMAIL, password=PASSWORD, first_name="Zebedee", last_name="Thistlewick")
    return cloud.add_account(account, persons=[person])


def planted_entry(account: Account) -> MockConfigEntry:
    """The account's config entry, under a title of the person's own choice."""
    names = [TITLE, *(f"{TITLE} {number}" for number in range(1, len(account.follows)))]
    persons = [
        subentry_data(person) | {"subentry_id": f"subentry-{number}", "title": name}
        for number, (person, name) in enumerate(zip(account.follows, names, strict=True))
    ]
    return entry_of(account, persons=persons, title="Our account")


_PLANTED = {
    "e-mail": "quodlibet",
    "password": "Planted-",
    "ticket": "eyJ",  # how every one of them begins: {" in base 64
    "first name": "Xanthippe",
    "last name": "Quillfeather",
    "holder's first name": "Zebedee",
    "holder's last name": "Thistlewick",
    "patient id": PATIENT_ID,
    "connection id": "c0ffee00",
    "serial": SERIAL,
    # Neither 0.137 s, port 41370, line 137 of a traceback nor "took 137.000 seconds" of asyncio is a reading.
    "reading": rf"(?<![\w.:/-])(?<!line )(?<!took ){MG_DL}(?![\w:/-])",
    "answer": "ValueInMgPerDl|FactoryTimestamp|authTicket",
}


def leaks(text: str) -> list[str]:
    """What of the planted can be read in a text, with the line where it stands.

    Log lines of others that are not for us to change do not count.
    """
    return [
        f"{what}: {line[:200]}"
        for line in text.splitlines()
        if not _NOT_OURS.match(line)
        for what, pattern in _PLANTED.items()
        if re.search(pattern, line)
    ]


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything logged by anybody, with tracebacks."""
    formatter = logging.Formatter(logging.BASIC_FORMAT)
    return "\n".join(map(formatter.format, caplog.records))


def complaints(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Errors of anybody, and warnings of ours."""
    for record in caplog.records:
        ours = record.name.startswith("custom_components")
        if record.levelno >= (logging.WARNING if ours else logging.ERROR):
            yield f"{record.name}: {record.getMessage()}"
