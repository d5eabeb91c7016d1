"""Signing in again to a known account, and storing the new sessions and password."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN

from ..cloud.errors import CloudError
from ..cloud.services import LIBRELINKUP, LIBREVIEW
from ..cloud.session_state import SessionState
from ..cloud.sign_in_guard import Attempt
from ..const import CONF_DIARY, CONF_LIVE, CONF_LOGIN, CONF_PATIENT_ID, CONF_RESUME
from ..entry_data import get_login, is_practice, live_login, own_login, update_and_reload
from ..failures.problems import Problem, ProblemKey
from ..placeholders import as_placeholders
from ..sign_in.guards import get_sign_in_guard
from ..sign_in.session_store import get_session_store
from ..sign_in.sign_in import SignIn, initial_state
from .account_flow import AccountFlow
from .credentials_form import SIGN_IN_AGAIN_SCHEMA


class SignInAgainFlow(AccountFlow):
    """Sign in again when the credentials of a login are refused, or Abbott wants a step."""

    _problem: Problem | None = None
    """The problem shown on the form for the password."""

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for the password, or sign in at once where a repair goes on with one that nobody refused."""
        self._login = get_login(self._entry, entry_data.get(CONF_LOGIN))
        self._email = self._stored_credentials.email
        if not entry_data.get(CONF_RESUME):
            return await self.async_step_reauth_confirm()
        if self._is_refused:
            return self._reauth_form(Problem(key=ProblemKey.INVALID_AUTH))
        return await self._sign_in_again(None, self._reauth_form)

    @property
    def _is_refused(self) -> bool:
        """Whether the stored password was refused, perhaps by the other service."""
        credentials = self._stored_credentials
        region = initial_state(region=self._login.region(self._entry)).region
        attempt = Attempt.of(credentials, self._login.service, region)
        return get_sign_in_guard(self.hass, credentials.email).has_refused(attempt)

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the password anew."""
        if user_input is None:
            return self._reauth_form(self._problem)
        return await self._sign_in_again(user_input[CONF_PASSWORD], self._reauth_form)

    def _reauth_form(self, problem: Problem | None) -> ConfigFlowResult:
        self._problem = problem  # A dialog that a repair started is shown a second time when it opens.
        if self._login.subentry_id is None:
            self._login = own_login(self._entry)  # An account has one password for both services.
        return self._show_form("reauth_confirm", SIGN_IN_AGAIN_SCHEMA, problem)

    async def _sign_in_again(
        self,
        password: str | None,
        credentials_form: Callable[[Problem], ConfigFlowResult],
        *,
        country: str | None = None,
        version: str | None = None,
    ) -> ConfigFlowResult:
        """Sign in to the login at hand, with another password if one is given."""
        stored = await self._load_session(self._entry, self._login)
        state = initial_state(
            region=self._login.region(self._entry),
            version=version or stored.version,
            wait_until=stored.wait_until,
            wait_began=stored.wait_began,
            trusted_device=stored.trusted_device,
        )
        credentials = self._stored_credentials
        credentials = replace(credentials, password=password or credentials.password)
        sign_in = SignIn(self.hass, self._login.service, credentials, state)
        return await self._submit(sign_in, credentials_form, country)

    async def _continue_known_account(self) -> ConfigFlowResult:
        """Continue with an account that is in Home Assistant already."""
        entry, login, state = self._entry, self._login, self._sign_in.state
        own_id = login.data(entry).get(CONF_PATIENT_ID) if login.subentry_id else entry.unique_id
        if own_id not in (None, state.user_id):
            placeholders = as_placeholders({"account": self._email})
            return self.async_abort(reason="wrong_account", description_placeholders=placeholders)
        is_patients = login == own_login(entry) and login.service is LIBREVIEW and not is_practice(entry)
        if is_patients and not await self._is_live_session_good():
            return await self._run(self._find_live_feed_again(), self._renew_both, self._credentials_form)
        return await self._renew(self._sessions(login))

    async def _is_live_session_good(self) -> bool:
        """Return whether the live feed of a LibreView account can do without a new sign-in."""
        password_before = self._stored_credentials.password
        live = await self._live_session_before()
        return live.ticket is not None and self._sign_in.credentials.password == password_before

    async def _find_live_feed_again(self) -> None:
        """Try the live feed anew. Problems are ignored: what cannot be found out now stays as it was."""
        with suppress(CloudError):
            await self._find_owner_and_live_feed()

    async def _renew_both(self) -> ConfigFlowResult:
        """Renew the account's login and that of its live feed."""
        sessions = self._sessions(self._login)
        if not (self._trial and self._trial.is_live) and live_login(self._entry):
            # The live feed keeps the ticket it has, or signs in by itself as soon as that is allowed.
            before = await self._live_session_before()
            state = self._trial.state if self._trial else initial_state(region=self._sign_in.state.region)
            if state.ticket is None:
                state = replace(state, region=before.region, ticket=before.ticket, user_id=before.user_id)
            sessions[LIBRELINKUP.key] = state
        return await self._renew(sessions)

    async def _renew(self, sessions: Mapping[str, SessionState]) -> ConfigFlowResult:
        """Reload the entry with the new sessions, and with the new password if there is one."""
        await get_session_store(self.hass, self._entry.entry_id).async_replace(sessions)
        _ = self._stored_credentials  # The login may have been removed since it was signed in to.
        update_and_reload(self.hass, self._entry, self._update_data)
        reason = "reauth_successful" if self.source == SOURCE_REAUTH else "reconfigure_successful"
        return self.async_abort(reason=reason, translation_domain=HOMEASSISTANT_DOMAIN)

    def _update_data(self) -> bool:
        """Store the password and the region in the entry. Return whether that changed anything."""
        entry, login = self._entry, self._login
        data = {**login.data(entry), **self._credentials_data()}
        if login.subentry_id is not None:
            subentry = entry.subentries[login.subentry_id]
            return self.hass.config_entries.async_update_subentry(
                entry, subentry, data={**subentry.data, CONF_DIARY: data}
            )
        if login.service is LIBREVIEW and not is_practice(entry):
            is_live = self._trial is not None and self._trial.is_live
            data[CONF_LIVE] = data.get(CONF_LIVE, False) or is_live
        return self.hass.config_entries.async_update_entry(entry, data=data)
