"""The world of the demo: a few accounts to try everything with. Nobody in it is real."""

from datetime import datetime, timedelta

from .account import Account
from .cloud import CloudDouble
from .curve import realistic
from .demo_diary import keep_diary
from .demo_practice import open_practice
from .person import Person, Sensor, Uom
from .second_factor import SecondFactor

EMAIL = "follower@example.com"
"""The account the demo is connected with by itself."""

DIARY_EMAIL = "alex@example.com"
DIARY_PERSON = "Alex Example"
"""Whose diary the demo reads, by a login of that person's own."""

PASSWORD = "Demo-password-1"
"""The password of all demo accounts."""


def demo_world(cloud: CloudDouble) -> None:
    """Fill the cloud with the demo's accounts."""
    now = cloud.now().replace(microsecond=0)
    alex = Person(
        first_name="Alex",
        last_name="Example",
        curve=realistic("lively", liveliness=1.3),
        sensor=Sensor(serial="0EDEMO0010", activated=now - timedelta(days=5, hours=3)),
    )
    robin = Person(
        first_name="Robin",
        last_name="Sample",
        country="GB",
        time_zone="Europe/London",
        uom=Uom.MMOL_L,
        target_high=160,
        curve=realistic("calm", utc_offset_hours=0, liveliness=1.5),
        sensor=Sensor(serial="MHDEMO0020", product=3, activated=now - timedelta(days=13, hours=6)),
    )
    sam = Person(
        first_name="Sam",
        last_name="Specimen",
        sensor=Sensor(
            serial="0EDEMO0030",
            activated=now - timedelta(days=16, hours=2),
            ended=now - timedelta(days=2, hours=2),
        ),
    )
    follower = Account(email=EMAIL, password=PASSWORD)
    cloud.add_account(follower, persons=[alex, robin, sam])
    for account, persons in (
        (Account(email="terms@example.com", password=PASSWORD, steps=["tou", "pp"]), [alex]),
        (Account(email="verify@example.com", password=PASSWORD, steps=["verifyEmail"]), [alex]),
        (Account(email="nobody@example.com", password=PASSWORD), []),
        (_briton(), [robin]),
        (Account(email="russia@example.com", password=PASSWORD, region="ru", country="RU"), [alex]),
    ):
        cloud.add_account(account, persons=persons)
    keep_diary(alex, "lively", now)
    # Alex has been followed under this id all along.
    own = Account(email=DIARY_EMAIL, password=PASSWORD, first_name="Alex", own=alex)
    cloud.add_account(own)
    _add_patient(cloud, now)
    _add_diarist(cloud, now)
    open_practice(cloud, now, PASSWORD, DIARY_EMAIL, "diary@example.com")


def _add_patient(cloud: CloudDouble, now: datetime) -> None:
    """Somebody with a second factor, who also follows himself."""
    pat = Person(
        first_name="Pat",
        last_name="Placeholder",
        curve=realistic("patient"),
        sensor=Sensor(serial="0EDEMO0040", activated=now - timedelta(days=2, hours=7)),
        former_device=True,
    )
    keep_diary(pat, "patient", now)
    account = Account(
        email="patient@example.com",
        password=PASSWORD,
        first_name="Pat",
        last_name="Placeholder",
        own=pat,
        second_factor=SecondFactor(secondary_value="patient@example.com"),
        trusts_devices=True,
    )
    cloud.add_account(account, persons=[pat])


def _add_diarist(cloud: CloudDouble, now: datetime) -> None:
    """Somebody whom nobody follows: all there is, is in the reports."""
    dana = Person(
        first_name="Dana",
        last_name="Dummy",
        curve=realistic("diarist"),
        sensor=Sensor(serial="MHDEMO0050", product=3, activated=now - timedelta(days=8)),
    )
    keep_diary(dana, "diarist", now)
    account = Account(
        email="diary@example.com", password=PASSWORD, first_name="Dana", last_name="Dummy", own=dana
    )
    cloud.add_account(account)


def _briton() -> Account:
    return Account(
        email="britain@example.com",
        password=PASSWORD,
        region="eu2",
        country="GB",
        language="en-GB",
        uom=Uom.MMOL_L,
    )
