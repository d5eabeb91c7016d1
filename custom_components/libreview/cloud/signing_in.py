"""The steps of signing in: credentials, redirects, documents to accept, the code of the second factor.

When and how often that is done is the session's to say.
"""

from dataclasses import replace
import time
from typing import TYPE_CHECKING, Final

from . import fields, region_finder
from .errors import (
    CloudError,
    CodeRejectedError,
    CredentialsRejectedError,
    InvalidAnswerError,
    PasswordExpiredError,
    RedirectRefusedError,
    RequestRefusedError,
    SecondFactorRequiredError,
    StepRequiredError,
    UnauthorizedError,
)
from .line import renewed_ticket
from .services import LIBREVIEW
from .shared_login import SHORTEST_SIGN_IN_INTERVAL
from .state import Step, wants_new_password
from .transport import LONG_TIMEOUT

if TYPE_CHECKING:
    from .line import Line
    from .state import CodeTarget, Credentials

_MOST_REDIRECTS: Final = 3
_OK: Final = 0
_WRONG_CREDENTIALS: Final = 2
_STEP: Final = 4


class SigningIn:
    """What is sent to sign one account in at one service, and what is answered to it."""

    def __init__(self, line: Line, credentials: Credentials) -> None:
        """Sign in with these credentials, over this line."""
        self._line = line
        self._credentials = credentials

    async def send_credentials(self) -> None:
        """Sign in where the account is thought to live, or where that redirects to."""
        state, service = self._line.state, self._line.transport.service
        body = {"email": self._credentials.email, "password": self._credentials.password}
        if state.trusted_device:
            body["trustedDeviceToken"] = state.trusted_device
        region = state.region
        seen = [region]
        while True:
            answer = await self._line.request(
                "POST", region, service.sign_in_path, name="sign-in", body=body, timeout=LONG_TIMEOUT
            )
            data = fields.mapping(answer.get("data"))
            if not data.get("redirect"):
                return await self._conclude(region, answer)
            region = await region_finder.by_redirect(self._line, data)
            if region in seen or len(seen) > _MOST_REDIRECTS:
                raise RedirectRefusedError("the cloud redirects in a circle")
            seen.append(region)

    async def accept(self, step: Step) -> None:
        """Accept the document of a step."""
        await self._conclude(step.region, await self._continue(step, step.kind, {}, name="acceptance"))

    async def request_code(self, step: Step, target: CodeTarget) -> Step:
        """Have a code sent; gives the step with its new ticket."""
        body = {"isPrimaryMethod": target.is_primary}
        answer = await self._continue(step, "2fa/sendcode", body, name="request for a code")
        status, data = fields.whole(answer.get("status")), fields.mapping(answer.get("data"))
        if not data.get("step") and _is_refusal(status, answer):
            raise RequestRefusedError(f"the request for a code was answered with status {status}")
        return replace(step, ticket=renewed_ticket(answer) or step.ticket)

    async def enter_code(self, step: Step, target: CodeTarget, code: str) -> None:
        """Sign in with a code."""
        body = {"code": code, "isPrimaryMethod": target.is_primary}
        try:
            answer = await self._continue(step, "2fa/result", body, name="code")
        except (RequestRefusedError, UnauthorizedError) as err:
            raise CodeRejectedError("the code is refused") from err
        status, data = fields.whole(answer.get("status")), fields.mapping(answer.get("data"))
        if data.get("step"):
            asked = Step.parse(data, step.region)
            if asked.is_second_factor:
                # Whatever it does not tell anew is as before.
                again = replace(step, ticket=renewed_ticket(answer) or step.ticket)
                raise CodeRejectedError("the code is asked for again", step=again)
        elif _is_refusal(status, answer) and not wants_new_password(_error_message(answer)):
            raise CodeRejectedError(f"the code is refused with status {status}")
        await self._conclude(step.region, answer)

    async def _continue(self, step: Step, way: str, body: fields.Json, *, name: str) -> fields.Json:
        """Go on from a step with the step's own ticket."""
        return await self._line.request(
            "POST",
            step.region,
            f"/auth/continue/{way}",
            name=name,
            token=step.ticket.token if step.ticket else None,
            body=body,
            timeout=LONG_TIMEOUT,
        )

    async def _conclude(self, region: str, answer: fields.Json) -> None:
        """Understand the answer to a sign-in or to a step taken."""
        line, status = self._line, fields.whole(answer.get("status"))
        data = fields.mapping(answer.get("data"))
        if wants_new_password(_error_message(answer)):
            raise PasswordExpiredError("the password has to be renewed")
        if status == _WRONG_CREDENTIALS:
            raise CredentialsRejectedError("e-mail address or password is refused")
        # The number of a step is that of some errors too.
        if data.get("step") or (status == _STEP and "error" not in answer):
            line.become(replace(line.state, region=region))
            raise step_error(data, region)
        ticket, user_id = renewed_ticket(answer), _user_id(answer)
        if ticket and user_id is None and line.transport.service is LIBREVIEW:
            # Some sign-ins tell nothing of the user, who then is asked for (skobkars/lvconnect).
            user = await line.request("GET", region, "/user", name="user", token=ticket.token)
            ticket, user_id = renewed_ticket(user) or ticket, _user_id(user)
        if status not in (_OK, None) or ticket is None or user_id is None:
            raise InvalidAnswerError(f"sign-in ended with status {status} and no usable ticket")
        trusted = fields.text(data.get("trustedDeviceToken"))
        line.become(
            replace(
                line.state,
                region=region,
                ticket=ticket,
                user_id=user_id,
                trusted_device=trusted or line.state.trusted_device,
                rejected=False,
                failed_sign_ins=0,
                sign_in_after=time.time() + SHORTEST_SIGN_IN_INTERVAL,
            )
        )


def step_error(data: fields.Json, region: str) -> CloudError:
    """What an answer means that asks for a step. How it asks for a new password is not public."""
    step = Step.parse(data, region)
    if step.wants_password:
        return PasswordExpiredError("the password has to be renewed")
    return SecondFactorRequiredError(step) if step.is_second_factor else StepRequiredError(step)


def _user_id(answer: fields.Json) -> str | None:
    return fields.text(fields.mapping(fields.mapping(answer.get("data")).get("user")).get("id"))


def _error_message(answer: fields.Json) -> str:
    return fields.text(fields.mapping(answer.get("error")).get("message")) or ""


def _is_refusal(status: int | None, answer: fields.Json) -> bool:
    return status not in (_OK, None) or "error" in answer
