"""Connecting an account, choosing whom to follow, and signing in again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from .account import account_title, async_ask_again
from .cloud.errors import CloudError, RejectedBeforeError
from .cloud.services import LIBRELINKUP, LIBREVIEW, version_numbers
from .cloud.state import Credentials, SessionState
from .const import (
    CONF_CLIENT_VERSION,
    CONF_DECLINED,
    CONF_DIARY,
    CONF_LIVE,
    CONF_LOGIN,
    CONF_PATIENT_ID,
    CONF_PERSONS,
    CONF_RESUME,
    CONF_SERVICE,
    DOMAIN,
    PERSON,
)
from .credentials_form import CONF_ADVANCED, CREDENTIALS, RECONFIGURE, SIGN_IN_AGAIN
from .logins import Login, live_login, login_of, own_login
from .options_flow import LibreViewOptionsFlow
from .person_flow import PersonFlow
from .problems import Problem, problem_of
from .session_store import hand_over, session_store
from .sign_in import SignIn, initial_state
from .sign_in_dialog import NOTHING, SignInDialog, named
from .subentries import subentry_of, title_of

if TYPE_CHECKING:
    from .cloud.services import Service
    from .models import Person

_FEW: Final = 5
"""Up to so many persons are all ticked from the start."""


class LibreViewConfigFlow(SignInDialog[ConfigFlowContext, ConfigFlowResult, str], ConfigFlow, domain=DOMAIN):
    """From credentials to an entry with persons, and back in when the credentials no longer do."""

    VERSION = 2

    _login: Login
    """Which of the entry's logins is signed in again."""
    _owner: Person
    """Whose LibreView account it is."""

    def __init__(self) -> None:
        """Start without anything known."""
        self._service = LIBRELINKUP
        self._email = ""
        self._problem: Problem | None = None
        self._persons: dict[str, Person] = {}
        self._live: SessionState | None = None
        """The session of the live feed that was found."""
        self._tried: SessionState | None = None
        """What trying the login at LibreLinkUp came to, whatever that was."""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        return {PERSON: PersonFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        return LibreViewOptionsFlow()

    # Connecting an account.

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return self.async_show_menu(step_id="user", menu_options=["follow", "own"])

    async def async_step_follow(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of a LibreLinkUp account."""
        return await self._connect("follow", LIBRELINKUP, user_input)

    async def async_step_own(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of the person's own LibreView account."""
        return await self._connect("own", LIBREVIEW, user_input)

    async def _connect(
        self, step_id: str, service: Service, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        self._service = service
        if user_input is None:
            return self._form(step_id, CREDENTIALS)
        self._email = user_input[CONF_EMAIL].strip()
        for entry in self._async_current_entries():
            if entry.data[CONF_EMAIL] == self._email:
                return self._already_configured(entry, service)

        def again(problem: Problem) -> ConfigFlowResult:
            kept = {key: value for key, value in user_input.items() if key != CONF_PASSWORD}
            return self._form(step_id, CREDENTIALS, problem, kept)

        credentials = Credentials(email=self._email, password=user_input[CONF_PASSWORD])
        return await self._submit(
            SignIn(self.hass, service, credentials, initial_state(region=None)),
            again,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
        )

    def _already_configured(self, entry: ConfigEntry, service: Service) -> ConfigFlowResult:
        """Say that the account is there, and where in it is what was wanted."""
        wants_diary = service is LIBREVIEW and own_login(entry).service is LIBRELINKUP
        return self.async_abort(reason="already_followed" if wants_diary else "already_configured")

    @override
    async def _signed_in(self) -> ConfigFlowResult:
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            return await self._signed_in_again()
        state = self._sign_in.state
        if (entry := await self.async_set_unique_id(state.user_id, raise_on_progress=False)) is not None:
            return self._already_configured(entry, self._service)
        if self._service is LIBREVIEW:
            return await self.async_step_owner()
        return await self.async_step_persons()

    # A LibreView account of the person's own.

    async def async_step_owner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whose account it is, and whether the same login serves LibreLinkUp."""
        return await self._run(self._look_around(), self._connect_owner, self._owner_again)

    def _owner_again(self, problem: Problem) -> ConfigFlowResult:
        return self._form("owner", NOTHING, problem)

    async def _look_around(self) -> Problem | None:
        """Learn whose account it is, and try its login once at LibreLinkUp for the live feed."""
        try:
            self._owner = await self._sign_in.async_owner()
        except CloudError as err:
            return problem_of(err)
        before = await self._live_before()
        state = initial_state(
            region=self._sign_in.state.region, version=before.version, wait_until=before.wait_until
        )
        sign_in = SignIn(self.hass, LIBRELINKUP, self._sign_in.credentials, state)
        problem = await sign_in.async_submit()
        is_refused = problem is not None and problem.key == "invalid_auth"
        self._tried = replace(sign_in.state, rejected=is_refused)
        if problem is None:
            try:
                self._persons = {person.patient_id: person for person in await sign_in.async_persons()}
            except CloudError:
                return None
            if self._owner.patient_id in self._persons:
                self._live = sign_in.state
        return None

    async def _live_before(self) -> SessionState:
        """What the session of the live feed had arrived at, of an account that is not new."""
        if self.source not in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            return SessionState()
        stored = await session_store(self.hass, self._entry.entry_id).async_load(LIBRELINKUP.key)
        return stored or SessionState()

    async def _connect_owner(self) -> ConfigFlowResult:
        """Create the entry of a person who reads their own data."""
        data = self._data() | {
            CONF_SERVICE: LIBREVIEW.key,
            CONF_LIVE: self._live is not None,
            CONF_DECLINED: sorted(self._persons.keys() - {self._owner.patient_id}),
        }
        hand_over(self.hass, self.unique_id, self._sessions(Login(service=LIBREVIEW)))
        owner = subentry_of(replace(self._owner, patient_id=self.unique_id or self._owner.patient_id))
        return self.async_create_entry(
            title=account_title(LIBREVIEW, self._email),
            data=data,
            subentries=[owner],
            description="with_live" if self._live else "without_live",
            description_placeholders=self._placeholders(),
        )

    def _sessions(self, login: Login) -> dict[str, SessionState]:
        """The sessions begun in this dialog, by their logins' keys."""
        sessions = {login.key: self._sign_in.state}
        if self._live is not None:
            sessions[Login(service=LIBRELINKUP).key] = self._live
        return sessions

    def _data(self) -> dict[str, Any]:
        credentials = self._sign_in.credentials
        return {
            CONF_EMAIL: credentials.email,
            CONF_PASSWORD: credentials.password,
            CONF_REGION: self._sign_in.state.region,
        }

    # The persons who share with a LibreLinkUp account.

    async def async_step_persons(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose whom to follow."""
        if not self._persons:
            return await self._ask_who_shares()
        if user_input is None:
            return self._form("persons", self._persons_schema())
        chosen = user_input[CONF_PERSONS]
        if not chosen:
            return self._form("persons", self._persons_schema(), Problem(key="nobody_chosen"))
        hand_over(self.hass, self.unique_id, self._sessions(Login(service=LIBRELINKUP)))
        return self.async_create_entry(
            title=account_title(LIBRELINKUP, self._email),
            data=self._data() | {CONF_DECLINED: sorted(self._persons.keys() - chosen)},
            subentries=[subentry_of(self._persons[patient_id]) for patient_id in chosen],
        )

    async def async_step_no_connections(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Look again, after somebody has shared."""
        return await self._ask_who_shares()

    async def async_step_connections_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask again who shares, after the cloud failed to say."""
        return await self._ask_who_shares()

    async def _ask_who_shares(self) -> ConfigFlowResult:
        try:
            persons = await self._sign_in.async_persons()
        except CloudError as err:
            return self._form("connections_failed", NOTHING, problem_of(err))
        if not persons:
            return self._form("no_connections", NOTHING)
        self._persons = {person.patient_id: person for person in persons}
        return await self.async_step_persons()

    def _persons_schema(self) -> vol.Schema:
        options = [
            SelectOptionDict(value=patient_id, label=title_of(person))
            for patient_id, person in self._persons.items()
        ]
        default = list(self._persons) if len(self._persons) <= _FEW else []
        return vol.Schema(
            {
                vol.Required(CONF_PERSONS, default=default): SelectSelector(
                    SelectSelectorConfig(
                        options=options,
                        multiple=True,
                        mode=SelectSelectorMode.LIST if len(options) <= _FEW else SelectSelectorMode.DROPDOWN,
                    )
                )
            }
        )

    # Signing in again.

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Lead the person back in, without a question where the password is still good."""
        self._login = login_of(self._entry, entry_data.get(CONF_LOGIN))
        if CONF_EMAIL not in self._login.data(self._entry):
            return self.async_abort(reason="login_gone")
        self._email = self._login.credentials(self._entry).email
        if not entry_data.get(CONF_RESUME):
            return await self.async_step_reauth_confirm()
        return await self._sign_in_again(None, self._reauth_form, at_once=True)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the password anew."""
        if user_input is None:
            return self._reauth_form(self._problem)
        return await self._sign_in_again(user_input[CONF_PASSWORD], self._reauth_form)

    def _reauth_form(self, problem: Problem | None) -> ConfigFlowResult:
        self._problem = problem  # A dialog that a repair started is shown a second time when it opens.
        if self._login.subentry_id is None:
            self._login = own_login(self._entry)  # An account has one password for both services.
        return self._form("reauth_confirm", SIGN_IN_AGAIN, problem)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change password, region and client version."""
        self._login = own_login(self._entry)
        self._email = self._entry.data[CONF_EMAIL]
        stored = await self._stored_state()
        known = stored.version or self._login.service.version
        if user_input is None:
            suggested = {CONF_ADVANCED: {CONF_CLIENT_VERSION: known}}
            return self._form("reconfigure", RECONFIGURE, suggested=suggested)
        kept = {CONF_ADVANCED: user_input[CONF_ADVANCED]}

        def again(problem: Problem) -> ConfigFlowResult:
            return self._form("reconfigure", RECONFIGURE, problem, kept)

        version = user_input[CONF_ADVANCED].get(CONF_CLIENT_VERSION, known).strip()
        if version_numbers(version) is None:
            return again(Problem(key="invalid_version"))
        if stored.rejected and not user_input.get(CONF_PASSWORD):
            return again(problem_of(RejectedBeforeError("this password was refused before")))
        return await self._sign_in_again(
            user_input.get(CONF_PASSWORD),
            again,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
            version=version,
        )

    @callback
    @override
    def async_remove(self) -> None:
        # While this dialog was open, Home Assistant let no prompt for a refused password come up.
        if self.source == SOURCE_RECONFIGURE:
            entry = self.hass.config_entries.async_get_entry(self._reconfigure_entry_id)
            if entry is not None:
                async_ask_again(self.hass, entry)

    async def _sign_in_again(
        self,
        password: str | None,
        again: Callable[[Problem], ConfigFlowResult],
        *,
        country: str | None = None,
        version: str | None = None,
        at_once: bool = False,
    ) -> ConfigFlowResult:
        """Sign in to the login at hand, with another password if one is given."""
        stored = await self._stored_state()
        state = initial_state(
            region=self._login.region(self._entry),
            version=version or stored.version,
            wait_until=stored.wait_until,
            trusted_device=stored.trusted_device,
        )
        credentials = self._login.credentials(self._entry)
        credentials = replace(credentials, password=password or credentials.password)
        sign_in = SignIn(self.hass, self._login.service, credentials, state)
        return await self._submit(sign_in, again, country=country, at_once=at_once)

    async def _signed_in_again(self) -> ConfigFlowResult:
        entry, login, state = self._entry, self._login, self._sign_in.state
        own_id = login.data(entry).get(CONF_PATIENT_ID) if login.subentry_id else entry.unique_id
        if own_id not in (None, state.user_id):
            return self.async_abort(reason="wrong_account", description_placeholders={"account": self._email})
        if login == own_login(entry) and login.service is LIBREVIEW and not await self._live_goes_on():
            return await self._run(self._look_again(), self._renew_both, self._form_again)
        return self._renewed(self._sessions(login))

    async def _live_goes_on(self) -> bool:
        """Whether the live feed of a LibreView account can do without a new sign-in."""
        before = self._login.credentials(self._entry).password
        live = await self._live_before()
        return live.ticket is not None and self._sign_in.credentials.password == before

    async def _look_again(self) -> None:
        """Look for the live feed anew. What cannot be found out now stays as it was."""
        await self._look_around()

    async def _renew_both(self) -> ConfigFlowResult:
        sessions = self._sessions(self._login)
        if self._live is None and live_login(self._entry):
            # The live feed goes on with the ticket it has, or signs in by itself once that may be done.
            before = await self._live_before()
            tried = self._tried or initial_state(region=self._sign_in.state.region)
            if tried.ticket is None:
                tried = replace(tried, region=before.region, ticket=before.ticket, user_id=before.user_id)
            sessions[LIBRELINKUP.key] = tried
        return self._renewed(sessions)

    def _renewed(self, sessions: Mapping[str, SessionState]) -> ConfigFlowResult:
        """Go on with the new sessions, and with the new password if there is one."""
        entry = self._entry
        hand_over(self.hass, entry, sessions)
        # A loaded entry reloads itself at once when it changes; one that failed to load has no listener.
        reloads_itself = bool(entry.update_listeners)
        if not (self._keep_data() and reloads_itself):
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        reason = "reauth_successful" if self.source == SOURCE_REAUTH else "reconfigure_successful"
        return self.async_abort(reason=reason, translation_domain=HOMEASSISTANT_DOMAIN)

    def _keep_data(self) -> bool:
        """Keep the password and the region; whether that changed anything."""
        entry, login = self._entry, self._login
        data = {**login.data(entry), **self._data()}
        if login.subentry_id is not None:
            subentry = entry.subentries[login.subentry_id]
            return self.hass.config_entries.async_update_subentry(
                entry, subentry, data={**subentry.data, CONF_DIARY: data}
            )
        if login.service is LIBREVIEW:
            data[CONF_LIVE] = data.get(CONF_LIVE, False) or self._live is not None
        return self.hass.config_entries.async_update_entry(entry, data=data)

    @override
    def _placeholders(self) -> Mapping[str, str]:
        is_known = self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE)
        return named(self._login.service if is_known else self._service, self._email)

    @property
    def _entry(self) -> ConfigEntry:
        """The entry that this flow signs in again."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry()

    async def _stored_state(self) -> SessionState:
        """What the login's session has arrived at."""
        stored = await session_store(self.hass, self._entry.entry_id).async_load(self._login.key)
        return stored or SessionState()
