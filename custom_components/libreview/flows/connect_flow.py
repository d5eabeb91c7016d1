"""Connecting an account: from credentials to an entry with persons."""

from dataclasses import replace
import time
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry, ConfigFlowContext, ConfigFlowResult
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..account.account import account_title
from ..cloud.services import LIBRELINKUP, LIBREVIEW, Service
from ..cloud.session_state import Credentials
from ..const import (
    CONF_DECLINED,
    CONF_KIND,
    CONF_LIVE,
    CONF_PERSONS,
    CONF_PRACTICE,
    CONF_SERVICE,
    KIND_PRACTICE,
)
from ..entry_data import Login, own_login, person_subentry, person_title
from ..failures.problems import Problem, ProblemKey
from ..live.handed_over import hand_over
from ..models import AccountKind, Connection, PracticePatient
from ..placeholders import as_placeholders
from ..sign_in.session_store import stash_sessions
from ..sign_in.sign_in import SignIn, initial_state
from .account_flow import AccountFlow
from .credentials_form import CONF_ADVANCED, CREDENTIALS_SCHEMA
from .patient_search import PatientSearch
from .sign_in_flow import NO_FIELDS

_FEW: Final = 5
"""Persons. Up to this number all are listed and ticked, more are in a drop-down with nobody chosen."""


