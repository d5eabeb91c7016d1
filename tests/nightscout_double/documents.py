"""What the server keeps: entries and treatments, and how it takes each of them in."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from secrets import token_hex
from typing import Any, Final

from .query import Document, Query

_NUMBERS: Final = ("glucose", "carbs", "insulin", "duration", "percent", "absolute", "relative", "preBolus")


class Entries:
    """Entries: one for each instant and type."""

    time_field: Final = "date"

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def take(self, sent: Document) -> Document:
        """Merge an entry into the one of that instant and type, or add it."""
        assert isinstance(sent["date"], int)
        assert isinstance(sent["type"], str)
        assert "_id" not in sent, "the id of another entry of that instant cannot be changed"
        new = deepcopy(sent)
        at, offset = _parse_zone(new["dateString"])
        assert int(at.timestamp() * 1000) == new["date"], "date and dateString tell two instants"
        new |= {"utcOffset": offset, "sysTime": _iso(at), "dateString": _iso(at)}
        for known in self.documents:
            if (known["sysTime"], known["type"]) == (new["sysTime"], new["type"]):
                known.update(new)
                return known
        return _added(self.documents, new)


class Treatments:
    """Treatments: one for each identifier, in older versions for each instant and event type."""

    time_field: Final = "created_at"

    def __init__(self, *, knows_identifiers: bool) -> None:
        self.documents: list[Document] = []
        self._knows_identifiers = knows_identifiers

    def take(self, sent: Document) -> Document:
        """Replace the treatment by another one, or add it."""
        assert "_id" not in sent, "in older versions, it would be another id than the one that is there"
        new = deepcopy(sent)
        at, offset = _parse_zone(new["created_at"])
        new |= {"created_at": _iso(at), "utcOffset": offset}
        for number in _NUMBERS:
            if not new.get(number):
                new.pop(number, None)
        if not new.get("notes"):
            new.pop("notes", None)
        key = self._key(new)
        for place, known in enumerate(self.documents):
            if self._key(known) == key:
                self.documents[place] = {**new, "_id": known["_id"]}
                return self.documents[place]
        return _added(self.documents, new)

    def _key(self, document: Document) -> tuple[Any, ...]:
        if self._knows_identifiers and "identifier" in document:
            return (document["identifier"],)
        return document["created_at"], document["eventType"]


type Collection = Entries | Treatments


def find(collection: Collection, query: Query) -> list[Document]:
    """Return what is asked for, the newest first."""
    found = [document for document in collection.documents if query.matches(document)]
    found.sort(key=itemgetter(collection.time_field), reverse=True)
    return deepcopy(found[: query.count])


def remove(collection: Collection, query: Query) -> int:
    """Delete what is asked for. Return how many there were."""
    before = len(collection.documents)
    collection.documents[:] = [each for each in collection.documents if not query.matches(each)]
    return before - len(collection.documents)


def _added(documents: list[Document], new: Document) -> Document:
    new["_id"] = token_hex(12)
    documents.append(new)
    return new


def _parse_zone(text: str) -> tuple[datetime, int]:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC), (at.utcoffset() or timedelta()) // timedelta(minutes=1)


def _iso(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
