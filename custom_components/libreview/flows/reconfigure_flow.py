"""Reconfiguring an account: password, region and client version."""

from typing import Any, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlowResult
from homeassistant.const import CONF_COUNTRY, CONF_EMAIL, CONF_PASSWORD
from homeassistant.core import callback

from ..account.account import async_restart_reauth
from ..cloud.errors import RejectedBeforeError
from ..cloud.services import version_numbers
from ..const import CONF_CLIENT_VERSION
from ..entry_data import own_login
from ..failures.problems import Problem, ProblemKey, to_problem
from .credentials_form import CONF_ADVANCED, RECONFIGURE_SCHEMA
from .sign_in_again_flow import SignInAgainFlow


class ReconfigureFlow(SignInAgainFlow):
    """Sign in to a known account with another password, region or client version."""

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change password, region and client version."""
        self._login = own_login(self._entry)
        self._email = self._entry.data[CONF_EMAIL]
        stored = await self._load_session(self._entry, self._login)
        current_version = stored.version or self._login.service.version
        if user_input is None:
            suggested = {CONF_ADVANCED: {CONF_CLIENT_VERSION: current_version}}
            return self._show_form("reconfigure", RECONFIGURE_SCHEMA, suggested=suggested)
        entered = {CONF_ADVANCED: user_input[CONF_ADVANCED]}

        def reconfigure_form(problem: Problem) -> ConfigFlowResult:
            return self._show_form("reconfigure", RECONFIGURE_SCHEMA, problem, entered)

        version = user_input[CONF_ADVANCED].get(CONF_CLIENT_VERSION, current_version).strip()
        if version_numbers(version) is None:
            return reconfigure_form(Problem(key=ProblemKey.INVALID_VERSION))
        if stored.rejected and not user_input.get(CONF_PASSWORD):
            return reconfigure_form(to_problem(RejectedBeforeError("this password was refused before")))
        return await self._sign_in_again(
            user_input.get(CONF_PASSWORD),
            reconfigure_form,
            country=user_input[CONF_ADVANCED].get(CONF_COUNTRY),
            version=version,
        )

    @callback
    @override
    def async_remove(self) -> None:
        super().async_remove()
        # While this dialog was open, Home Assistant suppressed prompts for a refused password.
        if self.source == SOURCE_RECONFIGURE:
            entry = self.hass.config_entries.async_get_entry(self._reconfigure_entry_id)
            if entry is not None:
                async_restart_reauth(self.hass, entry)
