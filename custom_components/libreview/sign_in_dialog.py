"""Signing in as a dialog: the steps that all dialogs share, whoever signs in where.

A dialog shows a form for credentials and passes what was entered to `_submit`; whatever Abbott wants then is
asked here, and `_signed_in` is called at the end. Sending can take a minute, so it is shown as progress.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
import re
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import CONF_CODE
from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult
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

from .cloud.errors import StepRequiredError
from .const import LIBRELINKUP_URL, LIBREVIEW_URL
from .problems import Problem, problem_of

if TYPE_CHECKING:
    from .cloud.services import Service
    from .cloud.state import CodeTarget
    from .sign_in import SignIn

CONF_ACCEPT: Final = "accept"
CONF_RESEND: Final = "resend"
CONF_TARGET: Final = "target"

_UNNOTICED: Final = 2.0
"""Seconds in which nobody misses a sign of progress."""
_PRIMARY, _SECONDARY = "primary", "secondary"
ACCEPT: Final = vol.Schema({vol.Required(CONF_ACCEPT, default=False): BooleanSelector()})
_CODE: Final = vol.Schema(
    {
        vol.Optional(CONF_CODE): TextSelector(
            TextSelectorConfig(type=TextSelectorType.TEXT, autocomplete="one-time-code")
        ),
        vol.Required(CONF_RESEND, default=False): BooleanSelector(),
    }
)
_CODE_FORM: Final = re.compile(r"\d{4,10}", re.ASCII)
"""Six digits in all that is known; what Abbott may think of next is let through."""
NOTHING: Final = vol.Schema({})
LINKS: Final = {"librelinkup": LIBRELINKUP_URL, "libreview": LIBREVIEW_URL}


def named(service: Service, account: str) -> dict[str, str]:
    """What texts say of a login."""
    return {"account": account, "app": service.app, "site": service.site, "link": LINKS[service.key]}


class SignInDialog[C: FlowContext, R: FlowResult[Any, Any], H](FlowHandler[C, R, H]):
    """The part of a dialog in which somebody signs in."""

    _sign_in: SignIn
    """Since the credentials were given."""
    _form_again: Callable[[Problem], R]
    """The form for the credentials, with a problem."""
    _work: asyncio.Task[Problem | None]
    _then: Callable[[], Awaitable[R]]
    _again: Callable[[Problem], R]
    _at_once = False
    """Whether the dialog is not on any screen yet, so that there is nobody to show progress to."""

    @abstractmethod
    async def _signed_in(self) -> R:
        """Go on with an account that is signed in."""

    @abstractmethod
    def _placeholders(self) -> Mapping[str, str]:
        """What the texts of this dialog name: at least `account`, the e-mail address."""

    async def _submit(
        self,
        sign_in: SignIn,
        again: Callable[[Problem], R],
        *,
        country: str | None = None,
        at_once: bool = False,
    ) -> R:
        """Sign in with what a form gave; `again` shows that form once more.

        `at_once` without showing progress, where the dialog is not on any screen yet.
        """
        self._sign_in = sign_in
        self._form_again = again
        self._at_once = at_once
        return await self._run(sign_in.async_submit(country), self._signed_in, again)

    async def _run(
        self,
        work: Coroutine[Any, Any, Problem | None],
        then: Callable[[], Awaitable[R]],
        again: Callable[[Problem], R],
    ) -> R:
        """Go where the work leads, and show progress meanwhile if that takes a while."""
        if self._at_once:
            return await self._led_by(await work, then, again)
        self._then, self._again = then, again
        self._work = self.hass.async_create_task(work)
        # Work that ends just when progress is to be shown can overtake it on the way to the screen, which
        # then shows progress for ever.
        await asyncio.wait({self._work}, timeout=_UNNOTICED)
        if self._work.done():
            return await self.async_step_go_on()
        return await self.async_step_signing_in()

    async def async_step_signing_in(self, user_input: dict[str, Any] | None = None) -> R:
        """Wait for Abbott."""
        if self._work.done():
            return self.async_show_progress_done(next_step_id="go_on")
        return self.async_show_progress(
            step_id="signing_in",
            progress_action="sign_in",
            progress_task=self._work,
            description_placeholders=self._placeholders(),
        )

    async def async_step_go_on(self, user_input: dict[str, Any] | None = None) -> R:
        """Go where Abbott's answer leads."""
        return await self._led_by(await self._work, self._then, self._again)

    async def _led_by(
        self, problem: Problem | None, then: Callable[[], Awaitable[R]], again: Callable[[Problem], R]
    ) -> R:
        """Go on, to one of Abbott's steps, or back to a form."""
        if problem is None:
            return await then()
        if problem.key == "step_expired":
            return self._form_again(problem)
        return self._step_form() if problem.step else again(problem)

    async def async_step_terms(self, user_input: dict[str, Any] | None = None) -> R:
        """Accept Abbott's terms of use, if the person says so."""
        return await self._accepted(user_input)

    async def async_step_privacy_policy(self, user_input: dict[str, Any] | None = None) -> R:
        """Accept Abbott's privacy policy, if the person says so."""
        return await self._accepted(user_input)

    async def async_step_verify_email(self, user_input: dict[str, Any] | None = None) -> R:
        """Try again once the person has confirmed the e-mail address."""
        return await self._done_elsewhere(user_input)

    async def async_step_unknown_step(self, user_input: dict[str, Any] | None = None) -> R:
        """Try again once the person has done at Abbott's what Abbott wants."""
        return await self._done_elsewhere(user_input)

    async def async_step_second_factor(self, user_input: dict[str, Any] | None = None) -> R:
        """Let the person choose where the code goes."""
        if user_input is None:
            return self._step_form()
        targets = self._sign_in.step.targets
        chosen = user_input.get(CONF_TARGET)
        target = next((each for each in targets if _name(each.is_primary) == chosen), targets[0])
        return await self._run(self._sign_in.async_send_code(target), self.async_step_code, self._step_form)

    async def async_step_code(self, user_input: dict[str, Any] | None = None) -> R:
        """Ask for the code that was sent, or for a new one."""
        if user_input is None:
            return self._code_form()
        if user_input[CONF_RESEND]:
            return self._step_form()
        code = re.sub(r"[\s-]", "", user_input.get(CONF_CODE, ""))
        if not _CODE_FORM.fullmatch(code):
            return self._code_form(Problem(key="code_format"))
        return await self._run(self._sign_in.async_verify(code), self._signed_in, self._code_again)

    def _code_again(self, problem: Problem) -> R:
        return self._step_form(problem) if problem.key == "too_many_codes" else self._code_form(problem)

    def _code_form(self, problem: Problem | None = None) -> R:
        return self._form("code", _CODE, problem, placeholders={"target": _place(self._sign_in.target)})

    def _step_form(self, problem: Problem | None = None) -> R:
        """Show what Abbott waits for."""
        step = self._sign_in.step
        required = problem_of(StepRequiredError(step))
        if step.is_second_factor:
            targets = ", ".join(map(_place, step.targets))
            return self._form("second_factor", self._targets(), problem, placeholders={"targets": targets})
        schema = ACCEPT if step.is_document else NOTHING
        return self._form(required.key, schema, problem, placeholders=required.placeholders)

    def _targets(self) -> vol.Schema:
        """The choice of places a code can go to, if there is one."""
        targets = self._sign_in.step.targets
        if len(targets) == 1:
            return NOTHING
        options = [
            SelectOptionDict(value=_name(target.is_primary), label=_place(target)) for target in targets
        ]
        selector = SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST))
        return vol.Schema({vol.Required(CONF_TARGET, default=_name(targets[0].is_primary)): selector})

    async def _accepted(self, user_input: dict[str, Any] | None) -> R:
        if user_input is None:
            return self._step_form()
        if not user_input[CONF_ACCEPT]:
            return self._step_form(Problem(key="acceptance_required"))
        return await self._run(self._sign_in.async_accept(), self._signed_in, self._step_form)

    async def _done_elsewhere(self, user_input: dict[str, Any] | None) -> R:
        if user_input is None:
            return self._step_form()
        before = self._sign_in.step

        async def submit() -> Problem | None:
            problem = await self._sign_in.async_submit()
            is_same = problem and problem.step and problem.step.kind == before.kind
            return Problem(key="still_required") if is_same else problem

        return await self._run(submit(), self._signed_in, self._step_form)

    def _form(
        self,
        step_id: str,
        schema: vol.Schema,
        problem: Problem | None = None,
        suggested: Mapping[str, Any] | None = None,
        placeholders: Mapping[str, str] | None = None,
    ) -> R:
        """A form, with the problem that brought the person back to it."""
        self._at_once = False
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors={"base": problem.key} if problem else None,
            description_placeholders={
                **LINKS,
                **self._placeholders(),
                **(placeholders or {}),
                **(problem.placeholders if problem else {}),
            },
        )


def _name(is_primary: bool) -> str:
    return _PRIMARY if is_primary else _SECONDARY


def _place(target: CodeTarget) -> str:
    """Where a code goes, as far as Abbott says."""
    return target.masked or target.method or "…"
