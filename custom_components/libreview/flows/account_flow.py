"""The base of connecting an account and of signing in to it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import time
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowContext,
    ConfigFlowResult,
    UnknownEntry,
)
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD, CONF_REGION
from homeassistant.data_entry_flow import AbortFlow

from ..cloud.errors import CloudError, CredentialsRejectedError
from ..cloud.services import LIBRELINKUP, Service
from ..cloud.session_state import Credentials, SessionState
from ..entry_data import Login, is_practice
from ..failures.login_issues import login_placeholders
from ..models import AccountKind, Connection
from ..sign_in.sign_in import SignIn, initial_state
from .sign_in_flow import SignInFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFeedTrial:
    """The result of trying the login of a LibreView account at LibreLinkUp."""

    state: SessionState = field(repr=False)
    """The session after the trial, signed in or not."""
    connections: Mapping[str, Connection] = field(default_factory=dict, repr=False)
    """Who shares with the login, by patient id. Empty where that could not be found out."""
    asked_at: float = 0.0
    """When that was asked for (seconds since 1970)."""
    is_live: bool = False
    """Whether the account's owner is among them, so that the login has a live feed."""


class AccountFlow(SignInFlow[ConfigFlowContext, ConfigFlowResult, str], ConfigFlow):
    """A dialog about the login of an account, new or known."""

    _login: Login
    """The login that is signed in again. Set where the account is known."""
    _service: Service
    """The service to connect to. Set where the account is new."""
    _email: str
    _owner: Connection
    """The person whose LibreView account it is."""
    _owner_kind: AccountKind | None = None
    """None where the cloud does not say so."""
    _wants_practice = False
    """Whether a new account is to be a practice's."""
    _trial: LiveFeedTrial | None = None

    @property
    def _is_known(self) -> bool:
        """Return whether the account has been connected before."""
        return self.source in (SOURCE_REAUTH, SOURCE_RECONFIGURE)

    @property
    def _entry(self) -> ConfigEntry:
        """The entry that is signed in again. Raises AbortFlow where it was removed meanwhile."""
        try:
            return self._get_reauth_entry() if self.source == SOURCE_REAUTH else self._get_reconfigure_entry()
        except UnknownEntry:
            raise AbortFlow("account_gone") from None

    @property
    def _stored_credentials(self) -> Credentials:
        """The credentials of the known login. Raises AbortFlow where it was removed meanwhile."""
        try:
            return self._login.credentials(self._entry)
        except KeyError:
            raise AbortFlow("login_gone") from None

    @override
    def _placeholders(self) -> Mapping[str, str]:
        return login_placeholders(self._login.service if self._is_known else self._service, self._email)

    def _credentials_data(self) -> dict[str, Any]:
        """Return the data that an entry holds of the login that has just signed in."""
        credentials = self._sign_in.credentials
        return {
            CONF_EMAIL: credentials.email,
            CONF_PASSWORD: credentials.password,
            CONF_REGION: self._sign_in.state.region,
        }

    def _sessions(self, login: Login) -> dict[str, SessionState]:
        """Return the sessions begun in this dialog, by their logins' keys."""
        sessions = {login.key: self._sign_in.state}
        if self._trial is not None and self._trial.is_live:
            sessions[LIBRELINKUP.key] = self._trial.state
        return sessions

    async def _find_owner_and_live_feed(self) -> None:
        """Find out whose account it is, and whether its login has a live feed. Raises CloudError."""
        owner = await self._sign_in.async_find_owner()
        self._owner, self._owner_kind = owner.person, owner.kind
        if self._is_patients:
            await self._find_live_feed()

    @property
    def _is_patients(self) -> bool:
        """Whether the account is one of a patient's, as far as is known: a professional has no live feed."""
        if self._is_known:
            return not is_practice(self._entry)
        return not self._wants_practice and self._owner_kind is not AccountKind.PROFESSIONAL

    async def _find_live_feed(self) -> None:
        """Find out whether the login has a live feed."""
        self._trial = await self._try_live_feed()

    async def _try_live_feed(self) -> LiveFeedTrial:
        """Sign in once at LibreLinkUp, and look whether the account's owner is followed there."""
        before = await self._live_session_before()
        state = initial_state(
            region=self._sign_in.state.region,
            version=before.version,
            wait_until=before.wait_until,
            wait_began=before.wait_began,
        )
        sign_in = SignIn(self.hass, LIBRELINKUP, self._sign_in.credentials, state)
        connections: dict[str, Connection] = {}
        is_refused = False
        asked_at = 0.0
        try:
            await sign_in.async_submit()
            asked_at = time.time()
            connections = {person.patient_id: person for person in await sign_in.async_find_persons()}
        except CredentialsRejectedError:
            is_refused = True
        except CloudError:
            pass  # Without an answer there is no live feed for now.
        return LiveFeedTrial(
            state=replace(sign_in.state, rejected=is_refused),
            connections=connections,
            asked_at=asked_at,
            is_live=self._owner.patient_id in connections,
        )

    async def _live_session_before(self) -> SessionState:
        """Return the stored session of a known account's live feed, a blank one for a new account."""
        if not self._is_known:
            return SessionState()
        return await self._load_session(self._entry, Login(service=LIBRELINKUP))
