"""Taking the last CSV import of a person back, whole, once that is confirmed."""

from contextlib import suppress
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..history.csv_import import async_find_last_file, async_take_back_file
from ..history.import_table import KeptFile
from ..placeholders import as_placeholders
from .import_flow import ImportFlow
from .sign_in_flow import NO_FIELDS

TAKE_BACK_IMPORT: Final = "take_back_import"
_NOT_LOADED: Final = "import_not_loaded"
_NOT_THE_LAST: Final = "import_not_the_last"
_UNKNOWN: Final = "?"


class TakeBackFlow(ImportFlow):
    """The part of a person's dialog in which the last import is taken back."""

    _last: KeptFile | None = None

    async def _find_last_import(self) -> KeptFile | None:
        """Return the import that can be taken back, None without one, or while the history cannot be used."""
        with suppress(HomeAssistantError):
            followed = self._followed
            return await async_find_last_file(followed.history, followed.patient_id)
        return None

    async def async_step_take_back_import(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show what the last import brought, and take it back once that is confirmed."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason=_NOT_LOADED)
        if self._last is None:
            self._last = await self._find_last_import()
        if (last := self._last) is None:
            return self.async_abort(reason=_NOT_THE_LAST)
        counts = {"readings": str(last.readings), "entries": str(last.entries)}
        said = {**counts, "day": _day(last.kept_at), "made": _day(last.made_at)}
        if user_input is None:
            return self._show_import_form(TAKE_BACK_IMPORT, NO_FIELDS, placeholders=said)
        try:
            followed = self._followed
            is_done = await async_take_back_file(followed.history, followed.patient_id, last)
        except HomeAssistantError:
            return self._show_import_form(TAKE_BACK_IMPORT, NO_FIELDS, self._failure_key, said)
        if not is_done:
            return self.async_abort(reason=_NOT_THE_LAST)
        return self.async_abort(reason="import_taken_back", description_placeholders=as_placeholders(counts))


def _day(at: int) -> str:
    """Return the day of an instant (epoch seconds) by Home Assistant's time zone, a question mark for 0."""
    return f"{dt_util.as_local(dt_util.utc_from_timestamp(at)):%Y-%m-%d}" if at else _UNKNOWN
