"""A practice of the double's with patients, and clients and entries of one of its members."""

from datetime import timedelta

from tests.cloud_double import Account, CloudDouble, Person, Practice, Sensor


def patient_account(cloud: CloudDouble, name: str, email: str | None = None) -> Account:
    """The account of a patient of that name, with readings of four hours, whose phone uploads at once."""
    first, _, last = name.partition(" ")
    person = Person(
        first_name=first,
        last_name=last,
        patient_id="",
        sensor=Sensor(product=3),
        began=cloud.now() - timedelta(hours=4),
        curve=lambda _: 120,
        phase=timedelta(),
        upload_delay=timedelta(seconds=2),
        upload_jitter=timedelta(),
    )
    return Account(
        email=email or f"{first}.{last}@example.org".lower(), first_name=first, last_name=last, own=person
    )


def linked(cloud: CloudDouble, practice: Practice, *names: str) -> list[Account]:
    """Patients of these names, connected to the practice."""
    accounts = [cloud.add_account(patient_account(cloud, name)) for name in names]
    for account in accounts:
        practice.link(account)
    return accounts
