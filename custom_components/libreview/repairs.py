"""The fix flows of our issues: one question each, and what follows from yes."""

from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, override

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    FlowType,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigSubentry,
    SubentryFlowContext,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from .const import CONF_LOGIN, CONF_RESUME, DOMAIN, SUBENTRY_NIGHTSCOUT, SUBENTRY_PERSON
from .entry_data import async_follow, own_login
from .failures.issue_kinds import (
    DIARY_REJECTED,
    HISTORY_SET_ASIDE,
    PATIENT_GONE,
    PERSON_GONE,
    PERSON_KEPT_ASIDE,
    PERSON_NEW,
    SEND_REFUSED,
)
from .failures.problems import ProblemKey
from .history.removed_persons import async_delete_removed
from .history.store import Store
from .placeholders import as_placeholders, plain_texts


class _Repair(ConfirmRepairFlow):
    """One question, and what follows from yes."""

    def __init__(self, entry: ConfigEntry, issue: Mapping[str, Any]) -> None:
        """Repair what the data of the issue name, for this account."""
        self._entry = entry
        self._issue = issue

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if self._is_account_gone:
            return self.async_abort(reason="account_gone")
        if user_input is None:
            return await super().async_step_confirm()
        return await self._repair()

    @property
    def _is_account_gone(self) -> bool:
        """True if the account was removed in another tab while this was open."""
        return self.hass.config_entries.async_get_entry(self._entry.entry_id) is None

    @abstractmethod
    async def _repair(self) -> RepairsFlowResult:
        """Do what the person has confirmed."""


class _SignInRepair(_Repair):
    """Leads into the sign-in dialog. The issue is deleted when the account is read again, not before."""

    _uses_stored_password: bool
    """Whether to sign in without asking for a password first."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        login_key = str(self._issue["login"])
        for flow in list(self._entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
            # Home Assistant's own prompt, which names no login, is for the account's.
            flow_key = flow["context"].get("title_placeholders", {}).get(CONF_LOGIN)
            if (flow_key or own_login(self._entry).key) == login_key:
                self.hass.config_entries.flow.async_abort(flow["flow_id"])
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={
                "source": SOURCE_REAUTH,
                "entry_id": self._entry.entry_id,
                "title_placeholders": {"name": self._entry.title, CONF_LOGIN: login_key},
                "unique_id": self._entry.unique_id,
            },
            data={
                **self._entry.data,
                CONF_LOGIN: login_key,
                CONF_RESUME: self._uses_stored_password,
            },
        )
        if "step_id" in result:
            return self.async_abort(reason="go_on", next_flow=(FlowType.CONFIG_FLOW, result["flow_id"]))
        return self.async_create_entry(data={})


class NewPasswordRepair(_SignInRepair):
    """Asks for the password, because the stored one is no longer good."""

    _uses_stored_password = False


class SignInStepRepair(_SignInRepair):
    """Signs in with the stored password, up to the step that Abbott wants the person to take."""

    _uses_stored_password = True


class _PersonRepair(_Repair):
    """A question about one person who shares with the account, or no longer does."""

    @property
    def _subentry(self) -> ConfigSubentry | None:
        """The person, if followed."""
        patient_id = self._issue["patient_id"]
        followed = self._entry.get_subentries_of_type(SUBENTRY_PERSON)
        return next((person for person in followed if person.unique_id == patient_id), None)


class PersonGoneRepair(_PersonRepair):
    """Waits for a person who no longer shares, or removes them, with device and entities."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Choose: a mistake, or the Libre app's own trouble, is the usual cause."""
        if self._is_account_gone:
            return self.async_abort(reason="account_gone")
        account = getattr(self._entry, "runtime_data", None)
        days = "?"
        if account is not None:
            with suppress(HomeAssistantError):  # It is only told of.
                days = str(await account.history.async_run(Store.count_days, str(self._issue["patient_id"])))
        return self.async_show_menu(
            step_id="confirm",
            menu_options=["wait", "remove"],
            description_placeholders=as_placeholders({**self._texts, "days": days}),
        )

    async def async_step_wait(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep everything. The issue goes when the person shares again."""
        return self.async_abort(reason="waiting")

    async def async_step_remove(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the person."""
        return self.async_abort(reason="account_gone") if self._is_account_gone else await self._repair()

    @override
    async def _repair(self) -> RepairsFlowResult:
        if (subentry := self._subentry) is not None:
            if self._open_issue is None:
                return self.async_abort(reason="shares_again")
            self.hass.config_entries.async_remove_subentry(self._entry, subentry.subentry_id)
        return self.async_create_entry(data={})

    @property
    def _texts(self) -> dict[str, str]:
        """The names in the issue."""
        issue = self._open_issue
        return plain_texts(issue.translation_placeholders) if issue else {}

    @property
    def _open_issue(self) -> ir.IssueEntry | None:
        """The issue, unless its cause has gone while the menu was open."""
        return ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)