class ConnectFlow(AccountFlow, PatientSearch[ConfigFlowContext, ConfigFlowResult, str]):
    """Connect an account: ask for its credentials and whom to follow, and create its entry."""

    def __init__(self) -> None:
        """Begin with LibreLinkUp, until the person chooses."""
        self._service = LIBRELINKUP
        self._email = ""
        self._asked_at = 0.0
        self._connections: dict[str, Connection] = {}
        """Who shares with the LibreLinkUp account, by patient id."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        return self.async_show_menu(step_id="user", menu_options=["follow", "own", "practice"])

    async def async_step_follow(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of a LibreLinkUp account."""
        return await self._connect("follow", LIBRELINKUP, user_input)

    async def async_step_own(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of the person's own LibreView account."""
        return await self._connect("own", LIBREVIEW, user_input)

    async def async_step_practice(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials of a professional's LibreView account."""
        self._wants_practice = True
        return await self._connect("practice", LIBREVIEW, user_input)

    async def _connect(
        self, step_id: str, service: Service, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        self._service = service
        if user_input is None:
            return self._show_form(step_id, CREDENTIALS_SCHEMA)
        self._email = user_input[CONF_EMAIL].strip()
        for entry in self._async_current_entries():
            if entry.data[CONF_EMAIL] == self._email:
                return self._abort_already_configured(entry)

        def credentials_form(problem: Problem) -> ConfigFlowResult:
            entered = {key: value for key, value in user_input.items() if key != CONF_PASSWORD}
            return self._show_form(step_id, CREDENTIALS_SCHEMA, problem, entered)

        credentials = Credentials(email=self._email, password=user_input[CONF_PASSWORD])
        return await self._submit(
            SignIn(self.hass, service, credentials, initial_state(region=None)),
            credentials_form,
            user_input[CONF_ADVANCED].get(CONF_COUNTRY),
        )

    def _abort_already_configured(self, entry: ConfigEntry) -> ConfigFlowResult:
        """End because the account is connected already, and name where in it a diary can be added."""
        wants_diary = self._service is LIBREVIEW and own_login(entry).service is LIBRELINKUP
        return self.async_abort(reason="already_followed" if wants_diary else "already_configured")

    async def _continue_new_account(self) -> ConfigFlowResult:
        """Continue with an account that has not been connected before."""
        state = self._sign_in.state
        if (entry := await self.async_set_unique_id(state.user_id, raise_on_progress=False)) is not None:
            return self._abort_already_configured(entry)
        if self._service is LIBREVIEW:
            return await self.async_step_owner()
        return await self.async_step_persons()

    # A LibreView account of the person's own.

    async def async_step_owner(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Find out whose account it is, and whether the same login serves LibreLinkUp."""
        return await self._run(self._find_owner_and_live_feed(), self._continue_with_owner, self._owner_form)

    async def _continue_with_owner(self) -> ConfigFlowResult:
        """Continue with the kind of account that was chosen, unless it turned out to be the other."""
        if self._wants_practice:
            if self._owner_kind is AccountKind.PATIENT:
                return await self.async_step_patient_account()
            return await self.async_step_find()
        if self._owner_kind is AccountKind.PROFESSIONAL:
            return await self.async_step_professional_account()
        return await self._create_own_entry()

    async def async_step_patient_account(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that this is no practice's account."""
        return self.async_show_menu(
            step_id="patient_account",
            menu_options=["to_own"],
            description_placeholders=as_placeholders(self._placeholders()),
        )

    async def async_step_professional_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that this seems to be a practice's account: Abbott's words for such are not public."""
        return self.async_show_menu(
            step_id="professional_account",
            menu_options=["to_practice", "to_own"],
            description_placeholders=as_placeholders(self._placeholders()),
        )

    async def async_step_to_own(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Connect the account as the person's own, which is signed in already."""
        self._wants_practice = False
        return await self._run(self._find_live_feed(), self._create_own_entry, self._owner_form)

    async def async_step_to_practice(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Connect the account as a practice's, which is signed in already."""
        self._wants_practice = True
        return await self.async_step_find()

    def _owner_form(self, problem: Problem) -> ConfigFlowResult:
        return self._show_form("owner", NO_FIELDS, problem)

    async def _create_own_entry(self) -> ConfigFlowResult:
        """Create the entry of a person who reads their own data."""
        is_live = self._trial is not None and self._trial.is_live
        connections = self._trial.connections if self._trial else {}
        data = self._credentials_data() | {
            CONF_SERVICE: LIBREVIEW.key,
            CONF_LIVE: is_live,
            CONF_DECLINED: sorted(connections.keys() - {self._owner.patient_id}),
        }
        stash_sessions(self.hass, self.unique_id, self._sessions(Login(service=LIBREVIEW)))
        if self._trial is not None and is_live:
            hand_over(self.hass, self.unique_id, self._trial.asked_at, connections.values())
        owner = person_subentry(replace(self._owner, patient_id=self.unique_id or self._owner.patient_id))
        return self.async_create_entry(
            title=account_title(LIBREVIEW, self._email),
            data=data,
            subentries=[owner],
            description="with_live" if is_live else "without_live",
            description_placeholders=as_placeholders(self._placeholders()),
        )

    # A professional's LibreView account.

    @override
    async def _search(self, term: str) -> tuple[PracticePatient, ...]:
        return await self._sign_in.async_search(term)

    @override
    async def _on_patients_chosen(self) -> ConfigFlowResult:
        """Create the entry of a practice, with the patients who were chosen."""
        data = self._credentials_data() | {CONF_SERVICE: LIBREVIEW.key, CONF_KIND: KIND_PRACTICE}
        if self._practice_id:
            data[CONF_PRACTICE] = self._practice_id
        stash_sessions(self.hass, self.unique_id, self._sessions(Login(service=LIBREVIEW)))
        return self.async_create_entry(
            title=account_title(LIBREVIEW, self._email),
            data=data,
            subentries=self._new_subentries(()),
            description="practice",
            description_placeholders=as_placeholders(self._placeholders()),
        )

    # The persons who share with a LibreLinkUp account.

    async def async_step_persons(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose whom to follow."""
        if not self._connections:
            return await self._ask_who_shares()
        if user_input is None:
            return self._show_form("persons", self._persons_schema())
        chosen = user_input[CONF_PERSONS]
        if not chosen:
            return self._show_form("persons", self._persons_schema(), Problem(key=ProblemKey.NOBODY_CHOSEN))
        stash_sessions(self.hass, self.unique_id, self._sessions(Login(service=LIBRELINKUP)))
        hand_over(self.hass, self.unique_id, self._asked_at, self._connections.values())
        return self.async_create_entry(
            title=account_title(LIBRELINKUP, self._email),
            data=self._credentials_data() | {CONF_DECLINED: sorted(self._connections.keys() - chosen)},
            subentries=[person_subentry(self._connections[patient_id]) for patient_id in chosen],
        )

    async def async_step_no_connections(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Look again, after somebody has shared."""
        return await self._ask_who_shares()

    async def async_step_connections_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask again who shares, after that failed."""
        return await self._ask_who_shares()

    async def _ask_who_shares(self) -> ConfigFlowResult:
        """Ask LibreLinkUp, and offer the persons or to ask once more."""
        return await self._run(self._find_persons(), self._offer_persons, self._connections_failed_form)

    async def _find_persons(self) -> None:
        self._asked_at = time.time()
        persons = await self._sign_in.async_find_persons()
        self._connections = {person.patient_id: person for person in persons}

    async def _offer_persons(self) -> ConfigFlowResult:
        if not self._connections:
            return self._show_form("no_connections", NO_FIELDS)
        return await self.async_step_persons()

    def _connections_failed_form(self, problem: Problem) -> ConfigFlowResult:
        return self._show_form("connections_failed", NO_FIELDS, problem)

    def _persons_schema(self) -> vol.Schema:
        options = [
            SelectOptionDict(value=patient_id, label=person_title(connection))
            for patient_id, connection in self._connections.items()
        ]
        default = list(self._connections) if len(self._connections) <= _FEW else []
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
