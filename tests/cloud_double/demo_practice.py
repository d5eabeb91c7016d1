"""The demo's practice: two namesakes, somebody who was invited, somebody without data, two with a diary."""

from datetime import date, datetime, timedelta
from uuid import uuid5

from .account import Account
from .cloud import CloudDouble
from .curve import realistic
from .demo_diary import keep_diary
from .person import NAMESPACE, Person, Sensor
from .practice import Practice, professional

PRACTICE_EMAIL = "nurse@example.com"
PRACTICE_ID = "SEASIDE01"
INVITED = "kai@example.com"


def open_practice(cloud: CloudDouble, now: datetime, password: str, *known: str) -> None:
    """Let the practice exist, with its own patients and those who have an account of that address already."""
    practice = cloud.add_practice(
        Practice(practice_id=PRACTICE_ID, members=[professional(email=PRACTICE_EMAIL, password=password)])
    )
    for first, last, email, born in (
        ("Nora", "Example", "Nora.Example@example.org", date(1984, 1, 1)),
        ("Nora", "Example", "nora1951@example.org", date(1951, 6, 30)),
        ("Kai", "Pending", INVITED, date(2011, 3, 9)),
        ("Uma", "Unused", "uma@example.com", date(1978, 9, 4)),
    ):
        person = Person(
            first_name=first,
            last_name=last,
            patient_id=str(uuid5(NAMESPACE, f"patient {email}")),
            sensor=Sensor(product=3, activated=now - timedelta(days=4)),
            curve=realistic(email),
        )
        account = Account(
            email=email, password=password, first_name=first, last_name=last, own=person, born=born
        )
        cloud.add_account(account)
        if first == "Uma":
            person.has_reading = False
        else:
            keep_diary(person, email, now)
        (practice.invite if email == INVITED else practice.link)(account)
    for email in known:
        account_of_before = cloud.account_with_email(email)
        assert account_of_before is not None
        practice.link(account_of_before)
