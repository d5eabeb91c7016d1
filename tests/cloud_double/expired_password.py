"""How a sign-in may be answered when the password is right but too old.

That Abbott demands a new password about once a year is public (Junction's guide), its form on the wire is
not: these are names that a cloud of this kind could give it.
"""

from http import HTTPStatus
from typing import Any, Final

from .refusals import Body, Refusal


def _step(kind: str | None, component: str | None, **props: Any) -> dict[str, Any]:
    named = {"type": kind, "componentName": component}
    return {key: value for key, value in named.items() if value is not None} | {"props": props}


_STEPS: Final = {
    "passwordExpired": _step("passwordExpired", "PasswordExpired"),
    "changePassword": _step("changePassword", "ChangePassword", reason="expired", required=True),
    "updatePassword": _step("updatePwd", "UpdatePassword"),
    "forcePasswordReset": _step("forcePasswordReset", "ForcePasswordReset", titleKey="Common.resetPassword"),
    "component_only": _step("task", "ChangePassword"),
    "no_type": _step(None, "ResetPassword"),
    "renewCredentials": _step("renewCredentials", "RenewCredentials"),
}
_REFUSALS: Final[dict[str, Body]] = {
    "error": {"status": 2, "error": {"message": "passwordExpired"}},
    "error_4": {"status": 4, "error": {"message": "passwordExpired"}},
    "error_text": {"status": 2, "error": "Your password has expired"},
    "data": {"status": 2, "data": {"message": "passwordExpired"}},
    "plain": {"message": "PasswordExpired"},
}
_STATUSES: Final = {"forbidden": HTTPStatus.FORBIDDEN, "unauthorized": HTTPStatus.UNAUTHORIZED}
"""With which the plain message comes, besides 200."""

SPELLINGS: Final = (*_STEPS, *_REFUSALS, *_STATUSES)
"""All there are. Only in `renewCredentials` no word says what it is about."""


def step(spelling: str) -> dict[str, Any]:
    """The step that says so; raises the refusal instead where the spelling is one."""
    if spelling in _REFUSALS:
        raise Refusal(_REFUSALS[spelling])
    if spelling in _STATUSES:
        raise Refusal(_REFUSALS["plain"], _STATUSES[spelling])
    return _STEPS[spelling]
