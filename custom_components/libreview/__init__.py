"""LibreView: the glucose of people who wear a FreeStyle Libre sensor, out of Abbott's cloud."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback

from . import issues
from .account import Account, LibreViewConfigEntry, async_open_client
from .const import CONF_DECLINED, PERSON
from .coordinator import LiveCoordinator
from .migration import async_adopt, migrated_data, needs_adoption
from .session_store import session_store
from .subentries import declined

PLATFORMS = [Platform.BINARY_SENSOR, Platform.BUTTON, Platform.EVENT, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Set an account up: one request, and one more per person for the hours before."""
    client = await async_open_client(hass, entry)
    live = LiveCoordinator(hass, entry, client)
    await live.async_config_entry_first_refresh()
    if needs_adoption(hass, entry) and await async_adopt(
        hass, entry, client.session.state.user_id, live.shared.values()
    ):
        live = LiveCoordinator(hass, entry, client)
        await live.async_config_entry_first_refresh()
    entry.runtime_data = Account(client=client, live=live)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    live.start()
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Take an account down."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Forget an account: its tickets, and what repairs said of it."""
    await session_store(hass, entry.entry_id).async_remove()
    issues.clear_all(hass, entry)


async def async_migrate_entry(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Take over an entry of the older integration of the same name, without asking the cloud."""
    if entry.version == 1:
        hass.config_entries.async_update_entry(entry, version=2, data=migrated_data(entry.data))
    return True  # Home Assistant itself refuses a version later than ours, but for a minor one.


async def _async_updated(hass: HomeAssistant, entry: LibreViewConfigEntry) -> None:
    """Start anew with what was changed: credentials, options, persons."""
    if not _decline_removed(hass, entry):
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def _decline_removed(hass: HomeAssistant, entry: LibreViewConfigEntry) -> bool:
    """Remember who was removed though still sharing, so as not to offer them again at once.

    Whether that changed the entry, which calls the listener once more.
    """
    live = entry.runtime_data.live
    followed = {subentry.unique_id for subentry in entry.get_subentries_of_type(PERSON)}
    before = declined(entry)
    removed = {patient_id for patient_id in live.settings if patient_id in live.shared}
    after = (before | removed) - followed
    return after != before and hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_DECLINED: sorted(after)}
    )
