"""What a server is known to hold of the last hours: it is not asked at each new reading. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from homeassistant.helpers.json import json_bytes_sorted

from ..models import JsonObjectType
from ..nightscout.sent import milliseconds_of

_SLOT: Final = 1800
"""Seconds."""
_MOST_SLOTS: Final = 60
"""Half hours that are remembered: some 2000 readings by the minute."""
_TAG_LENGTH: Final = 16

type Tags = Mapping[str, str | None]
"""A short name of what each object holds, by identifier; None where another sending has told it."""
UNKNOWN: Final = ""
"""The tag of an object of which nobody knows what it holds."""


class KnownObjects:
    """The objects of one collection by the half hours that they are of."""

    def __init__(self) -> None:
        """Begin without knowing anything."""
        self._slots: OrderedDict[int, dict[str, str | None]] = OrderedDict()

    def between(self, start: int, end: int) -> dict[str, str | None] | None:
        """Return the objects of [start, end) (epoch seconds), None where not all are known."""
        found: dict[str, str | None] = {}
        for slot in _slots(start, end):
            if slot not in self._slots:
                return None
            found |= self._slots[slot]
        return found

    def forget(self, start: int, end: int) -> None:
        """Forget what is of [start, end), as long as it is being changed."""
        for slot in _slots(start, end):
            self._slots.pop(slot, None)

    def learn(self, start: int, end: int, tags: Tags) -> None:
        """Note that these objects are all of [start, end)."""
        for slot in _slots(start, end):
            self._slots[slot] = {}
        for identifier, tag in tags.items():
            self._slots[milliseconds_of(identifier) // 1000 // _SLOT][identifier] = tag
        while len(self._slots) > _MOST_SLOTS:
            self._slots.popitem(last=False)


def tags_of(objects: Mapping[str, JsonObjectType]) -> dict[str, str | None]:
    """Return the tags of objects."""
    return {identifier: _tag(each) for identifier, each in objects.items()}


def changed(wanted: Tags, there: Tags) -> list[str]:
    """Return the identifiers of what is not there yet, or not so, in the order of time."""
    return in_order(identifier for identifier, tag in wanted.items() if there.get(identifier) != tag)


def in_order(identifiers: Iterable[str]) -> list[str]:
    """Return identifiers in the order of time."""
    return sorted(identifiers, key=lambda each: (milliseconds_of(each), each))


def _tag(content: JsonObjectType) -> str:
    return sha256(json_bytes_sorted(content)).hexdigest()[:_TAG_LENGTH]


def _slots(start: int, end: int) -> range:
    return range(start // _SLOT, -(-end // _SLOT))
