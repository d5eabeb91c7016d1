"""Keys: what is stored of them, and what opens them."""

from hashlib import sha1

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.readers.keys import hash_key, make_key, possible_hashes
from custom_components.libreview.readers.reader import normal_client_id
from custom_components.libreview.readers.request_limits import RequestLimit, WrongKeys


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("Alex Example", "alex-"),
        ("Maximiliane", "maximilian-"),
        ("Zoë", "zoe-"),
        ("李", "libreview-"),
        ("", "libreview-"),
    ],
)
def test_a_key_begins_with_the_name_and_is_never_the_same(name: str, beginning: str) -> None:
    key, other = make_key(name), make_key(name)
    assert key.startswith(beginning)
    assert len(key) == len(beginning) + 32
    assert key != other


@given(st.text())
def test_a_key_opens_as_it_is_and_by_its_sha_1(name: str) -> None:
    key = make_key(name)
    stored, digest = hash_key(key), sha1(key.encode()).hexdigest()
    assert stored in possible_hashes(key)
    assert stored in possible_hashes(digest)
    assert stored in possible_hashes(digest.upper())
    assert stored not in possible_hashes(stored)
    assert key not in stored


@given(st.text())
def test_anything_may_be_presented(presented: str) -> None:
    assert hash_key("alex") not in possible_hashes(f"x{presented}")


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("HTTPS://App.Example.org", "https://app.example.org/"),
        (" https://app.example.org/A?b=C ", "https://app.example.org/A?b=C"),
    ],
)
def test_a_client_is_compared_without_the_case_of_its_host(written: str, compared: str) -> None:
    assert normal_client_id(written) == compared


def test_a_reader_may_ask_for_several_things_at_once_and_then_each_two_seconds() -> None:
    limit = RequestLimit()
    assert [limit.seconds_to_wait("watch", 0) for _ in range(16)] == [*[0] * 15, 2]
    assert limit.seconds_to_wait("car", 0) == 0
    assert limit.seconds_to_wait("watch", 1) == 1
    assert limit.seconds_to_wait("watch", 2) == 0
    assert limit.seconds_to_wait("watch", 2) == 2
    assert [limit.seconds_to_wait("watch", 2 * number) for number in range(2, 100)] == [0] * 98


def test_too_many_wrong_keys_are_not_looked_at_for_a_while() -> None:
    keys = WrongKeys()
    assert [keys.seconds_to_wait("192.0.2.1", second) for second in range(10)] == [0] * 10
    assert keys.seconds_to_wait("192.0.2.1", 10) == 590
    assert keys.seconds_to_wait("192.0.2.2", 10) == 0
    assert keys.seconds_to_wait("192.0.2.1", 600) == 0


def test_only_so_many_addresses_are_remembered() -> None:
    keys = WrongKeys()
    for _ in range(10):
        keys.seconds_to_wait("192.0.2.1", 0)
    for number in range(256):
        keys.seconds_to_wait(f"198.51.100.{number}", 0)
    assert keys.seconds_to_wait("192.0.2.1", 0) == 0
