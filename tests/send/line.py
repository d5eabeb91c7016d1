"""Somebody who sends a history to a Nightscout server, and what is then there and should be."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiohttp

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind
from custom_components.libreview.nightscout.sent import sent_entries, sent_treatments, source_of
from custom_components.libreview.send.batches import Batch, PersonView, next_batch
from custom_components.libreview.send.cursors import Cursor
from custom_components.libreview.send.destination import hash_secret
from custom_components.libreview.send.problems import SendError
from custom_components.libreview.send.server import NightscoutServer
from custom_components.libreview.send.transmission import Transmission
from tests.history.store_rows import START
from tests.nightscout_double import SECRET, NightscoutDouble
from tests.nightscout_double.documents import Entries, Treatments

SOURCE: Final = source_of("anna")
VIEW: Final = PersonView(
    patient_id="anna",
    source=SOURCE,
    time_zone=ZoneInfo("Europe/Berlin"),
    server="",
    diary=True,
    names={EntryKind.LONG_ACTING_INSULIN: "Long-acting insulin"},
    since=START - 30 * 86400,
)
KOLKATA: Final = replace(VIEW, time_zone=ZoneInfo("Asia/Kolkata"))
EVER: Final = (START - 10**7, START + 10**7)


@dataclass
class Line:
    """Somebody who sends a history to a server."""

    store: Store
    nightscout: NightscoutDouble
    http: aiohttp.ClientSession
    view: PersonView = VIEW
    cursor: Cursor | None = None
    now: int = START + 2 * 86400

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin as after a start: of the server nothing is known."""
        server = NightscoutServer(self.http, self.nightscout.url, hash_secret(SECRET))
        self.transmission = Transmission(server, self.view.source, diary=self.view.diary)

    async def send(self) -> None:
        async def read(cursor: Cursor | None) -> Batch:
            return next_batch(self.store, self.view, cursor, now=self.now, thin_before=0)

        def note(cursor: Cursor) -> None:
            self.cursor = cursor

        await self.transmission.async_catch_up(read, self.cursor, note)

    async def try_to_send(self) -> None:
        with suppress(SendError):
            await self.send()


def held(nightscout: NightscoutDouble) -> tuple[list[Any], list[Any]]:
    """All that the server holds of us, without the ids that it gave and the name of the sending."""
    of_us = (
        [each for each in of_all.documents if each.get("identifier", "").startswith(SOURCE)]
        for of_all in (nightscout.entries, nightscout.treatments)
    )
    entries, treatments = ([_without_id(each) for each in documents] for documents in of_us)
    return _in_order(entries), _in_order(treatments)


def wanted(store: Store, view: PersonView = VIEW, since: int = EVER[0]) -> tuple[list[Any], list[Any]]:
    """All that the history holds, as a server takes it."""
    readings, diary = store.readings("anna", since, EVER[1]), store.entries("anna", since, EVER[1])
    entries, treatments = Entries(), Treatments(knows_identifiers=True)
    for each in sent_entries(readings, diary, time_zone=view.time_zone, source=SOURCE):
        entries.take(each)
    for each in sent_treatments(diary, time_zone=view.time_zone, source=SOURCE, names=view.names):
        treatments.take(each)
    return (
        _in_order([_without_id(each) for each in entries.documents]),
        _in_order([_without_id(each) for each in treatments.documents]),
    )


def _without_id(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in {"_id", "libreviewSentBy"}}


def _in_order(documents: list[dict[str, Any]]) -> list[Any]:
    return sorted(documents, key=lambda each: str(each["identifier"]))


@contextmanager
def a_store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "history.db")
        try:
            yield store
        finally:
            store.close()
