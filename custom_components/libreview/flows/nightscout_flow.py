"""The dialogs of sending to a Nightscout server. Address and token are tried before they are kept."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry, SubentryFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol
from yarl import URL

from ..const import CONF_DIARY, CONF_PERSON, CONF_SHA1, CONF_SINCE, SUBENTRY_PERSON
from ..placeholders import as_placeholders
from ..send.address import parse_address
from ..send.destination import DAYS_BEFORE, hash_secret
from ..send.problems import ABOUT_DIARY, ABOUT_TOKEN, SendError, SendProblem
from ..send.trial import async_try
from .reader_form import find_person_name, person_selector
from .subentry_flow import LibreViewSubentryFlow

_EXAMPLE: Final = {"example": "https://nightscout.example.org", "days": str(DAYS_BEFORE)}
_HOUR: Final = 3600
_DAY: Final = 86400


class NightscoutFlow(LibreViewSubentryFlow):
    """The subentry flow of a Nightscout server."""

    gone = "destination_gone"

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for a person, a server, and what is sent there."""
        entry = self._get_entry()
        persons = list(entry.get_subentries_of_type(SUBENTRY_PERSON))
        if not persons:
            return self.async_abort(reason="nobody")
        if user_input is None:
            return self._show("user", _new_schema(entry), {CONF_PERSON: persons[0].unique_id})
        try:
            data = await self._async_try(user_input, user_input[CONF_PERSON], {})
        except SendError as err:
            return self._show("user", _new_schema(self._get_entry()), user_input, err.problem)
        entry = self._get_entry()
        if all(each.unique_id != data[CONF_PERSON] for each in entry.get_subentries_of_type(SUBENTRY_PERSON)):
            return await self.async_step_user()  # The person was removed meanwhile.
        return self.async_create_entry(title=_title(entry, data), data=data)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change address, token and what is sent."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            values = {key: subentry.data[key] for key in (CONF_URL, CONF_DIARY)}
            return self._show("reconfigure", _CHANGE_SCHEMA, values)
        try:
            data = await self._async_try(user_input, subentry.data[CONF_PERSON], subentry.data)
        except SendError as err:
            return self._show("reconfigure", _CHANGE_SCHEMA, user_input, err.problem)
        subentry = self._get_reconfigure_subentry()  # It may have been removed meanwhile.
        return self.async_update_and_abort(entry, subentry, title=_title(entry, data), data=data)

    async def _async_try(
        self, user_input: Mapping[str, Any], patient_id: str, before: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the data of the subentry once the server has taken the token. Raises SendError.

        `before` holds the data so far. Another server than before gets the last days, too.
        """
        url = parse_address(user_input[CONF_URL])
        token = user_input.get(CONF_TOKEN, "").strip()
        is_same = str(url) == before.get(CONF_URL)
        if token:
            sha1 = hash_secret(token)
        elif is_same:
            sha1 = before[CONF_SHA1]
        else:  # The secret of one server is not shown to another.
            raise SendError(SendProblem.OTHER_ADDRESS)
        is_changed = self.source == SOURCE_RECONFIGURE
        await async_try(
            self.hass,
            url,
            sha1,
            patient_id,
            diary=user_input[CONF_DIARY],
            destination_id=self._get_reconfigure_subentry().subentry_id if is_changed else None,
        )
        now = int(dt_util.utcnow().timestamp())
        return {
            CONF_PERSON: patient_id,
            CONF_URL: str(url),
            CONF_SHA1: sha1,
            CONF_DIARY: user_input[CONF_DIARY],
            CONF_SINCE: before[CONF_SINCE] if is_same else now - now % _HOUR - DAYS_BEFORE * _DAY,
        }

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any],
        problem: SendProblem | None = None,
    ) -> SubentryFlowResult:
        person = ""
        if self.source == SOURCE_RECONFIGURE:
            patient_id = self._get_reconfigure_subentry().data[CONF_PERSON]
            person = find_person_name(self._get_entry(), patient_id)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors={_field_of(problem): problem} if problem else None,
            description_placeholders=as_placeholders({"person": person, **_EXAMPLE}),
        )


def _title(entry: ConfigEntry, data: Mapping[str, Any]) -> str:
    return f"{find_person_name(entry, data[CONF_PERSON])}: {URL(data[CONF_URL]).host}"


def _field_of(problem: SendProblem) -> str:
    """Return the field of the form that a problem is about."""
    if problem in ABOUT_TOKEN:
        return CONF_TOKEN
    return CONF_DIARY if problem in ABOUT_DIARY else CONF_URL


_SECRET: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_ADDRESS: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))


def _new_schema(entry: ConfigEntry) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_PERSON): person_selector(entry, multiple=False),
            vol.Required(CONF_URL): _ADDRESS,
            vol.Required(CONF_TOKEN): _SECRET,
            vol.Required(CONF_DIARY, default=False): BooleanSelector(),
        }
    )


_CHANGE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _ADDRESS,
        vol.Optional(CONF_TOKEN): _SECRET,
        vol.Required(CONF_DIARY, default=False): BooleanSelector(),
    }
)
