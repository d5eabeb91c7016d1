"""Two settings of two dialogs that go together: how often the cloud is asked, and when a reading is too old.

A reading that is too old after less than three polls would be so although nothing failed.
"""

from datetime import timedelta
from math import ceil
from typing import Final

_POLLS: Final = 3
"""So many polls at least while a reading is current."""


def longest_interval(max_age: timedelta) -> int:
    """Return how many seconds may lie between two polls where a reading is too old after that age."""
    return int(max_age.total_seconds()) // _POLLS


def shortest_age(interval: float) -> int:
    """Return the least age in minutes that goes with so many seconds between two polls."""
    return ceil(_POLLS * interval / 60)
