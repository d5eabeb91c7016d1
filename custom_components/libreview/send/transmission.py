"""Bringing a server in line with a history: what is there is replaced, and what is not wanted is deleted."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from ..models import JsonObjectType
from ..nightscout.sent import SENSOR_KINDS, STRIP_KINDS, kind_of
from .batches import Batch, Span
from .cursors import Cursor
from .known_objects import UNKNOWN, KnownObjects, changed, tags_of
from .server import ENTRIES, TREATMENTS, NightscoutServer, ServerCollection

_ALL_KINDS: Final = None


class Transmission:
    """The objects of one person on one server. Everything here raises SendError."""

    def __init__(self, server: NightscoutServer, source: str, *, diary: bool) -> None:
        """Prepare to send, without the diary if it was not chosen: what is there of it then stays."""
        self._server = server
        self._source = source
        self._diary = diary
        self._sent_by = ""
        self._forget()

    def _forget(self) -> None:
        self._known = {ENTRIES: KnownObjects(), TREATMENTS: KnownObjects()}

    async def async_catch_up(
        self,
        read: Callable[[Cursor | None], Awaitable[Batch]],
        cursor: Cursor | None,
        note: Callable[[Cursor], None],
    ) -> None:
        """Send all that changed after the cursor, and note each cursor up to which everything was taken.

        It is noted before the first object is sent, too: that object bears the name of this sending.
        """
        is_last = False
        while not is_last:
            batch = await read(cursor)
            note(batch.before)
            if batch.before.sent_by != self._sent_by:
                self._sent_by = batch.before.sent_by
                self._forget()
            for span in batch.spans:
                await self._async_send(span)
            cursor, is_last = batch.after, batch.is_last
            note(cursor)

    async def _async_send(self, span: Span) -> None:
        kinds = SENSOR_KINDS | STRIP_KINDS if self._diary else SENSOR_KINDS
        await self._async_bring_in_line(ENTRIES, span, span.entries, kinds)
        if self._diary:
            await self._async_bring_in_line(TREATMENTS, span, span.treatments, _ALL_KINDS)

    async def _async_bring_in_line(
        self,
        collection: ServerCollection,
        span: Span,
        wanted: Mapping[str, JsonObjectType],
        kinds: frozenset[str] | None,
    ) -> None:
        """Have a collection hold what is wanted of a span, and nothing else of these kinds that we sent."""
        known = self._known[collection]
        there = known.between(span.start, span.end)
        if there is None:
            start, end = span.start * 1000, span.end * 1000 - 1
            found = await self._server.async_identifiers(collection, start, end, source=self._source)
            there = {each: UNKNOWN if sent_by == self._sent_by else None for each, sent_by in found.items()}
        known.forget(span.start, span.end)  # Until it is known how this ends.
        tags = tags_of(wanted)
        await self._server.async_put(collection, (wanted[each] for each in changed(tags, there)))
        others = {
            each: tag
            for each, tag in there.items()
            if each not in wanted and (kinds is _ALL_KINDS or kind_of(each, self._source) in kinds)
        }
        await self._server.async_delete(collection, (each for each, tag in others.items() if tag is not None))
        left = {each: None for each, tag in others.items() if tag is None}
        known.learn(span.start, span.end, {**left, **tags})
