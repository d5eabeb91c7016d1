"""Walking through Home Assistant's dialogs as a person would, and looking at what they show."""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.selector import SelectSelector

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.placeholders import plain_texts
from tests.cloud_double import Account
from tests.support.forms import fill


async def open_follow(hass: HomeAssistant) -> ConfigFlowResult:
    """Add the integration and choose to follow someone: the form for the credentials."""
    return await choose_way(hass, "follow")


async def open_own(hass: HomeAssistant) -> ConfigFlowResult:
    """Add the integration and choose an account of one's own: the form for the credentials."""
    return await choose_way(hass, "own")


async def choose_way(hass: HomeAssistant, way: str) -> ConfigFlowResult:
    """Add the integration and choose one of the ways of the menu: the form for the credentials."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": way})


async def give(
    hass: HomeAssistant,
    form: ConfigFlowResult,
    account: Account,
    *,
    email: str | None = None,
    password: str | None = None,
    **advanced: str,
) -> ConfigFlowResult:
    """Send the form for the credentials, with those of the account unless others are given."""
    result: ConfigFlowResult = await fill(
        hass, form, email=email or account.email, password=password or account.password, advanced=advanced
    )
    return result


async def signed_in(hass: HomeAssistant, account: Account) -> ConfigFlowResult:
    """What follows upon the right credentials."""
    return await give(hass, await open_follow(hass), account)


async def signed_in_own(hass: HomeAssistant, account: Account) -> ConfigFlowResult:
    """What follows upon the right credentials of an account of one's own."""
    return await give(hass, await open_own(hass), account)


def is_form(result: ConfigFlowResult, step_id: str, error: str | None = None) -> bool:
    """Whether a dialog shows that form with that error, or without any."""
    errors = {"base": error} if error else None
    return (
        result["type"] is FlowResultType.FORM
        and result["step_id"] == step_id
        and (result["errors"] or None) == errors
    )


def suggested(form: Any) -> dict[str, Any]:
    """What the fields of a form are filled with from the start, also those in its sections."""
    return _filled(form["data_schema"])


def _filled(schema: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for marker, field in schema.schema.items():
        if isinstance(field, section):
            found |= _filled(field.schema)
        elif marker.description and "suggested_value" in marker.description:
            found[str(marker)] = marker.description["suggested_value"]
    return found


def selector_of(form: Any, name: str) -> SelectSelector:
    """The choice of that name in a form."""
    field: SelectSelector = form["data_schema"].schema[name]
    return field


def default_of(form: Any, name: str) -> Any:
    """What a field starts with."""
    marker = next(marker for marker in form["data_schema"].schema if str(marker) == name)
    return marker.default()


def the_entry(hass: HomeAssistant) -> ConfigEntry:
    """The only account that is set up."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


def said(form: ConfigFlowResult, name: str) -> str:
    """What a dialog's text says in the place of that name."""
    return all_said(form)[name]


def all_said(form: Any) -> dict[str, str]:
    """What a dialog's text says in the place of each name."""
    return plain_texts(form["description_placeholders"])


def reauth_flows(hass: HomeAssistant) -> list[ConfigFlowResult]:
    """The open prompts to sign in again."""
    return hass.config_entries.flow.async_progress_by_handler(DOMAIN, match_context={"source": SOURCE_REAUTH})
