"""The low alarm where something in its way fails."""

import pytest

from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.notified_home import House


@pytest.fixture
async def box(notified_home: House) -> str:
    return await notified_home.add_postbox("ntfy")


async def test_a_further_action_that_does_not_exist_does_not_end_the_alarm_for_good(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[box], actions=[{"action": "siren.gone"}]
    )
    person.curve = lambda _: 60
    await automation_time(minutes=30)
    assert len(notified_home.messages) == 4


async def test_a_phone_whose_name_has_no_letter_keeps_nobody_from_hearing(
    notified_home: House, box: str, person: Person, automation_time: PassTime
) -> None:
    phone = await notified_home.add_phone("📱")
    await notified_home.automate("low_alarm", person=notified_home.person, notify=[phone, box])
    person.curve = lambda _: 60
    await automation_time(minutes=2)
    assert [message.to for message in notified_home.messages] == [phone, box]
