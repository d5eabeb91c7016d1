"""The dialogs of a person: following one more, settings, the login of the diary, and CSV import."""

from collections.abc import Mapping
from typing import Any, Final, override
from zoneinfo import available_timezones

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    SubentryFlowResult,
)
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..account.account import LibreViewConfigEntry
from ..cloud.services import LIBREVIEW
from ..cloud.session_state import Credentials
from ..const import (
    CONF_DIARY,
    CONF_INTERVAL,
    CONF_PATIENT_ID,
    CONF_PERSONS,
    DEFAULT_INTERVAL,
    SUBENTRY_PERSON,
    THRESHOLDS,
)
from ..entry_data import (
    Login,
    is_practice,
    live_login,
    own_login,
    person_subentry,
    person_title,
    update_and_reload,
)
from ..failures.login_issues import login_placeholders
from ..failures.problems import Problem, ProblemKey
from ..glucose.units import to_display
from ..models import Connection, GlucoseUnit
from ..person.interval_and_age import longest_interval, shortest_age
from ..person.settings import PersonSettings
from ..placeholders import as_placeholders
from ..sign_in.session_store import get_session_store
from ..sign_in.sign_in import SignIn, initial_state
from .credentials_form import CONF_ADVANCED, CREDENTIALS_SCHEMA
from .patient_flow import PatientFlow
from .person_form import settings_schema, suggested_values, to_subentry_data
from .sign_in_flow import ACCEPT_SCHEMA, CONF_ACCEPT, NO_FIELDS
from .take_back_flow import TAKE_BACK_IMPORT, TakeBackFlow

_SETTINGS: Final = "settings"
_DIARY: Final = "diary"
_CHANGE_DIARY: Final = "change_diary"
_REMOVE_DIARY: Final = "remove_diary"
_IMPORT_FILE: Final = "import_file"


