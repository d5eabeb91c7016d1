"""The sign-in protocol: credentials, redirects, documents to accept, the code of the second factor.

The session decides when and how often that is sent.
"""

from dataclasses import replace
from typing import Final

from . import fields
from .answers import STATUS_STEP, STATUS_WRONG_CREDENTIALS, is_good, parse_renewed_ticket, refusal_text
from .errors import (
    CloudError,
    CodeRejectedError,
    CredentialsRejectedError,
    InvalidAnswerError,
    PasswordExpiredError,
    RequestRejectedError,
    SecondFactorRequiredError,
    StepRequiredError,
    UnauthorizedError,
    UntrustedRedirectError,
)
from .service_client import ServiceClient
from .services import LIBREVIEW
from .session_state import CodeTarget, Credentials, Step, wants_new_password
from .transport import LONG_TIMEOUT, Request

_MOST_REDIRECTS: Final = 3


class SignInProtocol:
    """Signs one account in at one service, and puts ticket, user and region into the client's state."""

    def __init__(self, client: ServiceClient, credentials: Credentials) -> None:
        """Sign in with these credentials, through this client."""
        self._client = client
        self._credentials = credentials

    async def send_credentials(self) -> None:
        """Sign in at the region in the state, or where that redirects to.

        Raise UntrustedRedirectError for a redirect to a host that is not Abbott's, or in a circle.
        """
        state, service = self._client.state, self._client.transport.service
        body = {"email": self._credentials.email, "password": self._credentials.password}
        if state.trusted_device:
            body["trustedDeviceToken"] = state.trusted_device
        region = state.region
        seen = [region]
        while True:
            request = Request(
                method="POST",
                region=region,
                path=service.sign_in_path,
                name="sign-in",
                body=body,
                timeout=LONG_TIMEOUT,
            )
            try:
                answer = await self._client.request(request)
            except UnauthorizedError as err:
                # A sign-in carries no ticket that could be meant (rumpelbaer/ha-librelinkup).
                raise CredentialsRejectedError("the sign-in is unauthorized", region=region) from err
            data = fields.mapping(answer.get("data"))
            if not data.get("redirect"):
                return await self._conclude(region, answer)
            region = await self._client.find_region_by_redirect(data)
            if region in seen or len(seen) > _MOST_REDIRECTS:
                raise UntrustedRedirectError("the cloud redirects in a circle")
            seen.append(region)

    async def accept(self, step: Step) -> None:
        """Accept the document of a step. Raise StepRequiredError when another step follows."""
        await self._conclude(step.region, await self._continue(step, step.kind, {}, name="acceptance"))

    async def request_code(self, step: Step, target: CodeTarget) -> Step:
        """Have a code sent, and return the step with its new ticket. Raise RequestRejectedError."""
        body = {"isPrimaryMethod": target.is_primary}
        answer = await self._continue(step, "2fa/sendcode", body, name="request for a code")
        if not fields.mapping(answer.get("data")).get("step") and _is_refusal(answer):
            status = fields.whole(answer.get("status"))
            raise RequestRejectedError(f"the request for a code was answered with status {status}")
        return replace(step, ticket=parse_renewed_ticket(answer) or step.ticket)

    async def enter_code(self, step: Step, target: CodeTarget, code: str) -> None:
        """Sign in with a code. Raise CodeRejectedError."""
        body = {"code": code, "isPrimaryMethod": target.is_primary}
        try:
            answer = await self._continue(step, "2fa/result", body, name="code")
        except (RequestRejectedError, UnauthorizedError) as err:
            raise CodeRejectedError("the code is refused") from err
        data = fields.mapping(answer.get("data"))
        if data.get("step"):
            if Step.parse(data, step.region).is_second_factor:
                # Such an answer need not repeat the targets.
                again = replace(step, ticket=parse_renewed_ticket(answer) or step.ticket)
                raise CodeRejectedError("the code is asked for again", step=again)
        elif _is_refusal(answer) and not wants_new_password(refusal_text(answer)):
            status = fields.whole(answer.get("status"))
            raise CodeRejectedError(f"the code is refused with status {status}")
        await self._conclude(step.region, answer)

    async def _continue(
        self, step: Step, endpoint: str, body: fields.JsonMapping, *, name: str
    ) -> fields.JsonMapping:
        """Return the answer to a request that goes on from a step, with the step's own ticket."""
        request = Request(
            method="POST",
            region=step.region,
            path=f"/auth/continue/{endpoint}",
            name=name,
            token=step.ticket.token if step.ticket else None,
            body=body,
            timeout=LONG_TIMEOUT,
        )
        return await self._client.request(request)

    async def _conclude(self, region: str, answer: fields.JsonMapping) -> None:
        """Keep the ticket in the answer to a sign-in or a step, or raise the CloudError that it means."""
        client, status = self._client, fields.whole(answer.get("status"))
        data = fields.mapping(answer.get("data"))
        if wants_new_password(refusal_text(answer)):
            raise PasswordExpiredError("the password has to be renewed")
        if status == STATUS_WRONG_CREDENTIALS:
            raise CredentialsRejectedError("e-mail address or password is refused", region=region)
        # The number of a step is that of some errors too.
        if data.get("step") or (status == STATUS_STEP and "error" not in answer):
            client.set_state(replace(client.state, region=region))
            raise to_step_error(data, region)
        ticket, user_id = parse_renewed_ticket(answer), _parse_user_id(answer)
        if ticket and user_id is None and client.transport.service is LIBREVIEW:
            # Some sign-ins tell nothing of the user, who then is asked for (skobkars/lvconnect).
            user = await client.request(Request(region=region, path="/user", name="user", token=ticket.token))
            ticket, user_id = parse_renewed_ticket(user) or ticket, _parse_user_id(user)
        if not is_good(answer) or ticket is None or user_id is None:
            raise InvalidAnswerError(f"sign-in ended with status {status} and no usable ticket")
        trusted = fields.text(data.get("trustedDeviceToken"))
        client.set_state(
            replace(
                client.state,
                region=region,
                ticket=ticket,
                user_id=user_id,
                trusted_device=trusted or client.state.trusted_device,
            )
        )


def to_step_error(data: fields.JsonMapping, region: str) -> CloudError:
    """Return the error for an answer that asks for a step. How it asks for a new password is not public."""
    step = Step.parse(data, region)
    if step.wants_password:
        return PasswordExpiredError("the password has to be renewed")
    return SecondFactorRequiredError(step) if step.is_second_factor else StepRequiredError(step)


def _parse_user_id(answer: fields.JsonMapping) -> str | None:
    return fields.text(fields.mapping(fields.mapping(answer.get("data")).get("user")).get("id"))


def _is_refusal(answer: fields.JsonMapping) -> bool:
    return not is_good(answer) or "error" in answer
