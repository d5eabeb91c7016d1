"""Following one more person, the settings of a followed person, and the login of the person's diary."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, override
from zoneinfo import available_timezones

from homeassistant.config_entries import (
    ConfigEntryState,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from .cloud.errors import CloudError
from .cloud.services import LIBREVIEW
from .cloud.state import Credentials, SessionState
from .const import CONF_DIARY, CONF_PATIENT_ID, CONF_PERSONS, PERSON, THRESHOLDS
from .credentials_form import CONF_ADVANCED, CREDENTIALS
from .glucose.units import shown
from .import_dialog import ImportDialog
from .logins import Login, own_login
from .models import GlucoseUnit
from .person import PersonSettings
from .person_form import data_of, schema, suggested
from .problems import Problem, problem_of
from .session_store import hand_over, session_store
from .sign_in import SignIn, initial_state
from .sign_in_dialog import ACCEPT, CONF_ACCEPT, NOTHING, SignInDialog, named
from .subentries import subentry_of, title_of

if TYPE_CHECKING:
    from .account import LibreViewConfigEntry
    from .models import Person

_SETTINGS: Final = "settings"
_DIARY: Final = "diary"
_CHANGE_DIARY: Final = "change_diary"
_REMOVE_DIARY: Final = "remove_diary"
_IMPORT_FILE: Final = "import_file"


class PersonFlow(SignInDialog[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ImportDialog):
    """A followed person."""

    _email = ""
    _owner: Person
    """Whose account the diary login turned out to be."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose one of those who share but are not followed."""
        entry: LibreViewConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if (live := entry.runtime_data.live) is None:
            return self.async_abort(reason="no_live")
        if user_input is None:
            await live.async_request_refresh()
        followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(PERSON)}
        persons = {key: person for key, person in live.shared.items() if key not in followed}
        if user_input is not None and (person := persons.get(user_input[CONF_PERSONS])) is not None:
            new = subentry_of(person)
            return self.async_create_entry(title=new["title"], data=new["data"], unique_id=new["unique_id"])
        if not persons:
            return self.async_abort(reason="nobody_else")
        options = [SelectOptionDict(value=key, label=title_of(person)) for key, person in persons.items()]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))
        return self.async_show_form(
            step_id="user", data_schema=vol.Schema({vol.Required(CONF_PERSONS): selector})
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose between the person's settings, the login of their diary, and a file of their history."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if own_login(entry).service is LIBREVIEW and subentry.unique_id == entry.unique_id:
            diary = []  # It comes with the account.
        else:
            diary = [_CHANGE_DIARY, _REMOVE_DIARY] if CONF_DIARY in subentry.data else [_DIARY]
        options = [_SETTINGS, *diary, _IMPORT_FILE]
        return self.async_show_menu(
            step_id="reconfigure", menu_options=options, description_placeholders={"person": subentry.title}
        )

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a person's thresholds, time zone, and when data are too old."""
        entry: LibreViewConfigEntry = self._get_entry()
        subentry = self._get_reconfigure_subentry()
        person = self._person(entry, subentry.unique_id)
        settings = PersonSettings.parse(subentry.data)
        unit = (person and person.unit) or settings.unit or GlucoseUnit.MG_DL
        errors = {}
        if user_input is not None:
            data = data_of(user_input, unit, subentry.data)
            try:
                PersonSettings.parse(data).checked_thresholds(person)
            except ValueError:
                errors["base"] = "thresholds_order"
            else:
                return self.async_update_and_abort(entry, subentry, data=data)
        followed = PersonSettings().thresholds_for(person)
        zones = await self.hass.async_add_executor_job(available_timezones)
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(
                schema(unit, zones), user_input if user_input is not None else suggested(settings, unit)
            ),
            errors=errors,
            description_placeholders={
                "person": subentry.title,
                "unit": unit,
                **{key: f"{shown(getattr(followed, key), unit):g}" for key in THRESHOLDS},
            },
        )

    @staticmethod
    def _person(entry: LibreViewConfigEntry, patient_id: str | None) -> Person | None:
        """The person as last told of, None while the account is not loaded."""
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
        kept: Mapping[str, Any] = subentry.data.get(CONF_DIARY, {})
        if user_input is None:
            known = {key: kept[key] for key in (CONF_EMAIL,) if key in kept}
            return self._form("diary", CREDENTIALS, suggested=known)
        self._email = user_input[CONF_EMAIL].strip()

        def again(problem: Problem) -> SubentryFlowResult:
            entered = {key: value for key, value in user_input.items() if key != CONF_PASSWORD}
            return self._form("diary", CREDENTIALS, problem, entered)

        credentials = Credentials(email=self._email, password=user_input[CONF_PASSWORD])
        state = initial_state(region=None)
        if self._email == kept.get(CONF_EMAIL):
            key = Login(service=LIBREVIEW, subentry_id=subentry.subentry_id).key
            stored = await session_store(self.hass, entry.entry_id).async_load(key) or SessionState()
            state = initial_state(
                region=kept.get(CONF_REGION),
                version=stored.version,
                wait_until=stored.wait_until,
                trusted_device=stored.trusted_device,
            )
        return await self._submit(
            SignIn(self.hass, LIBREVIEW, credentials, state),
            again,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
        )

    @override
    async def _signed_in(self) -> SubentryFlowResult:
        return await self._run(self._ask_whose(), self._whose, self._owner_again)

    async def async_step_owner(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask again whose account it is, after the cloud failed to say."""
        return await self._signed_in()

    def _owner_again(self, problem: Problem) -> SubentryFlowResult:
        return self._form("owner", NOTHING, problem)

    async def _ask_whose(self) -> Problem | None:
        try:
            self._owner = await self._sign_in.async_owner()
        except CloudError as err:
            return problem_of(err)
        return None

    async def _whose(self) -> SubentryFlowResult:
        if self._owner.patient_id == self._get_reconfigure_subentry().unique_id:
            return self._keep_diary()
        return self._other_person_form()

    def _other_person_form(self, problem: Problem | None = None) -> SubentryFlowResult:
        return self._form("other_person", ACCEPT, problem, placeholders={"owner": title_of(self._owner)})

    async def async_step_other_person(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Keep a diary that Abbott files under another id only if the person says whose it is."""
        if user_input is None:
            return self._other_person_form()
        if not user_input[CONF_ACCEPT]:
            return self._other_person_form(Problem(key="not_the_person"))
        return self._keep_diary()

    def _keep_diary(self) -> SubentryFlowResult:
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        credentials, state = self._sign_in.credentials, self._sign_in.state
        login = Login(service=LIBREVIEW, subentry_id=subentry.subentry_id)
        hand_over(self.hass, entry, {login.key: state})
        diary = {
            CONF_EMAIL: credentials.email,
            CONF_PASSWORD: credentials.password,
            CONF_REGION: state.region,
            CONF_PATIENT_ID: state.user_id,
        }
        reloads_itself = bool(entry.update_listeners) and subentry.data.get(CONF_DIARY) != diary
        result = self.async_update_and_abort(entry, subentry, data={**subentry.data, CONF_DIARY: diary})
        if not reloads_itself:  # An entry that failed to load has no listener.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result

    async def async_step_remove_diary(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Forget the login of the diary, and the diary with it."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if user_input is None:
            return self._form("remove_diary", NOTHING)
        data = {key: value for key, value in subentry.data.items() if key != CONF_DIARY}
        return self.async_update_and_abort(entry, subentry, data=data)

    @override
    def _placeholders(self) -> Mapping[str, str]:
        person = self._get_reconfigure_subentry().title
        return named(LIBREVIEW, self._email) | {"person": person}
