"""The demo's persons and their diaries."""

from datetime import timedelta

import pytest

from tests.cloud_double import Account, CloudDouble, EntryKind
from tests.cloud_double.demo import demo_world

from .conftest import Clock


@pytest.fixture
def demo(clock: Clock) -> CloudDouble:
    cloud = CloudDouble(clock)
    demo_world(cloud)
    return cloud


def _account(cloud: CloudDouble, email: str) -> Account:
    account = cloud.account_with_email(email)
    assert account is not None
    return account


@pytest.mark.parametrize("email", ["alex@example.com", "patient@example.com", "diary@example.com"])
def test_three_persons_keep_a_diary_as_people_do(demo: CloudDouble, clock: Clock, email: str) -> None:
    own = _account(demo, email).own
    assert own is not None
    past = [entry for entry in own.diary if entry.uploaded <= clock.now]
    assert min(entry.uploaded for entry in past) < clock.now - timedelta(days=89)
    counts = {kind: sum(entry.kind is kind for entry in past) for kind in EntryKind}
    assert counts[EntryKind.CARBOHYDRATES] > 270
    assert counts[EntryKind.RAPID_ACTING_INSULIN] > 250
    assert 85 <= counts[EntryKind.LONG_ACTING_INSULIN] <= 91
    assert 15 < counts[EntryKind.NOTE] < 50
    without = [entry for entry in past if entry.amount is None and entry.kind is not EntryKind.NOTE]
    assert 10 < len(without) < 100


def test_entries_go_on_while_the_demo_runs(demo: CloudDouble, clock: Clock) -> None:
    own = _account(demo, "patient@example.com").own
    assert own is not None
    assert any(clock.now < entry.uploaded < clock.now + timedelta(days=1) for entry in own.diary)


def test_the_past_is_the_same_after_a_restart(demo: CloudDouble, clock: Clock) -> None:
    clock.move(hours=30)
    again = CloudDouble(clock)
    demo_world(again)
    before, after = (_account(cloud, "patient@example.com").own for cloud in (demo, again))
    assert before is not None
    assert after is not None
    recent = clock.now - timedelta(days=80)
    assert [entry for entry in before.diary if recent < entry.uploaded <= clock.now] == [
        entry for entry in after.diary if recent < entry.uploaded <= clock.now
    ]


def test_alex_is_one_person_for_followers_and_for_libreview(demo: CloudDouble) -> None:
    alex = _account(demo, "alex@example.com")
    assert alex.own is not None
    assert alex.user_id == alex.own.patient_id
    assert _account(demo, "follower@example.com").person(alex.user_id) is alex.own


def test_the_patient_follows_himself_and_has_a_second_factor(demo: CloudDouble) -> None:
    patient = _account(demo, "patient@example.com")
    assert patient.follows == [patient.own]
    assert patient.second_factor is not None


def test_nobody_follows_the_diarist(demo: CloudDouble) -> None:
    diarist = _account(demo, "diary@example.com")
    assert diarist.second_factor is None
    assert not any(account.person(diarist.user_id) for account in demo.accounts)
