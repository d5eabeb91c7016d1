"""Looking at repairs and clicking on them."""

from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.components.repairs.issue_handler import RepairsFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.placeholders import plain_texts


async def set_up_repairs(hass: HomeAssistant) -> None:
    """Have Home Assistant's part that shows repairs."""
    assert await async_setup_component(hass, REPAIRS_DOMAIN, {})


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """The open issues of ours."""
    return [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]


def issue_of(hass: HomeAssistant, key: str) -> ir.IssueEntry:
    """The only open issue, which must be of that kind."""
    (issue,) = issues(hass)
    assert issue.translation_key == key
    return issue


def names_in(issue: ir.IssueEntry) -> dict[str, str]:
    """What an issue's texts say in the place of each name."""
    return plain_texts(issue.translation_placeholders)


async def repair(hass: HomeAssistant, issue: ir.IssueEntry) -> Any:
    """Open an issue and say yes to what it offers."""
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    assert isinstance(manager, RepairsFlowManager)
    form = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "confirm"
    result = await manager.async_configure(form["flow_id"], {})
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def choose_way(hass: HomeAssistant, issue: ir.IssueEntry, way: str) -> Any:
    """Open an issue that offers several ways, and take one."""
    manager = hass.data[REPAIRS_DOMAIN]["flow_manager"]
    menu = await manager.async_init(DOMAIN, data={"issue_id": issue.issue_id})
    assert menu["type"] is FlowResultType.MENU
    result = await manager.async_configure(menu["flow_id"], {"next_step_id": way})
    await hass.async_block_till_done(wait_background_tasks=True)
    return result


async def dialog(hass: HomeAssistant, issue: ir.IssueEntry) -> Any:
    """Say yes to an issue and look at the dialog it leads to, as the frontend opens it."""
    result = await repair(hass, issue)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "go_on")
    kind, flow_id = result["next_flow"]
    assert kind == "config_flow"
    return await hass.config_entries.flow.async_configure(flow_id)
