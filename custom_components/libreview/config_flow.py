"""Connecting an account, choosing whom to follow, and signing in again."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    CountrySelector,
    CountrySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .account import account_title
from .cloud.errors import CloudError, RejectedBeforeError, StepRequiredError
from .cloud.regions import COUNTRIES
from .cloud.state import Credentials, SessionState
from .cloud.versions import version_numbers
from .const import (
    CONF_CLIENT_VERSION,
    CONF_DECLINED,
    CONF_INTERVAL,
    CONF_PERSONS,
    DEFAULT_INTERVAL,
    DOMAIN,
    LIBRELINKUP_URL,
    LIBREVIEW_URL,
    LONGEST_INTERVAL,
    PERSON,
)
from .person_flow import PersonFlow
from .problems import Problem, problem_of
from .session_store import hand_over, session_store
from .sign_in import SignIn, initial_state
from .subentries import subentry_of, title_of

if TYPE_CHECKING:
    from .models import Person

CONF_ACCEPT: Final = "accept"
CONF_ADVANCED: Final = "advanced"
CONF_RESUME: Final = "resume"
"""In the data of a reauthentication that a repair started: the password at hand is still good."""

_FEW: Final = 5
"""Up to so many persons are all ticked from the start."""

_EMAIL: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.EMAIL, autocomplete="username"))
_PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_COUNTRY: Final = CountrySelector(CountrySelectorConfig(countries=list(COUNTRIES)))

_CREDENTIALS: Final = vol.Schema(
    {
        vol.Required(CONF_EMAIL): _EMAIL,
        vol.Required(CONF_PASSWORD): _PASSWORD,
        vol.Required(CONF_ADVANCED): section(
            vol.Schema({vol.Optional(CONF_COUNTRY): _COUNTRY}), {"collapsed": True}
        ),
    }
)
_SIGN_IN_AGAIN: Final = vol.Schema({vol.Required(CONF_PASSWORD): _PASSWORD})
_RECONFIGURE: Final = vol.Schema(
    {
        vol.Optional(CONF_PASSWORD): _PASSWORD,
        vol.Required(CONF_ADVANCED): section(
            vol.Schema(
                {
                    vol.Optional(CONF_COUNTRY): _COUNTRY,
                    vol.Optional(CONF_CLIENT_VERSION): TextSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)
_ACCEPT: Final = vol.Schema({vol.Required(CONF_ACCEPT, default=False): BooleanSelector()})
_NOTHING: Final = vol.Schema({})
_LINKS: Final = {"librelinkup": LIBRELINKUP_URL, "libreview": LIBREVIEW_URL}

type _Again = Callable[[Problem], ConfigFlowResult]


class LibreViewConfigFlow(ConfigFlow, domain=DOMAIN):
    """From credentials to an entry with persons, and back in when the credentials no longer do."""

    VERSION = 2

    _sign_in: SignIn
    """Since the credentials were given."""

    def __init__(self) -> None:
        """Start without anything known."""
        self._email = ""
        self._problem: Problem | None = None
        self._persons: dict[str, Person] = {}

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
    def async_get_options_flow(config_entry: ConfigEntry) -> LibreViewOptionsFlow:
        return LibreViewOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return self.async_show_menu(step_id="user", menu_options=["follow"])

    async def async_step_follow(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of a LibreLinkUp account."""
        if user_input is None:
            return self._form("follow", _CREDENTIALS)
        email = user_input[CONF_EMAIL].strip()
        self._async_abort_entries_match({CONF_EMAIL: email})
        self._email = email

        def again(problem: Problem) -> ConfigFlowResult:
            kept = {key: value for key, value in user_input.items() if key != CONF_PASSWORD}
            return self._form("follow", _CREDENTIALS, problem, kept)

        return await self._submit(
            Credentials(email=email, password=user_input[CONF_PASSWORD]),
            again,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Lead the person back in, without a question where the password is still good."""
        if not entry_data.get(CONF_RESUME):
            return await self.async_step_reauth_confirm()
        return await self._submit(_credentials(self._entry), self._reauth_form)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the password anew."""
        if user_input is None:
            return self._reauth_form(self._problem)
        return await self._submit(_credentials(self._entry, user_input[CONF_PASSWORD]), self._reauth_form)

    def _reauth_form(self, problem: Problem | None) -> ConfigFlowResult:
        self._problem = problem  # A dialog that a repair started is shown a second time when it opens.
        return self._form("reauth_confirm", _SIGN_IN_AGAIN, problem)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change password, region and client version."""
        stored = await self._stored_state()
        if user_input is None:
            suggested = {CONF_ADVANCED: {CONF_CLIENT_VERSION: stored.version}}
            return self._form("reconfigure", _RECONFIGURE, suggested=suggested)
        kept = {CONF_ADVANCED: user_input[CONF_ADVANCED]}

        def again(problem: Problem) -> ConfigFlowResult:
            return self._form("reconfigure", _RECONFIGURE, problem, kept)

        version = user_input[CONF_ADVANCED].get(CONF_CLIENT_VERSION, stored.version).strip()
        if version_numbers(version) is None:
            return again(Problem(key="invalid_version"))
        if stored.rejected and not user_input.get(CONF_PASSWORD):
            return again(problem_of(RejectedBeforeError("this password was refused before")))
        return await self._submit(
            _credentials(self._entry, user_input.get(CONF_PASSWORD)),
            again,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
            version=version,
        )

    async def _submit(
        self,
        credentials: Credentials,
        again: _Again,
        *,
        country: str | None = None,
        version: str | None = None,
    ) -> ConfigFlowResult:
        """Sign in with what a form gave; `again` shows that form once more."""
        state = initial_state(region=None)
        if self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            stored = await self._stored_state()
            state = initial_state(
                region=self._entry.data.get(CONF_REGION),
                version=version or stored.version,
                wait_until=stored.wait_until,
            )
        self._sign_in = SignIn(self.hass, credentials, state)
        return await self._go_on(await self._sign_in.async_submit(country), again)

    async def _go_on(self, problem: Problem | None, again: _Again) -> ConfigFlowResult:
        """Go where the sign-in leads: on, to one of Abbott's steps, or back to the form."""
        if problem is None:
            return await self._signed_in()
        return self._step_form() if problem.step else again(problem)

    async def async_step_terms(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Accept Abbott's terms of use, if the person says so."""
        return await self._accepted(user_input)

    async def async_step_privacy_policy(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Accept Abbott's privacy policy, if the person says so."""
        return await self._accepted(user_input)

    async def async_step_verify_email(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Try again once the person has confirmed the e-mail address."""
        return await self._done_elsewhere(user_input)

    async def async_step_unknown_step(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Try again once the person has done at Abbott's what Abbott wants."""
        return await self._done_elsewhere(user_input)

    def _step_form(self, problem: Problem | None = None) -> ConfigFlowResult:
        """Show what Abbott waits for."""
        step = self._sign_in.step
        required = problem_of(StepRequiredError(step))
        schema = _ACCEPT if step.is_document else _NOTHING
        return self._form(required.key, schema, problem, placeholders=required.placeholders)

    async def _accepted(self, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        if user_input is None:
            return self._step_form()
        if not user_input[CONF_ACCEPT]:
            return self._step_form(Problem(key="acceptance_required"))
        return await self._go_on(await self._sign_in.async_accept(), self._step_form)

    async def _done_elsewhere(self, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        if user_input is None:
            return self._step_form()
        before = self._sign_in.step
        problem = await self._sign_in.async_submit()
        if problem and problem.step and problem.step.kind == before.kind:
            return self._step_form(Problem(key="still_required"))
        return await self._go_on(problem, self._step_form)

    async def _signed_in(self) -> ConfigFlowResult:
        """Go on with an account that is signed in."""
        state = self._sign_in.state
        if self.source not in (SOURCE_REAUTH, SOURCE_RECONFIGURE):
            await self.async_set_unique_id(state.user_id, raise_on_progress=False)
            self._abort_if_unique_id_configured(reload_on_update=False)
            return await self.async_step_persons()
        entry = self._entry
        if entry.unique_id not in (None, state.user_id):
            return self.async_abort(
                reason="wrong_account", description_placeholders={"account": entry.data[CONF_EMAIL]}
            )
        hand_over(self.hass, entry, state)
        data = {**entry.data, CONF_PASSWORD: self._sign_in.credentials.password, CONF_REGION: state.region}
        # A loaded entry reloads itself at once when it changes; one that failed to load has no listener.
        reloads_itself = bool(entry.update_listeners)
        changed = self.hass.config_entries.async_update_entry(entry, data=data)
        if not (changed and reloads_itself):
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        reason = "reauth_successful" if self.source == SOURCE_REAUTH else "reconfigure_successful"
        return self.async_abort(reason=reason, translation_domain=HOMEASSISTANT_DOMAIN)

    async def async_step_persons(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose whom to follow."""
        if not self._persons:
            return await self._ask_who_shares()
        if user_input is None:
            return self._form("persons", self._persons_schema())
        chosen = user_input[CONF_PERSONS]
        if not chosen:
            return self._form("persons", self._persons_schema(), Problem(key="nobody_chosen"))
        state, credentials = self._sign_in.state, self._sign_in.credentials
        hand_over(self.hass, self.unique_id, state)
        return self.async_create_entry(
            title=account_title(credentials.email),
            data={
                CONF_EMAIL: credentials.email,
                CONF_PASSWORD: credentials.password,
                CONF_REGION: state.region,
                CONF_DECLINED: sorted(self._persons.keys() - chosen),
            },
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
            return self._form("connections_failed", _NOTHING, problem_of(err))
        if not persons:
            return self._form("no_connections", _NOTHING)
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

    def _form(
        self,
        step_id: str,
        schema: vol.Schema,
        problem: Problem | None = None,
        suggested: Mapping[str, Any] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """A form, with the problem that brought the person back to it."""
        is_known = self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE)
        account = self._entry.data[CONF_EMAIL] if is_known else self._email
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={"base": problem.key} if problem else None,
            description_placeholders={"account": account}
            | _LINKS
            | dict(placeholders or {})
            | (problem.placeholders if problem else {}),
        )

    @property
    def _entry(self) -> ConfigEntry:
        """The entry that this flow signs in again."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry()

    async def _stored_state(self) -> SessionState:
        """What the entry's session has arrived at."""
        return await session_store(self.hass, self._entry.entry_id).async_load() or SessionState()


def _credentials(entry: ConfigEntry, password: str | None = None) -> Credentials:
    return Credentials(email=entry.data[CONF_EMAIL], password=password or entry.data[CONF_PASSWORD])


class LibreViewOptionsFlow(OptionsFlow):
    """How often to ask."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose the interval."""
        if user_input is not None:
            return self.async_create_entry(data={CONF_INTERVAL: int(user_input[CONF_INTERVAL])})
        interval = self.config_entry.options.get(CONF_INTERVAL, DEFAULT_INTERVAL)
        schema = vol.Schema(
            {
                vol.Required(CONF_INTERVAL, default=interval): NumberSelector(
                    NumberSelectorConfig(
                        min=DEFAULT_INTERVAL,
                        max=LONGEST_INTERVAL,
                        step=10,
                        unit_of_measurement="s",
                        mode=NumberSelectorMode.SLIDER,
                    )
                )
            }
        )
        return self.async_show_form(step_id="init", data_schema=schema)