class PersonFlow(PatientFlow, TakeBackFlow):
    """The subentry flow of a person."""

    _email = ""
    _owner: Connection
    """The person whose account the diary login turned out to be."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose one of those who share but are not followed."""
        entry: LibreViewConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if is_practice(entry):
            return await self.async_step_find()
        if (live := entry.runtime_data.live) is None:
            return self.async_abort(reason="no_live")
        if user_input is None:
            await live.async_request_refresh()
        followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(SUBENTRY_PERSON)}
        persons = {key: person for key, person in live.shared.items() if key not in followed}
        if user_input is not None and (person := persons.get(user_input[CONF_PERSONS])) is not None:
            new = person_subentry(person)
            return self.async_create_entry(title=new["title"], data=new["data"], unique_id=new["unique_id"])
        if not persons:
            return self.async_abort(reason="nobody_else")
        options = [SelectOptionDict(value=key, label=person_title(person)) for key, person in persons.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        return self.async_show_form(
            step_id="user", data_schema=vol.Schema({vol.Required(CONF_PERSONS): selector})
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose between the person's settings, the login of their diary, and a file of their history."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        is_owner = own_login(entry).service is LIBREVIEW and subentry.unique_id == entry.unique_id
        if is_owner or is_practice(entry):
            diary = []  # It comes with the account.
        else:
            diary = [_CHANGE_DIARY, _REMOVE_DIARY] if CONF_DIARY in subentry.data else [_DIARY]
        taking_back = [TAKE_BACK_IMPORT] if await self._find_last_import() else []
        options = [_SETTINGS, *diary, _IMPORT_FILE, *taking_back]
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options,
            description_placeholders=as_placeholders({"person": subentry.title}),
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a person's thresholds, time zone, sensor life, and when readings are stale."""
        entry: LibreViewConfigEntry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        person = self._find_connection(entry, subentry.unique_id)
        settings = PersonSettings.parse(subentry.data)
        unit = (person and person.unit) or settings.unit or GlucoseUnit.MG_DL
        interval = entry.options.get(CONF_INTERVAL, DEFAULT_INTERVAL) if live_login(entry) else 0
        errors: dict[str, str] = {}
        needed: dict[str, str] = {}
        if user_input is not None:
            data = to_subentry_data(user_input, unit, subentry.data)
            chosen = PersonSettings.parse(data)
            try:
                chosen.checked_thresholds(person)
            except ValueError:
                errors["base"] = "thresholds_order"
            if interval > longest_interval(chosen.max_age):
                errors["base"] = "age_too_short"
                needed = {"seconds": str(interval), "minutes": str(shortest_age(interval))}
            if not errors:
                return self.async_update_and_abort(entry, subentry, data=data)
        defaults = PersonSettings().thresholds_for(person)
        time_zones = await self.hass.async_add_executor_job(available_timezones)
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(
                settings_schema(unit, time_zones),
                user_input if user_input is not None else suggested_values(settings, unit),
            ),
            errors=errors,
            description_placeholders=as_placeholders(
                {
                    "person": subentry.title,
                    "unit": unit,
                    **needed,
                    **{key: f"{to_display(getattr(defaults, key), unit):g}" for key in THRESHOLDS},
                }
            ),
        )

    @staticmethod
    def _find_connection(entry: LibreViewConfigEntry, patient_id: str | None) -> Connection | None:
        """Return the person as LibreLinkUp last described them, None while the account is not loaded."""
        if entry.state is not ConfigEntryState.LOADED or entry.runtime_data.live is None:
            return None
        live = entry.runtime_data.live.data.get(patient_id or "")
        return live.person if live else None

    # The login of the person's diary.

    async def async_step_change_diary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Sign in to the diary once more, with another address or password."""
        return await self.async_step_diary()

    async def async_step_diary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the person's own LibreView credentials."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        stored_login: Mapping[str, Any] = subentry.data.get(CONF_DIARY, {})
        if user_input is None:
            suggested = {key: stored_login[key] for key in (CONF_EMAIL,) if key in stored_login}
            return self._show_form("diary", CREDENTIALS_SCHEMA, suggested=suggested)
        self._email = user_input[CONF_EMAIL].strip()

        def credentials_form(problem: Problem) -> SubentryFlowResult:
            entered = {key: value for key, value in user_input.items() if key != CONF_PASSWORD}
            return self._show_form("diary", CREDENTIALS_SCHEMA, problem, entered)

        credentials = Credentials(email=self._email, password=user_input[CONF_PASSWORD])
        state = initial_state(region=None)
        if self._email == stored_login.get(CONF_EMAIL):
            login = Login(service=LIBREVIEW, subentry_id=subentry.subentry_id)
            stored = await self._load_session(entry, login)
            state = initial_state(
                region=stored_login.get(CONF_REGION),
                version=stored.version,
                wait_until=stored.wait_until,
                wait_began=stored.wait_began,
                trusted_device=stored.trusted_device,
            )
        return await self._submit(
            SignIn(self.hass, LIBREVIEW, credentials, state),
            credentials_form,
            user_input[CONF_ADVANCED].get(CONF_COUNTRY),
        )

    @override
    async def _on_signed_in(self) -> SubentryFlowResult:
        return await self._run(self._find_owner(), self._check_owner, self._owner_form)

    async def async_step_owner(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask again whose account it is, after that failed."""
        return await self._on_signed_in()

    def _owner_form(self, problem: Problem) -> SubentryFlowResult:
        return self._show_form("owner", NO_FIELDS, problem)

    async def _find_owner(self) -> None:
        self._owner = (await self._sign_in.async_find_owner()).person

    async def _check_owner(self) -> SubentryFlowResult:
        """Store the login if the account is this person's, else ask whether it is."""
        if self._owner.patient_id == self._get_reconfigure_subentry().unique_id:
            return await self._store_diary_login()
        return self._other_person_form()

    def _other_person_form(self, problem: Problem | None = None) -> SubentryFlowResult:
        placeholders = {"owner": person_title(self._owner)}
        return self._show_form("other_person", ACCEPT_SCHEMA, problem, placeholders=placeholders)

    async def async_step_other_person(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Store the login of an account that Abbott files under another id, if that is confirmed."""
        if user_input is None:
            return self._other_person_form()
        if not user_input[CONF_ACCEPT]:
            return self._other_person_form(Problem(key=ProblemKey.NOT_THE_PERSON))
        return await self._store_diary_login()

    async def _store_diary_login(self) -> SubentryFlowResult:
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        credentials, state = self._sign_in.credentials, self._sign_in.state
        login = Login(service=LIBREVIEW, subentry_id=subentry.subentry_id)
        await get_session_store(self.hass, entry.entry_id).async_replace({login.key: state})
        subentry = self._get_reconfigure_subentry()  # As it is by now, if it still is.
        diary_login = {
            CONF_EMAIL: credentials.email,
            CONF_PASSWORD: credentials.password,
            CONF_REGION: state.region,
            CONF_PATIENT_ID: state.user_id,
        }
        data = {**subentry.data, CONF_DIARY: diary_login}

        def update() -> bool:
            return self.hass.config_entries.async_update_subentry(entry, subentry, data=data)

        update_and_reload(self.hass, entry, update)
        return self.async_abort(reason="reconfigure_successful", translation_domain=HOMEASSISTANT_DOMAIN)

    async def async_step_remove_diary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Remove the login of the diary, and the diary with it."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            return self._show_form("remove_diary", NO_FIELDS)
        data = {key: value for key, value in subentry.data.items() if key != CONF_DIARY}
        return self.async_update_and_abort(entry, subentry, data=data)

    @override
    def _placeholders(self) -> Mapping[str, str]:
        if self.source == SOURCE_USER:
            return self._account_placeholders()
        person = self._get_reconfigure_subentry().title
        return login_placeholders(LIBREVIEW, self._email) | {"person": person}
