"""The ways out of what the issues speak of."""

from abc import abstractmethod
from typing import Any, Final, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    FlowType,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant

from .const import CONF_LOGIN, CONF_RESUME, DOMAIN, PERSON
from .issues import DIARY_REJECTED, HISTORY_SET_ASIDE, PERSON_GONE, PERSON_NEW
from .logins import own_login
from .subentries import async_follow


class _Repair(ConfirmRepairFlow):
    """One question, and what follows from yes."""

    def __init__(self, entry: ConfigEntry, issue: dict[str, Any]) -> None:
        """Repair what the data of the issue say, for this account."""
        self._entry = entry
        self._issue = issue

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is None:
            return await super().async_step_confirm()
        return await self._repair()

    @abstractmethod
    async def _repair(self) -> RepairsFlowResult:
        """Do what was said yes to."""


_NEEDS_PASSWORD: Final = ("password_expired", DIARY_REJECTED)
"""What a sign-in with the password at hand would not cure."""


class SignInRepair(_Repair):
    """Leads into the sign-in dialog. The issue goes when the account is read again, not before."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        login = str(self._issue["login"])
        for flow in list(self._entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
            # Home Assistant's own prompt, which names no login, is for the account's.
            theirs = flow["context"].get("title_placeholders", {}).get(CONF_LOGIN)
            if (theirs or own_login(self._entry).key) == login:
                self.hass.config_entries.flow.async_abort(flow["flow_id"])
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={
                "source": SOURCE_REAUTH,
                "entry_id": self._entry.entry_id,
                "title_placeholders": {"name": self._entry.title, CONF_LOGIN: login},
                "unique_id": self._entry.unique_id,
            },
            data={
                **self._entry.data,
                CONF_LOGIN: login,
                CONF_RESUME: self._issue["kind"] not in _NEEDS_PASSWORD,
            },
        )
        if "step_id" in result:
            return self.async_abort(reason="go_on", next_flow=(FlowType.CONFIG_FLOW, result["flow_id"]))
        return self.async_create_entry(data={})


class _PersonRepair(_Repair):
    """What is asked about one person who shares with the account, or no longer does."""

    @property
    def _subentry(self) -> ConfigSubentry | None:
        """The person, if followed."""
        followed = self._entry.get_subentries_of_type(PERSON)
        return next((each for each in followed if each.unique_id == self._issue["patient_id"]), None)


class PersonGoneRepair(_PersonRepair):
    """Removes a person who no longer shares, with device and entities."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        if (subentry := self._subentry) is not None:
            self.hass.config_entries.async_remove_subentry(self._entry, subentry.subentry_id)
        return self.async_create_entry(data={})


class PersonNewRepair(_PersonRepair):
    """Follows a person who newly shares."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        if self._subentry is None:
            runtime = getattr(self._entry, "runtime_data", None)
            person = runtime.live.shared.get(self._issue["patient_id"]) if runtime and runtime.live else None
            if person is None:
                return self.async_abort(reason="not_sharing")
            async_follow(self.hass, self._entry, person)
        return self.async_create_entry(data={})


class Read(_Repair):
    """Goes once it was read."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        return self.async_create_entry(data={})


_REPAIRS: dict[str, type[_Repair]] = {
    HISTORY_SET_ASIDE: Read,
    PERSON_GONE: PersonGoneRepair,
    PERSON_NEW: PersonNewRepair,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """The flow that repairs an issue."""
    issue = dict(data or {})
    entry = hass.config_entries.async_get_entry(str(issue.get("entry_id")))
    if entry is None:
        return ConfirmRepairFlow()  # The account is gone, and so is what was wrong with it.
    return _REPAIRS.get(str(issue["kind"]), SignInRepair)(entry, issue)
