"""The part of a person's dialog in which a CSV file is brought in: chosen, looked at, and then kept."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.core import callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    FileSelector,
    FileSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from .cloud.csv_lines import NotAnExportError
from .cloud.csv_times import DateOrder
from .const import DOMAIN, LIBREVIEW_URL
from .file_import import FileImport, async_keep, async_read
from .followed_person import FollowedPerson
from .history.reading_table import Kept
from .sign_in_dialog import ACCEPT, CONF_ACCEPT, NOTHING

if TYPE_CHECKING:
    from .account import LibreViewConfigEntry

_FILE: Final = "file"
_DATE_ORDER: Final = "date_order"
_UPLOAD: Final = vol.Schema({vol.Required(_FILE): FileSelector(FileSelectorConfig(accept=".csv,text/csv"))})
_ORDERS: Final = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
_ORDER: Final = vol.Schema(
    {
        vol.Required(_DATE_ORDER): SelectSelector(
            SelectSelectorConfig(
                options=list(_ORDERS), translation_key=_DATE_ORDER, mode=SelectSelectorMode.LIST
            )
        )
    }
)
_UNNOTICED: Final = 1.0
"""Seconds. Work that ends sooner shows no progress: it could overtake it on the way to the screen."""
_READING: Final = "read_file"
_KEEPING: Final = "keep_file"
_REASON: Final = f"component.{DOMAIN}.selector.unreadable_line.options.{{}}"
_NOT_LOADED: Final = "import_not_loaded"
_NONE: Final = "?"
_MOST_LINES: Final = 10
"""Of the lines that cannot be read, as many are named."""


class ImportDialog(ConfigSubentryFlow):
    """The steps from a file to a person's history."""

    _content = b""
    _read: FileImport
    _file_work: asyncio.Task[str | None]
    """What is being done; its outcome is the key of an error, None for none."""
    _next: Callable[[], Awaitable[SubentryFlowResult]]
    _back: Callable[[str], SubentryFlowResult]
    _kept: tuple[Kept, Kept]

    async def async_step_import_file(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose the file."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason=_NOT_LOADED)
        if user_input is None:
            return self._show("import_file", _UPLOAD)
        try:
            self._content = await self.hass.async_add_executor_job(self._uploaded, user_input[_FILE])
        except OSError, ValueError:
            return self._show("import_file", _UPLOAD, "upload_lost")
        return await self._run_read(None, "import_file", _UPLOAD)

    def _uploaded(self, file_id: str) -> bytes:
        with process_uploaded_file(self.hass, file_id) as path:
            return Path(path).read_bytes()

    async def async_step_import_order(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say what the dates of the file mean, which the file itself leaves open."""
        example = {"example": self._read.export.open_date or ""}
        if user_input is None:
            return self._show("import_order", _ORDER, placeholders=example)
        return await self._run_read(DateOrder(user_input[_DATE_ORDER]), "import_order", _ORDER, example)

    async def async_step_import_summary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Look at what is in the file."""
        if user_input is None:
            return await self._show_summary("import_summary", NOTHING)
        return await self._run_keep("import_summary", NOTHING)

    async def async_step_import_other_person(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Say whether the file is this person's, though it seems to be another's."""
        if user_input is None:
            return await self._show_summary("import_other_person", ACCEPT)
        if not user_input[CONF_ACCEPT]:
            return await self._show_summary("import_other_person", ACCEPT, "not_this_person")
        return await self._run_keep("import_other_person", ACCEPT)

    # What is done meanwhile.

    async def _run_read(
        self,
        order: DateOrder | None,
        step_id: str,
        schema: vol.Schema,
        placeholders: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        async def read() -> str | None:
            try:
                self._read = await async_read(
                    self.hass, self._followed, lambda: self._content, order, self._progressed
                )
            except NotAnExportError as err:
                return f"csv_{err.reason}"
            except HomeAssistantError:
                return self._reason
            return None

        async def look() -> SubentryFlowResult:
            if self._read.export.open_date is not None:
                return await self.async_step_import_order()
            if self._read.is_somebody_elses:
                return await self.async_step_import_other_person()
            return await self.async_step_import_summary()

        return await self._run_file(
            read(), look, lambda error: self._show(step_id, schema, error, placeholders), _READING
        )

    async def _run_keep(self, step_id: str, schema: vol.Schema) -> SubentryFlowResult:
        async def keep() -> str | None:
            try:
                self._kept = await async_keep(self.hass, self._followed, self._read, self._progressed)
            except HomeAssistantError:
                return self._reason
            return None

        async def finish() -> SubentryFlowResult:
            readings, entries = self._kept
            return self.async_abort(
                reason="imported",
                description_placeholders={"readings": str(readings.new), "entries": str(entries.new)},
            )

        summary = await self._summary()
        return await self._run_file(
            keep(), finish, lambda error: self._show(step_id, schema, error, summary), _KEEPING
        )

    async def _run_file(
        self,
        work: Coroutine[Any, Any, str | None],
        then: Callable[[], Awaitable[SubentryFlowResult]],
        back: Callable[[str], SubentryFlowResult],
        shown_as: str,
    ) -> SubentryFlowResult:
        """Go where the work leads, and show progress meanwhile if that takes a while."""
        self._next, self._back = then, back
        self._file_work = self.hass.async_create_task(work)
        await asyncio.wait({self._file_work}, timeout=_UNNOTICED)
        if self._file_work.done():
            return await self.async_step_file_done()
        return self._show_progress(shown_as)

    async def async_step_read_file(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Wait until the file is read."""
        return self._show_progress(_READING)

    async def async_step_keep_file(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Wait until its content is kept."""
        return self._show_progress(_KEEPING)

    def _show_progress(self, shown_as: str) -> SubentryFlowResult:
        if self._file_work.done():
            return self.async_show_progress_done(next_step_id="file_done")
        return self.async_show_progress(
            step_id=shown_as, progress_action=shown_as, progress_task=self._file_work
        )

    async def async_step_file_done(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Go where the work led."""
        error = await self._file_work
        if error == _NOT_LOADED:
            return self.async_abort(reason=error)
        return await self._next() if error is None else self._back(error)

    def _progressed(self, share: float) -> None:
        """Show how far things are, which is called beside the event loop too."""
        self.hass.loop.call_soon_threadsafe(self._show_share, share)

    @callback
    def _show_share(self, share: float) -> None:
        if self.cur_step is not None and self.cur_step["type"] is FlowResultType.SHOW_PROGRESS:
            self.async_update_progress(share)

    # What is shown.

    async def _show_summary(
        self, step_id: str, schema: vol.Schema, error: str | None = None
    ) -> SubentryFlowResult:
        return self._show(step_id, schema, error, await self._summary())

    async def _summary(self) -> dict[str, str]:
        """What the file would bring, in words and numbers."""
        read = self._read
        export = read.export
        lines = await self._unreadable_lines()
        return {
            "name": export.name or _NONE,
            "first": f"{read.first:%Y-%m-%d}" if read.first else _NONE,
            "last": f"{read.last:%Y-%m-%d}" if read.last else _NONE,
            "readings": str(read.readings.new),
            "entries": str(read.entries.new),
            "known": str(read.known),
            "sparse": str(read.readings.sparse),
            "skipped": str(export.skipped),
            "unreadable_count": str(export.unreadable_count),
            "unreadable": "".join(f"  - {line}\n" for line in lines),
        }

    async def _unreadable_lines(self) -> list[str]:
        """The first lines that cannot be read, each with its number and the reason."""
        export = self._read.export
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", {DOMAIN})
        named = [
            f"{line.number}: {texts.get(_REASON.format(line.reason), line.reason)}"
            for line in export.unreadable[:_MOST_LINES]
        ]
        return [*named, "…"] if export.unreadable_count > len(named) else named

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        error: str | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        person = self._get_reconfigure_subentry().title
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema,
            errors={"base": error} if error else None,
            description_placeholders={"libreview": LIBREVIEW_URL, "person": person, **(placeholders or {})},
        )

    @property
    def _reason(self) -> str:
        """Why the history cannot be used: there may be no account any more."""
        is_loaded = self._get_entry().state is ConfigEntryState.LOADED
        return "history_unwritable" if is_loaded else _NOT_LOADED

    @property
    def _followed(self) -> FollowedPerson:
        """The person, as followed at this moment."""
        entry: LibreViewConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="person_not_loaded")
        return entry.runtime_data.persons[str(self._get_reconfigure_subentry().unique_id)]
