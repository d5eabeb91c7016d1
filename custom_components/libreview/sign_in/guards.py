"""The guards of all e-mail addresses, each shared by the sessions and dialogs that sign in with it."""

from homeassistant.core import HomeAssistant

from ..cloud.sign_in_guard import SignInGuard, email_key
from ..hass_data import get_data


def get_sign_in_guard(hass: HomeAssistant, email: str) -> SignInGuard:
    """Return the only guard of an e-mail address, in whatever spelling, entry and service."""
    guards, key = get_data(hass).sign_in_guards, email_key(email)
    if key not in guards:
        guards[key] = SignInGuard()
    return guards[key]