class PersonKeptAsideRepair(_Repair):
    """Deletes what is kept aside of a removed person at once."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        if (account := getattr(self._entry, "runtime_data", None)) is None:
            return self.async_abort(reason="not_loaded")
        try:
            await async_delete_removed(account.history, str(self._issue["patient_id"]))
        except HomeAssistantError:
            return self.async_abort(reason="not_loaded")
        return self.async_create_entry(data={})


class PersonNewRepair(_PersonRepair):
    """Follows a person who newly shares."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        if self._subentry is None:
            account = getattr(self._entry, "runtime_data", None)
            person = account.live.shared.get(self._issue["patient_id"]) if account and account.live else None
            if person is None:
                return self.async_abort(reason="not_sharing")
            async_follow(self.hass, self._entry, person)
        return self.async_create_entry(data={})


class SendRefusedRepair(_Repair):
    """Leads into the settings of a Nightscout server. The issue is deleted when it takes what is sent."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        subentry_id = str(self._issue["destination_id"])
        if subentry_id not in self._entry.subentries:
            return self.async_create_entry(data={})
        result = await self.hass.config_entries.subentries.async_init(
            (self._entry.entry_id, SUBENTRY_NIGHTSCOUT),
            context=SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry_id),
        )
        next_flow = FlowType.CONFIG_SUBENTRIES_FLOW, result["flow_id"]
        return self.async_abort(reason="go_on", next_flow=next_flow)


class AcknowledgeRepair(_Repair):
    """Deletes an issue that only has to be read."""

    @override
    async def _repair(self) -> RepairsFlowResult:
        return self.async_create_entry(data={})


REPAIRS: Final[Mapping[str, type[_Repair]]] = {
    ProblemKey.CREDENTIALS_EXPIRED: NewPasswordRepair,
    ProblemKey.SECOND_FACTOR: SignInStepRepair,
    ProblemKey.TERMS: SignInStepRepair,
    ProblemKey.PRIVACY_POLICY: SignInStepRepair,
    ProblemKey.VERIFY_EMAIL: SignInStepRepair,
    ProblemKey.UNKNOWN_STEP: SignInStepRepair,
    DIARY_REJECTED: NewPasswordRepair,
    HISTORY_SET_ASIDE: AcknowledgeRepair,
    PATIENT_GONE: PersonGoneRepair,
    PERSON_GONE: PersonGoneRepair,
    PERSON_KEPT_ASIDE: PersonKeptAsideRepair,
    PERSON_NEW: PersonNewRepair,
    SEND_REFUSED: SendRefusedRepair,
}
"""By kind: all that `issue_kinds` calls fixable."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the fix flow of an issue: for one of an unknown kind or a removed account, a bare question."""
    issue = data or {}
    entry = hass.config_entries.async_get_entry(str(issue.get("entry_id")))
    repair = REPAIRS.get(str(issue.get("kind")))
    return ConfirmRepairFlow() if entry is None or repair is None else repair(entry, issue)
