"""What the dialog that connects an account has just read, handed over to the set-up of its entry.

So the first poll need not ask for it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import time
from typing import Final

from homeassistant.core import HomeAssistant

from ..hass_data import get_data
from ..models import Connection

_YOUNG: Final = 180.0
"""Seconds. What is older is asked for anew: somebody has left the dialog open."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The persons who share with an account, and when they were asked for (seconds since 1970)."""

    sent: float
    connections: tuple[Connection, ...] = field(repr=False)


def hand_over(hass: HomeAssistant, user_id: str | None, sent: float, persons: Iterable[Connection]) -> None:
    """Keep what was read for the set-up of the entry whose unique id is `user_id`, Abbott's own."""
    get_data(hass).handed_over[user_id or ""] = HandedOver(sent, tuple(persons))


def claim_handed_over(hass: HomeAssistant, user_id: str | None) -> HandedOver | None:
    """Return what was handed over, once, None where there is nothing or it is too old."""
    handed_over = get_data(hass).handed_over.pop(user_id or "", None)
    if handed_over is None or not 0 <= time.time() - handed_over.sent <= _YOUNG:
        return None
    return handed_over
