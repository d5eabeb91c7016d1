"""Which logins an account has, and what is kept of each."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.services import LIBRELINKUP, LIBREVIEW
from custom_components.libreview.entry_data import Login, diary_logins, get_login, live_login, own_login
from tests.cloud_double import Account, Person
from tests.support.entries import diary_login, entry_of, own_entry_of, subentry_data

PERSONS = [Person(first_name="Sam"), Person(first_name="Kim")]
FOLLOWER = Account(follows=PERSONS)
DIARY = Account(email="kim@example.com", password="Kims-horse-1", region="eu2", own=PERSONS[1])


def following() -> MockConfigEntry:
    """An account that follows two persons, of whom the second has a diary."""
    return entry_of(
        FOLLOWER, persons=[subentry_data(PERSONS[0]), subentry_data(PERSONS[1], diary=diary_login(DIARY))]
    )


FOLLOWING = Login(service=LIBRELINKUP)
OWN = Login(service=LIBREVIEW)
KIMS = Login(service=LIBREVIEW, subentry_id="subentry-kim")


def test_an_account_that_follows_has_a_live_login_and_those_of_its_persons_diaries() -> None:
    entry = following()
    assert own_login(entry) == live_login(entry) == FOLLOWING
    assert list(diary_logins(entry)) == [KIMS]


@pytest.mark.parametrize(("live", "expected"), [(True, FOLLOWING), (False, None)])
def test_an_account_of_ones_own_has_a_live_login_where_it_follows_itself(
    live: bool, expected: Login | None
) -> None:
    entry = own_entry_of(Account(own=Person()), live=live)
    assert own_login(entry) == OWN
    assert live_login(entry) == expected
    assert list(diary_logins(entry)) == [OWN]


def test_a_login_of_a_persons_diary_is_not_the_accounts() -> None:
    entry = following()
    assert FOLLOWING.credentials(entry).email == FOLLOWER.email
    assert KIMS.credentials(entry).email == DIARY.email
    assert KIMS.credentials(entry).password == DIARY.password
    assert (FOLLOWING.region(entry), KIMS.region(entry)) == ("eu", "eu2")


@pytest.mark.parametrize("subentry_id", ["subentry-sam", "subentry-of-nobody"])
def test_a_removed_login_has_no_data(subentry_id: str) -> None:
    login = Login(service=LIBREVIEW, subentry_id=subentry_id)
    assert not login.data(following())
    assert login.region(following()) is None


@pytest.mark.parametrize("login", [FOLLOWING, OWN, KIMS], ids=lambda login: str(login.key))
def test_a_login_is_found_again_by_its_key(login: Login) -> None:
    assert get_login(following(), login.key) == login


def test_keys_tell_all_logins_apart() -> None:
    assert len({login.key for login in (FOLLOWING, OWN, KIMS)}) == 3


def test_without_a_key_the_accounts_own_login_is_meant() -> None:
    assert get_login(following(), None) == FOLLOWING
    assert get_login(own_entry_of(Account(own=Person())), None) == OWN
