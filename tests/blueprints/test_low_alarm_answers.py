"""What an answer to the low alarm counts for."""

from collections.abc import Sequence

import pytest

from tests.cloud_double import Person
from tests.support.clock import PassTime
from tests.support.notified_home import House

VERY_LOW = "Alex Example: Very low"


@pytest.mark.parametrize(("minutes_between", "told"), [(10, [VERY_LOW] * 2), (3, [VERY_LOW])])
async def test_an_answer_to_an_urgent_low_does_not_count_for_the_next_one(
    notified_home: House,
    person: Person,
    automation_time: PassTime,
    minutes_between: int,
    told: Sequence[str],
) -> None:
    phone = await notified_home.add_phone("Mum's phone")
    await notified_home.automate(
        "low_alarm", person=notified_home.person, notify=[phone], answered_for=120, repeat_every=10
    )
    person.curve = lambda _: 50
    await automation_time(minutes=2)
    notified_home.answer()
    person.curve = lambda _: 62
    await automation_time(minutes=minutes_between)
    person.curve = lambda _: 50
    await automation_time(minutes=3)
    assert notified_home.titles == told
