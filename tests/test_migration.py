"""An account of the older integration of the same domain goes on as ours."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.entry_data import async_follow
from tests.cloud_double import Account, CloudDouble, Person, Uom, faults
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import reauth_flows
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.legacy_entry import legacy_entities, legacy_entry
from tests.support.repair_dialogs import names_in
from tests.support.restart import restarted
from tests.support.states import state


def followed(entry: MockConfigEntry) -> list[str]:
    return [subentry.title for subentry in entry.subentries.values()]


async def test_entity_ids_and_what_people_made_of_them_live_on(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    ids = legacy_entities(hass, entry, account, person)
    bathroom = ar.async_get(hass).async_create("Bathroom")
    registry = er.async_get(hass)
    registry.async_update_entity(ids["glucose_reading"], name="My sugar", area_id=bathroom.id)
    glucose_id = "sensor.sugar"
    registry.async_update_entity(ids["glucose_reading"], new_entity_id=glucose_id)

    await set_up(hass, entry)

    assert entry.state is ConfigEntryState.LOADED
    assert (entry.version, entry.unique_id) == (2, account.user_id)
    assert account.email not in entry.title
    assert followed(entry) == ["Alex Example"]
    assert state(hass, glucose_id) == "120"
    assert state(hass, ids["glucose_reading_is_low"]) == "off"
    assert state(hass, ids["glucose_reading_is_high"]) == "off"
    assert state(hass, ids["sensor_expiry"]).startswith("2026-06-12T12:00:00")
    kept = registry.async_get(glucose_id)
    assert kept is not None
    assert (kept.name, kept.area_id) == ("My sugar", bathroom.id)
    assert kept.config_subentry_id == next(iter(entry.subentries))
    assert kept.device_id is not None
    assert registry.async_get("sensor.alex_example_glucose") is None


async def test_migration_asks_the_person_nothing_and_signs_in_once(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, pass_time: PassTime
) -> None:
    entry = legacy_entry(account, region="EU")
    legacy_entities(hass, entry, account, person)
    await set_up(hass, entry)
    await pass_time(minutes=5)
    assert len(cloud.logins) == 1
    assert not hass.config_entries.flow.async_progress()
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]


@pytest.mark.parametrize(
    ("named", "tried"),
    [
        ("Standard", ["global", "eu2"]),
        ("EU2", ["eu2"]),
        ("DE", ["de", "eu2"]),
        ("Somewhere", ["global", "eu2"]),
        (None, ["global", "eu2"]),
    ],
)
async def test_the_older_region_is_where_the_sign_in_starts(
    hass: HomeAssistant, cloud: CloudDouble, named: str | None, tried: list[str]
) -> None:
    account = cloud.add_account(Account(region="eu2"), persons=[Person()])
    entry = await set_up(hass, legacy_entry(account, region=named))
    assert entry.state is ConfigEntryState.LOADED
    assert [request.region for request in cloud.logins] == tried


@pytest.mark.parametrize("endpoint", ["login", "connections"])
@pytest.mark.parametrize("restart", [False, True], ids=["", "restart"])
async def test_migration_goes_on_at_a_later_set_up_when_the_cloud_is_away(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    pass_time: PassTime,
    endpoint: str,
    restart: bool,
) -> None:
    entry = legacy_entry(account, uom="mmol/L", sensor_duration=15)
    ids = legacy_entities(hass, entry, account, person)
    cloud.fail_always(endpoint, faults.status(500))
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    if restart:
        await hass.config_entries.async_unload(entry.entry_id)
        entry = await set_up(hass, restarted(hass, entry))
        assert entry.state is ConfigEntryState.SETUP_RETRY
    cloud.heal()
    await pass_time(minutes=15)
    assert entry.state is ConfigEntryState.LOADED
    assert followed(entry) == ["Alex Example"]
    assert state(hass, ids["glucose_reading"]) == "6.7"  # 120 mg/dL in mmol/L
    assert not reauth_flows(hass)


async def test_every_connection_becomes_a_person_with_its_own_entities(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    sam = Person(first_name="Sam", curve=lambda _: 90)
    cloud.start_sharing(account, sam)
    entry = legacy_entry(account)
    alexs = legacy_entities(hass, entry, account, person)
    sams = legacy_entities(hass, entry, account, sam)
    await set_up(hass, entry)
    assert followed(entry) == ["Alex Example", "Sam Example"]
    assert state(hass, alexs["glucose_reading"]) == "120"
    assert state(hass, sams["glucose_reading"]) == "90"


async def test_entities_of_a_connection_that_is_no_longer_shared_stay_as_they_are(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    sam = Person(first_name="Sam")
    entry = legacy_entry(account)
    alexs = legacy_entities(hass, entry, account, person)
    sams = legacy_entities(hass, entry, account, sam)
    await set_up(hass, entry)
    assert followed(entry) == ["Alex Example"]
    assert state(hass, alexs["glucose_reading"]) == "120"
    assert all(er.async_get(hass).async_get(entity_id) for entity_id in sams.values())


async def test_who_began_to_share_later_is_offered_by_a_repair_only(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    legacy_entities(hass, entry, account, person)
    cloud.start_sharing(account, Person(first_name="Sam"))
    await set_up(hass, entry)
    assert followed(entry) == ["Alex Example"]
    (issue,) = [issue for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]
    assert issue.translation_key == "person_new"
    assert names_in(issue)["person"] == "Sam Example"


async def test_an_entity_of_another_name_is_not_migrated(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    legacy_entities(hass, entry, account, person)
    registry = er.async_get(hass)
    unique_id = f"{account.connection_id(person)}_of_somebody_elses_making"
    other = registry.async_get_or_create("sensor", DOMAIN, unique_id, config_entry=entry)
    await set_up(hass, entry)
    assert followed(entry) == ["Alex Example"]
    kept = registry.async_get(other.entity_id)
    assert kept is not None
    assert kept.unique_id == unique_id


async def test_without_entities_everyone_who_shares_is_followed(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    entry = await set_up(hass, legacy_entry(account))
    assert followed(entry) == ["Alex Example"]


@pytest.mark.parametrize(("days", "expires"), [(14, "2026-06-12"), (15, "2026-06-13")])
async def test_the_life_chosen_for_sensors_is_kept(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, days: int, expires: str
) -> None:
    entry = legacy_entry(account, sensor_duration=days)
    ids = legacy_entities(hass, entry, account, person)
    await set_up(hass, entry)
    assert state(hass, ids["sensor_expiry"]).startswith(expires)


@pytest.mark.parametrize(
    ("uom", "account_uom", "unit", "value"),
    [
        ("mg/dl", Uom.MG_DL, "mg/dL", 120),
        ("mmol/L", Uom.MG_DL, "mmol/L", 6.661),
        ("mg/dl", Uom.MMOL_L, "mg/dL", 120),
        ("mmol/L", Uom.MMOL_L, "mmol/L", 6.7),
        ("furlong", Uom.MG_DL, "mg/dL", 120),
    ],
)
async def test_the_chosen_unit_is_kept(
    hass: HomeAssistant,
    cloud: CloudDouble,
    account: Account,
    person: Person,
    uom: str,
    account_uom: Uom,
    unit: str,
    value: float,
) -> None:
    account.uom = account_uom
    entry = legacy_entry(account, uom=uom)
    ids = legacy_entities(hass, entry, account, person)
    await set_up(hass, entry)
    glucose = hass.states.get(ids["glucose_reading"])
    assert glucose is not None
    assert glucose.attributes["unit_of_measurement"] == unit
    assert float(glucose.state) == pytest.approx(value, abs=0.05)


async def test_an_account_that_is_also_set_up_in_another_entry_is_not_taken_over(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, pass_time: PassTime
) -> None:
    await set_up(hass, entry_of(account))
    await pass_time(minutes=6)  # Nobody signs in to an account twice in five minutes.
    entry = legacy_entry(account)
    ids = legacy_entities(hass, entry, account, person)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "duplicate_account"
    assert not entry.subentries
    unchanged = er.async_get(hass).async_get(ids["glucose_reading"])
    assert unchanged is not None
    assert unchanged.unique_id == f"{account.connection_id(person)}_glucose_reading"


async def test_a_refused_password_is_asked_for_and_the_taking_over_goes_on(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account, password="Old-horse-1")
    ids = legacy_entities(hass, entry, account, person)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (prompt,) = reauth_flows(hass)
    result = await fill(hass, prompt, password=account.password)
    assert result["reason"] == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == account.user_id
    assert state(hass, ids["glucose_reading"]) == "120"


async def test_taking_over_happens_once(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    legacy_entities(hass, entry, account, person)
    await set_up(hass, entry)
    cloud.log.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert [request.endpoint for request in cloud.requests()] == ["connections", "graph"]


async def test_who_does_not_share_at_that_moment_is_taken_over_when_they_share_again(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    ids = legacy_entities(hass, entry, account, person)
    cloud.stop_sharing(account, person)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert followed(entry) == []
    cloud.log.clear()
    cloud.start_sharing(account, person)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert followed(entry) == ["Alex Example"]
    assert state(hass, ids["glucose_reading"]) == "120"


async def test_who_was_added_by_hand_meanwhile_gets_the_older_entities_too(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    entry = legacy_entry(account)
    ids = legacy_entities(hass, entry, account, person)
    cloud.stop_sharing(account, person)
    await set_up(hass, entry)
    cloud.start_sharing(account, person)
    await entry.runtime_data.live.async_refresh()
    async_follow(hass, entry, entry.runtime_data.live.shared[person.patient_id])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert followed(entry) == ["Alex Example"]
    assert state(hass, ids["glucose_reading"]) == "120"


async def test_an_entry_of_a_later_version_is_left_alone(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, version=3, data={"something": "newer"})
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert entry.data == {"something": "newer"}
    assert not cloud.log


async def test_an_entry_of_a_later_minor_version_loads(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    entry = entry_of(account)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, minor_version=2)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.minor_version == 2
