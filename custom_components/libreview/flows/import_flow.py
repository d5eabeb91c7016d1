"""CSV import: a file is chosen, read, shown as a summary, and then stored in the person's history."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import (
    ConfigEntryState,
    SubentryFlowContext,
    SubentryFlowResult,
)
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

from ..account.account import LibreViewConfigEntry
from ..account.followed_person import FollowedPerson
from ..cloud.csv.problems import NotAnExportError
from ..cloud.csv.times import DateOrder
from ..const import DOMAIN
from ..history.csv_import import FileImport, async_keep_file, async_read_file
from ..history.reading_table import RowCounts
from ..placeholders import LINKS, Markdown, as_placeholders
from .progress import ProgressFlow
from .sign_in_flow import ACCEPT_SCHEMA, CONF_ACCEPT, NO_FIELDS
from .subentry_flow import LibreViewSubentryFlow

_FILE: Final = "file"
_DATE_ORDER: Final = "date_order"
_FILE_SCHEMA: Final = vol.Schema(
    {vol.Required(_FILE): FileSelector(FileSelectorConfig(accept=".csv,text/csv"))}
)
_REASON: Final = f"component.{DOMAIN}.selector.unreadable_line.options.{{}}"
_NOT_LOADED: Final = "import_not_loaded"
_UNKNOWN: Final = "?"
_MOST_LINES: Final = 10
"""Lines that cannot be read of which the number and the reason are shown."""


class ImportFlow(
    ProgressFlow[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], LibreViewSubentryFlow
):
    """The part of a person's dialog in which a CSV file is imported."""

    gone = "person_gone"

    _content = b""
    _read: FileImport
    _kept: tuple[RowCounts, RowCounts]

    async def async_step_import_file(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose the file."""
        if self._get_entry().state is not ConfigEntryState.LOADED:
            return self.async_abort(reason=_NOT_LOADED)
        if user_input is None:
            return self._show_import_form("import_file", _FILE_SCHEMA)
        try:
            self._content = await self.hass.async_add_executor_job(self._read_upload, user_input[_FILE])
        except OSError, ValueError:
            return self._show_import_form("import_file", _FILE_SCHEMA, "upload_lost")
        return await self._run_read(None, "import_file", _FILE_SCHEMA)

    def _read_upload(self, file_id: str) -> bytes:
        with process_uploaded_file(self.hass, file_id) as path:
            return Path(path).read_bytes()

    async def async_step_import_order(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose whether dates begin with the day or the month, where the file leaves it open."""
        example = {"example": self._read.export.open_date or ""}
        schema = _date_order_schema(self._read.export.open_orders)
        if user_input is None:
            return self._show_import_form("import_order", schema, placeholders=example)
        return await self._run_read(DateOrder(user_input[_DATE_ORDER]), "import_order", schema, example)

    async def async_step_import_summary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show what is in the file, and store it once that is confirmed."""
        if user_input is None:
            return await self._show_summary("import_summary", NO_FIELDS)
        return await self._run_keep("import_summary", NO_FIELDS)

    async def async_step_import_other_person(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Store a file that does not clearly name this person only if it is confirmed to be theirs."""
        if user_input is None:
            return await self._show_summary("import_other_person", ACCEPT_SCHEMA)
        if not user_input[CONF_ACCEPT]:
            return await self._show_summary("import_other_person", ACCEPT_SCHEMA, "not_this_person")
        return await self._run_keep("import_other_person", ACCEPT_SCHEMA)

    # The work.

    async def _run_read(
        self,
        order: DateOrder | None,
        step_id: str,
        schema: vol.Schema,
        placeholders: Mapping[str, str] | None = None,
    ) -> SubentryFlowResult:
        async def read() -> str | None:
            try:
                self._read = await async_read_file(
                    self.hass,
                    self._followed.import_target,
                    lambda: self._content,
                    order,
                    self._report_progress,
                )
            except NotAnExportError as err:
                return f"csv_{err.reason}"
            except HomeAssistantError:
                return self._failure_key
            return None

        async def show_content() -> SubentryFlowResult:
            if self._read.export.open_date is not None:
                return await self.async_step_import_order()
            if not self._read.is_clearly_theirs:
                return await self.async_step_import_other_person()
            return await self.async_step_import_summary()

        return await self._run_file(
            read(),
            show_content,
            lambda error: self._show_import_form(step_id, schema, error, placeholders),
            "read_file",
        )

    async def _run_keep(self, step_id: str, schema: vol.Schema) -> SubentryFlowResult:
        async def keep() -> str | None:
            try:
                self._kept = await async_keep_file(
                    self.hass, self._followed.import_target, self._read, self._report_progress
                )
            except HomeAssistantError:
                return self._failure_key
            return None

        async def finish() -> SubentryFlowResult:
            readings, entries = self._kept
            return self.async_abort(
                reason="imported",
                description_placeholders=as_placeholders(
                    {"readings": str(readings.new), "entries": str(entries.new)}
                ),
            )

        summary = await self._summary()
        return await self._run_file(
            keep(),
            finish,
            lambda error: self._show_import_form(step_id, schema, error, summary),
            "keep_file",
        )

    async def _run_file(
        self,
        work: Coroutine[Any, Any, str | None],
        on_success: Callable[[], Awaitable[SubentryFlowResult]],
        form: Callable[[str], SubentryFlowResult],
        action: str,
    ) -> SubentryFlowResult:
        """Do work that returns the key of an error or None, then continue, or go back to a form."""

        async def route(error: str | None) -> SubentryFlowResult:
            if error == _NOT_LOADED:
                return self.async_abort(reason=error)
            return await on_success() if error is None else form(error)

        return await self._finish_after(work, route, action)

    def _report_progress(self, share: float) -> None:
        """Show how much is done, from 0 to 1. Called in any thread."""
        self.hass.loop.call_soon_threadsafe(self._update_progress, share)

    @callback
    def _update_progress(self, share: float) -> None:
        if self.cur_step is not None and self.cur_step["type"] is FlowResultType.SHOW_PROGRESS:
            self.async_update_progress(share)

    # The forms.

    async def _show_summary(
        self, step_id: str, schema: vol.Schema, error: str | None = None
    ) -> SubentryFlowResult:
        return self._show_import_form(step_id, schema, error, await self._summary())

    async def _summary(self) -> dict[str, str]:
        """Return the placeholders of the summary: what the file would add, in words and numbers."""
        read = self._read
        export = read.export
        lines = await self._unreadable_lines()
        return {
            "name": export.name or _UNKNOWN,
            "first": f"{read.first:%Y-%m-%d}" if read.first else _UNKNOWN,
            "last": f"{read.last:%Y-%m-%d}" if read.last else _UNKNOWN,
            "readings": str(read.readings.new),
            "entries": str(read.entries.new),
            "known": str(read.known),
            "sparse": str(read.readings.thinned_out),
            "skipped": str(export.skipped),
            "unreadable_count": str(export.unreadable_count),
            "unreadable": Markdown("".join(f"  - {line}\n" for line in lines)),
        }

    async def _unreadable_lines(self) -> list[str]:
        """Return the first lines that cannot be read, each with its number and the reason."""
        export = self._read.export
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", {DOMAIN})
        described = [
            f"{line.number}: {texts.get(_REASON.format(line.reason), line.reason)}"
            for line in export.unreadable[:_MOST_LINES]
        ]
        return [*described, "…"] if export.unreadable_count > len(described) else described

    def _show_import_form(
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
            description_placeholders=as_placeholders({**LINKS, "person": person, **(placeholders or {})}),
        )

    @property
    def _failure_key(self) -> str:
        """The error when the history cannot be used: the account may have been unloaded."""
        is_loaded = self._get_entry().state is ConfigEntryState.LOADED
        return "history_unwritable" if is_loaded else _NOT_LOADED

    @property
    def _followed(self) -> FollowedPerson:
        """The person as followed now. Raises HomeAssistantError while the account is not loaded."""
        entry: LibreViewConfigEntry = self._get_entry()
        patient_id = str(self._get_reconfigure_subentry().unique_id)
        persons = entry.runtime_data.persons if entry.state is ConfigEntryState.LOADED else {}
        if (person := persons.get(patient_id)) is None:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="person_not_loaded")
        return person


def _date_order_schema(orders: Sequence[DateOrder]) -> vol.Schema:
    selector = SelectSelector(
        SelectSelectorConfig(options=[*orders], translation_key=_DATE_ORDER, mode=SelectSelectorMode.LIST)
    )
    return vol.Schema({vol.Required(_DATE_ORDER): selector})
