"""The dialogs of a reader: sharing persons' data with an app that gets a key, or a program that signs in."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.helpers.selector import QrCodeSelector, QrCodeSelectorConfig
from homeassistant.util import dt as dt_util
import voluptuous as vol
from yarl import URL

from ..const import (
    CONF_CLIENT_ID,
    CONF_KEY_HASH,
    CONF_LOCAL_ONLY,
    CONF_PERSON,
    CONF_PERSONS,
    SUBENTRY_PERSON,
    SUBENTRY_READER,
)
from ..hass_data import get_data
from ..placeholders import Markdown, as_placeholders
from ..readers.keys import hash_key, make_key
from ..readers.last_use import get_last_use
from ..readers.reader import is_client_id, normal_client_id
from .reader_form import (
    app_schema,
    find_person_name,
    program_schema,
    suggested_values,
    to_reader_data,
)
from .subentry_flow import LibreViewSubentryFlow

_NO_FIELDS: Final = vol.Schema({})
_EXAMPLE: Final = {"example": "https://app.example.org/"}
_FALLBACK_URL: Final = "http://homeassistant.local:8123"
_NEVER: Final = "-"


class ReaderFlow(LibreViewSubentryFlow):
    """The subentry flow of a reader. A key is shown once: only its hash is kept."""

    gone = "reader_gone"

    _key = ""
    _title = ""
    _data: dict[str, Any]

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose between an app and a program."""
        if not list(self._get_entry().get_subentries_of_type(SUBENTRY_PERSON)):
            return self.async_abort(reason="nobody")
        return self.async_show_menu(step_id="user", menu_options=["app", "program"])

    async def async_step_app(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for an app and the person whom it may read, and make its key."""
        entry = self._get_entry()
        errors = self._check(user_input)
        if user_input is None or errors:
            return self._show("app", app_schema(entry), user_input or {}, errors)
        self._title = user_input[CONF_NAME].strip()
        self._make_key(entry, user_input)
        return self._show_key()

    async def async_step_program(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a program and the persons whom it may read."""
        entry = self._get_entry()
        errors = self._check(user_input)
        if user_input is None or errors:
            return self._show("program", program_schema(entry), user_input or {}, errors)
        identity = {CONF_CLIENT_ID: normal_client_id(user_input[CONF_CLIENT_ID])}
        data = to_reader_data(user_input, identity)
        return self.async_create_entry(title=user_input[CONF_NAME].strip(), data=data)

    async def async_step_key(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Keep the hash of the key once it has been seen."""
        if user_input is None:
            return self._show_key()
        if self.source == SOURCE_USER:
            return self.async_create_entry(title=self._title, data=self._data)
        reader = self._get_reconfigure_subentry()
        # All but the key may have been changed while it was shown.
        data = {**reader.data, CONF_KEY_HASH: self._data[CONF_KEY_HASH]}
        return self.async_update_and_abort(self._get_entry(), reader, data=data)

    async def async_step_key_below(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show the key with an address that has a path, since the root is taken."""
        return await self.async_step_key(user_input)

    # Later.

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show the last use, and choose what to change."""
        reader = self._get_reconfigure_subentry()
        use = get_last_use(self.hass).of(reader.subentry_id)
        options = ["change_app", "new_key"] if CONF_KEY_HASH in reader.data else ["change_program"]
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options,
            description_placeholders=as_placeholders(
                {
                    "name": reader.title,
                    "used": _describe_use(use.used_at, use.used_from),
                    "refused": _describe_use(use.refused_at, use.refused_from),
                }
            ),
        )

    async def async_step_change_app(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change what an app may read."""
        return self._change("change_app", app_schema, user_input)

    async def async_step_change_program(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change what a program may read."""
        return self._change("change_program", program_schema, user_input)

    async def async_step_new_key(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Make a new key. The old one works until the new one has been seen."""
        entry, reader = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            return self._show("new_key", _NO_FIELDS)
        self._title = reader.title
        self._make_key(entry, suggested_values(reader.title, reader.data))
        return self._show_key()

    def _change(
        self,
        step_id: str,
        schema: Callable[[ConfigEntry], vol.Schema],
        user_input: dict[str, Any] | None,
    ) -> SubentryFlowResult:
        entry, reader = self._get_entry(), self._get_reconfigure_subentry()
        errors = self._check(user_input, reader)
        if user_input is None or errors:
            values = user_input or suggested_values(reader.title, reader.data)
            return self._show(step_id, schema(entry), values, errors)
        if CONF_CLIENT_ID in user_input:
            identity = {CONF_CLIENT_ID: normal_client_id(user_input[CONF_CLIENT_ID])}
        else:
            identity = {CONF_KEY_HASH: reader.data[CONF_KEY_HASH]}
        return self.async_update_and_abort(
            entry,
            reader,
            title=user_input[CONF_NAME].strip(),
            data=to_reader_data(user_input, identity),
        )

    def _check(
        self, user_input: Mapping[str, Any] | None, reader: ConfigSubentry | None = None
    ) -> dict[str, str]:
        """Return what is wrong with a filled form. `reader` is the one that is changed."""
        if user_input is None:
            return {}
        errors = {}
        if not user_input[CONF_NAME].strip():
            errors[CONF_NAME] = "name_missing"
        if not user_input.get(CONF_PERSONS, [True]):
            errors[CONF_PERSONS] = "nobody_chosen"
        client_id = user_input.get(CONF_CLIENT_ID)
        if client_id is None:
            return errors
        others = {
            each.data.get(CONF_CLIENT_ID)
            for each in self._get_entry().get_subentries_of_type(SUBENTRY_READER)
            if reader is None or each.subentry_id != reader.subentry_id
        }
        if not is_client_id(client_id):
            errors[CONF_CLIENT_ID] = "client_id_invalid"
        elif normal_client_id(client_id) in others:
            errors[CONF_CLIENT_ID] = "client_known"
        return errors

    def _make_key(self, entry: ConfigEntry, values: Mapping[str, Any]) -> None:
        self._key = make_key(find_person_name(entry, values[CONF_PERSON]))
        self._data = to_reader_data(values, {CONF_KEY_HASH: hash_key(self._key)})

    def _show_key(self) -> SubentryFlowResult:
        views = get_data(self.hass).nightscout_views
        path = views.base_path if views else ""
        url = f"{self._url(local_only=self._data[CONF_LOCAL_ONLY])}{path}"
        person = find_person_name(self._get_entry(), self._data[CONF_PERSONS][0])
        qr_code = QrCodeSelector(QrCodeSelectorConfig(data=f"{url}/?token={self._key}", scale=5))
        return self.async_show_form(
            step_id="key_below" if path else "key",
            data_schema=vol.Schema({vol.Optional("qr_code"): qr_code}),
            description_placeholders=as_placeholders(
                {
                    "name": self._title,
                    "person": person,
                    "key": Markdown(self._key),
                    "url": Markdown(url),
                    "xdrip": Markdown(URL(f"{url}/").with_user(self._key)),
                }
            ),
        )

    def _url(self, *, local_only: bool) -> str:
        """Return the address at which an app finds Home Assistant."""
        try:
            return get_url(self.hass, prefer_external=not local_only, allow_cloud=not local_only)
        except NoURLAvailableError:
            return _FALLBACK_URL

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None = None,
        errors: dict[str, str] | None = None,
    ) -> SubentryFlowResult:
        name = self._get_reconfigure_subentry().title if self.source == SOURCE_RECONFIGURE else ""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values or {}),
            errors=errors,
            description_placeholders=as_placeholders({"name": name, **_EXAMPLE}),
        )


def _describe_use(at: str | None, address: str | None) -> str:
    """Return when and from where a reader read, by Home Assistant's clock."""
    found = dt_util.parse_datetime(at) if at else None
    if found is None:
        return _NEVER
    when = f"{dt_util.as_local(found):%Y-%m-%d %H:%M}"
    return f"{when} ({address})" if address else when
