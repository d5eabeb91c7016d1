"""The shapes of an account's answers over a restart, in a private file of Home Assistant's storage.

Dialogs and sessions with the same e-mail address note shapes in one place, so that those of a sign-in are
there before there is an entry.
"""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..cloud.answer_shapes import AnswerShapes, from_json, to_json
from ..cloud.sign_in_guard import email_key
from ..hass_data import get_data
from ..private_store import PrivateStore

_SAVE_DELAY: Final = 3600
"""Seconds from a change to writing it down, with all that changes meanwhile."""


class ShapeStore:
    """Keeps the shapes that were noted with the e-mail addresses of one account, in memory and on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Prepare the file of this config entry, which is loaded when it is first needed."""
        self._hass = hass
        self._store: PrivateStore[list[dict[str, Any]]] = PrivateStore(hass, f"{entry_id}.answer_shapes")
        self._attached: dict[str, tuple[AnswerShapes, Callable[[], None]]] = {}
        """By e-mail address, with what ends the listening."""
        self._save_is_due = False

    async def async_attach(self, email: str) -> AnswerShapes:
        """Return the shapes of an e-mail address, which are stored from now on."""
        shapes = get_answer_shapes(self._hass, email)
        if email_key(email) not in self._attached:
            is_first = not self._attached
            self._attached[email_key(email)] = shapes, shapes.listen(self._schedule_save)
            if is_first:
                shapes.restore(from_json(await self._store.async_load()))
        return shapes

    @callback
    def to_json(self) -> list[dict[str, Any]]:
        """Return all shapes of the account."""
        return to_json(item for shapes, _ in self._attached.values() for item in shapes.items())

    @callback
    def _schedule_save(self) -> None:
        if not self._save_is_due:  # Saving again would put the write off.
            self._save_is_due = True
            self._store.async_delay_save(self._data, _SAVE_DELAY)

    def _data(self) -> list[dict[str, Any]]:
        self._save_is_due = False
        return self.to_json()

    async def async_remove(self) -> None:
        """Forget everything, on disk too."""
        for email, (shapes, stop) in self._attached.items():
            stop()
            if not shapes.has_listeners:  # Else another account has the same address.
                get_data(self._hass).answer_shapes.pop(email, None)
        self._attached = {}
        await self._store.async_remove()


def get_answer_shapes(hass: HomeAssistant, email: str) -> AnswerShapes:
    """Return the only shapes of an e-mail address, in whatever spelling, entry and service."""
    return get_data(hass).answer_shapes.setdefault(email_key(email), AnswerShapes())


def get_shape_store(hass: HomeAssistant, entry_id: str) -> ShapeStore:
    """Return the only store of a config entry."""
    stores = get_data(hass).shape_stores
    if entry_id not in stores:
        stores[entry_id] = ShapeStore(hass, entry_id)
    return stores[entry_id]
