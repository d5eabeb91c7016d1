"""Signing in as a dialog: the steps that all dialogs share, whoever signs in where.

A dialog shows a form for credentials and passes what was entered to `_submit`; whatever Abbott wants then is
asked here, and `_on_signed_in` is called at the end. Sending can take a minute, so it is shown as progress.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
import re
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CODE
from homeassistant.data_entry_flow import FlowContext, FlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..cloud.errors import CloudError, StepRequiredError
from ..cloud.session_state import CodeTarget, SessionState, Step
from ..entry_data import Login
from ..failures.problems import Problem, ProblemKey, to_problem
from ..placeholders import LINKS, as_placeholders
from ..sign_in.session_store import get_session_store
from ..sign_in.sign_in import SignIn
from .progress import ProgressFlow

CONF_ACCEPT: Final = "accept"
CONF_RESEND: Final = "resend"
CONF_TARGET: Final = "target"

_PRIMARY, _SECONDARY = "primary", "secondary"
NO_FIELDS: Final = vol.Schema({})
ACCEPT_SCHEMA: Final = vol.Schema({vol.Required(CONF_ACCEPT, default=False): BooleanSelector()})
_CODE_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_CODE): TextSelector(
            TextSelectorConfig(type=TextSelectorType.TEXT, autocomplete="one-time-code")
        ),
        vol.Required(CONF_RESEND, default=False): BooleanSelector(),
    }
)
_CODE_PATTERN: Final = re.compile(r"\d{4,10}", re.ASCII)
"""All codes seen have six digits; more or fewer are let through, should Abbott change that."""


class SignInFlow[C: FlowContext, R: FlowResult[Any, Any], H](ProgressFlow[C, R, H]):
    """The part of a dialog in which somebody signs in."""

    _sign_in: SignIn
    """Set once credentials were entered."""
    _credentials_form: Callable[[Problem], R]
    """Shows the form for the credentials again, with a problem."""

    @abstractmethod
    async def _on_signed_in(self) -> R:
        """Continue with an account that is signed in."""

    @abstractmethod
    def _placeholders(self) -> Mapping[str, str]:
        """Return what the texts of this dialog can name: at least `account`, the e-mail address."""

    async def _load_session(self, entry: ConfigEntry, login: Login) -> SessionState:
        """Return the stored session of a login, a blank one where nothing is stored."""
        stored = await get_session_store(self.hass, entry.entry_id).async_load(login.key)
        return stored or SessionState()

    async def _submit(
        self, sign_in: SignIn, credentials_form: Callable[[Problem], R], country: str | None = None
    ) -> R:
        """Sign in with what was entered in a form, which `credentials_form` shows again."""
        self._sign_in = sign_in
        self._credentials_form = credentials_form
        return await self._run(sign_in.async_submit(country), self._on_signed_in, credentials_form)

    async def _run(
        self,
        work: Awaitable[None],
        on_success: Callable[[], Awaitable[R]],
        form: Callable[[Problem], R],
        *,
        done_step: Step | None = None,
    ) -> R:
        """Ask Abbott, then continue, or go to one of Abbott's steps, or to a form that names the problem.

        `done_step` is the step that the person says to have done.
        """

        async def attempt() -> Problem | None:
            try:
                await work
            except CloudError as err:
                return to_problem(err)
            return None

        async def route(problem: Problem | None) -> R:
            if problem is None:
                return await on_success()
            if problem.key is ProblemKey.STEP_EXPIRED:
                return self._credentials_form(problem)
            if problem.step is None:
                return form(problem)
            is_undone = done_step is not None and problem.step.kind == done_step.kind
            return self._step_form(Problem(key=ProblemKey.STILL_REQUIRED) if is_undone else None)

        return await self._finish_after(attempt(), route, "sign_in", self._placeholders())

    async def async_step_terms(self, user_input: dict[str, Any] | None = None) -> R:
        """Accept Abbott's terms of use, if the person agrees."""
        return await self._submit_acceptance(user_input)

    async def async_step_privacy_policy(self, user_input: dict[str, Any] | None = None) -> R:
        """Accept Abbott's privacy policy, if the person agrees."""
        return await self._submit_acceptance(user_input)

    async def async_step_verify_email(self, user_input: dict[str, Any] | None = None) -> R:
        """Try again once the person has confirmed the e-mail address."""
        return await self._submit_again(user_input)

    async def async_step_unknown_step(self, user_input: dict[str, Any] | None = None) -> R:
        """Try again once the person has done on Abbott's site what Abbott wants."""
        return await self._submit_again(user_input)

    async def async_step_second_factor(self, user_input: dict[str, Any] | None = None) -> R:
        """Let the person choose where the code goes."""
        if user_input is None:
            return self._step_form()
        targets = self._sign_in.step.targets
        chosen = user_input.get(CONF_TARGET)
        target = next((target for target in targets if _target_key(target) == chosen), targets[0])
        return await self._run(self._sign_in.async_send_code(target), self.async_step_code, self._step_form)

    async def async_step_code(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for the code that was sent, or for a new one."""
        if user_input is None:
            return self._code_form()
        if user_input[CONF_RESEND]:
            return self._step_form()
        code = re.sub(r"[\s-]", "", user_input.get(CONF_CODE, ""))
        if not _CODE_PATTERN.fullmatch(code):
            return self._code_form(Problem(key=ProblemKey.CODE_FORMAT))
        return await self._run(self._sign_in.async_verify(code), self._on_signed_in, self._form_after_code)

    def _form_after_code(self, problem: Problem) -> R:
        """Ask for the code again, or offer a new one where no more are to be tried."""
        form = self._step_form if problem.key is ProblemKey.TOO_MANY_CODES else self._code_form
        return form(problem)

    def _code_form(self, problem: Problem | None = None) -> R:
        placeholders = {"target": _target_label(self._sign_in.target)}
        return self._show_form("code", _CODE_SCHEMA, problem, placeholders=placeholders)

    def _step_form(self, problem: Problem | None = None) -> R:
        """Show the step that Abbott waits for."""
        step = self._sign_in.step
        required = to_problem(StepRequiredError(step))
        if step.is_second_factor:
            targets = ", ".join(map(_target_label, step.targets))
            placeholders = {"targets": targets}
            return self._show_form(
                "second_factor", self._targets_schema(), problem, placeholders=placeholders
            )
        schema = ACCEPT_SCHEMA if step.is_document else NO_FIELDS
        return self._show_form(required.key, schema, problem, placeholders=required.placeholders)

    def _targets_schema(self) -> vol.Schema:
        """Return the fields to choose where a code goes: none where Abbott names one place only."""
        targets = self._sign_in.step.targets
        if len(targets) == 1:
            return NO_FIELDS
        options = [
            SelectOptionDict(value=_target_key(target), label=_target_label(target)) for target in targets
        ]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST))
        return vol.Schema({vol.Required(CONF_TARGET, default=_target_key(targets[0])): selector})

    async def _submit_acceptance(self, user_input: dict[str, Any] | None) -> R:
        if user_input is None:
            return self._step_form()
        if not user_input[CONF_ACCEPT]:
            return self._step_form(Problem(key=ProblemKey.ACCEPTANCE_REQUIRED))
        return await self._run(self._sign_in.async_accept(), self._on_signed_in, self._step_form)

    async def _submit_again(self, user_input: dict[str, Any] | None) -> R:
        if user_input is None:
            return self._step_form()
        sign_in = self._sign_in
        return await self._run(
            sign_in.async_submit(), self._on_signed_in, self._step_form, done_step=sign_in.step
        )

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        problem: Problem | None = None,
        suggested: Mapping[str, Any] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> R:
        """Show a form, with the problem that brought the person back to it."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={"base": problem.key} if problem else None,
            description_placeholders=as_placeholders(
                {
                    **LINKS,
                    **self._placeholders(),
                    **(placeholders or {}),
                    **(problem.placeholders if problem else {}),
                }
            ),
        )


def _target_key(target: CodeTarget) -> str:
    return _PRIMARY if target.is_primary else _SECONDARY


def _target_label(target: CodeTarget) -> str:
    """Return where a code goes, as far as Abbott names it."""
    return target.masked or target.method or "…"
