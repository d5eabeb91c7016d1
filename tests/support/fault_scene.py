"""What is seen, asked and done while something is wrong at the cloud."""

from datetime import datetime
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import CloudDouble
from tests.support.fault_table import Scene, Shown


def shown(hass: HomeAssistant, entities: Shown) -> Shown:
    """What is seen of these entities."""
    return {entity: state.state if (state := hass.states.get(entity)) else "missing" for entity in entities}


def everything(hass: HomeAssistant) -> dict[str, Any]:
    """All that can be seen."""
    return {state.entity_id: (state.state, dict(state.attributes)) for state in hass.states.async_all()}


def sign_ins(cloud: CloudDouble, since: datetime | None = None) -> list[datetime]:
    """The instants of sign-ins; the hops from region to region are one."""
    return sorted({request.at for request in cloud.requests("login", since)})


def data_requests(cloud: CloudDouble, since: datetime) -> int:
    return sum(request.endpoint != "login" for request in cloud.requests(since=since))


async def act(hass: HomeAssistant, scene: Scene, entry: MockConfigEntry) -> None:
    """What the person is asked for is done: the password entered, or the account loaded anew."""
    flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert all(flow["context"]["source"] == SOURCE_REAUTH for flow in flows)
    for flow in flows:
        await hass.config_entries.flow.async_configure(
            flow["flow_id"], {CONF_PASSWORD: scene.account.password}
        )
    if not flows:
        hass.config_entries.async_schedule_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
