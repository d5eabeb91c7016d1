"""The addresses of programs that sign in to Home Assistant."""

from homeassistant.components.auth import indieauth
import pytest

from custom_components.libreview.readers.reader import is_client_id

GOOD = (
    "https://app.example.org",
    "https://app.example.org/",
    " HTTPS://App.example.org:8443/path?query ",
    "http://localhost:3000/",
    "http://127.0.0.1:9/",
    "http://192.168.1.7/app",
    "http://[::1]/",
)
BAD = (
    "",
    "app",
    "app.example.org",
    "ftp://app.example.org/",
    "https://",
    "https://user@app.example.org/",
    "https://user:secret@app.example.org/",
    "https://app.example.org/#part",
    "https://app.example.org/../secret",
    "https://app.example.org/./",
    "https://app.example.org:none/",
    "https://app.example.org:99999/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://[::1/",
)


@pytest.mark.parametrize("text", GOOD)
def test_a_program_that_may_sign_in_is_taken(text: str) -> None:
    assert is_client_id(text)
    assert indieauth.verify_client_id(text.strip())


@pytest.mark.parametrize("text", BAD)
def test_a_program_that_could_never_sign_in_is_not_taken(text: str) -> None:
    assert not is_client_id(text)
