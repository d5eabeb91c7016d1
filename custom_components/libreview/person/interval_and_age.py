"""Two settings of two dialogs that go together: how often the cloud is asked, and when a reading is too old.

A reading that is too old after less than three polls would be so although nothing failed. The dialogs refuse
such settings. Where they are stored all the same, by an earlier version, the cloud is asked as often as that
age needs.
"""

from collections.abc import Iterable
from datetime import timedelta
from math import ceil
from typing import Final

from ..cloud.fields import whole_within
from ..const import DEFAULT_INTERVAL, MAX_INTERVAL

_POLLS: Final = 3
"""So many polls at least while a reading is current."""


def longest_interval(max_age: timedelta) -> int:
    """Return how many seconds may lie between two polls where a reading is too old after that age."""
    return int(max_age.total_seconds()) // _POLLS


def shortest_age(interval: float) -> int:
    """Return the least age in minutes that goes with so many seconds between two polls."""
    return ceil(_POLLS * interval / 60)


def effective_interval(stored: object, max_ages: Iterable[timedelta]) -> int:
    """Return the seconds between two polls, by the stored interval and by how soon readings are too old."""
    chosen = whole_within(stored, DEFAULT_INTERVAL, MAX_INTERVAL) or DEFAULT_INTERVAL
    return max(DEFAULT_INTERVAL, min([chosen, *map(longest_interval, max_ages)]))
