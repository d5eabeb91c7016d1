"""What must not be found in a log."""

import re

from tests.cloud_double import CloudDouble


def leaks(log: str, cloud: CloudDouble) -> list[str]:
    """What in the log is nobody's business, by its kind: a failing test must not tell it either."""
    return sorted({kind for kind, secret in _secrets(cloud) if secret in log})


def lines_with(pattern: str, log: str) -> list[str]:
    """The lines, without the time they begin with, in which a pattern occurs."""
    lines = (re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\S*", "", line) for line in log.splitlines())
    return [line for line in lines if re.search(pattern, line)]


def _secrets(cloud: CloudDouble) -> list[tuple[str, str]]:
    bearers = {request.headers.get("authorization", "") for request in cloud.requests()}
    found = [("a ticket", bearer.removeprefix("Bearer ")) for bearer in bearers if bearer]
    assert found, "there should have been a ticket to lose"
    for account in cloud.accounts:
        found += [
            ("an e-mail address", account.email),
            ("a password", account.password),
            ("a user id", account.user_id),
            ("an account id", account.account_id),
        ]
        for person in account.follows:
            found += [
                ("a first name", person.first_name),
                ("a last name", person.last_name),
                ("a patient id", person.patient_id),
                ("a connection id", account.connection_id(person)),
            ]
            if person.sensor is not None:
                found.append(("a serial number", person.sensor.serial))
    return found
