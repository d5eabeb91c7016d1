"""Connecting an account: credentials, region, and whom to follow."""

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.support.dialogs import default_of, give, is_form, open_follow, selector_of, signed_in, the_entry
from tests.support.forms import fill

SAM, KIM = "Sam", "Kim"


def endpoints(cloud: CloudDouble) -> list[str]:
    return [request.endpoint for request in cloud.requests()]


def sign_in_regions(cloud: CloudDouble) -> list[str]:
    return [request.region for request in cloud.logins]


@pytest.fixture
def family(cloud: CloudDouble, account: Account) -> list[Person]:
    """Three persons who share with the account."""
    for name in (SAM, KIM):
        cloud.start_sharing(account, Person(first_name=name, curve=lambda _: 130))
    return account.follows


async def test_the_dialog_opens_with_a_menu_of_ways(hass: HomeAssistant) -> None:
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["follow", "own", "practice"]


async def test_two_of_three_persons_are_followed_when_two_are_picked(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, family: list[Person]
) -> None:
    form = await signed_in(hass, account)
    assert is_form(form, "persons")
    assert default_of(form, "persons") == [person.patient_id for person in family]
    picked = [person.patient_id for person in family[:2]]
    result = await fill(hass, form, persons=picked)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = the_entry(hass)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == account.user_id
    assert account.email not in entry.title  # Home Assistant logs titles.
    assert [subentry.title for subentry in entry.subentries.values()] == ["Alex Example", "Sam Example"]
    assert [subentry.unique_id for subentry in entry.subentries.values()] == picked
    glucose = hass.states.get("sensor.sam_example_glucose")
    assert glucose is not None
    assert glucose.state == "130"
    assert hass.states.get("sensor.kim_example_glucose") is None


async def test_who_was_not_picked_is_not_offered_again(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, family: list[Person]
) -> None:
    form = await signed_in(hass, account)
    await fill(hass, form, persons=[family[0].patient_id])
    assert the_entry(hass).state is ConfigEntryState.LOADED
    assert not [key for key in ir.async_get(hass).issues if key[0] == DOMAIN]


async def test_the_region_is_found_and_one_sign_in_serves_dialog_and_set_up(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(region="eu2"), persons=[Person()])
    form = await signed_in(hass, account)
    await fill(hass, form, persons=[account.follows[0].patient_id])
    assert the_entry(hass).state is ConfigEntryState.LOADED
    assert the_entry(hass).data["region"] == "eu2"
    assert sign_in_regions(cloud) == ["global", "eu2"]
    assert endpoints(cloud) == ["login", "login", "connections", "graph"]


@pytest.mark.parametrize(
    ("country", "region", "tried"),
    [
        pytest.param("RU", "ru", ["ru"], id="Russia, which is not redirected"),
        pytest.param("CN", "cn", ["cn"], id="China, which is not redirected"),
        pytest.param("GB", "eu2", ["eu2"], id="Britain, as the cloud's settings say"),
        pytest.param("US", "de", ["us", "de"], id="another one, which redirects"),
    ],
)
async def test_a_named_country_is_where_the_sign_in_starts(
    hass: HomeAssistant, cloud: CloudDouble, country: str, region: str, tried: list[str]
) -> None:
    account = cloud.add_account(Account(region=region), persons=[Person()])
    form = await give(hass, await open_follow(hass), account, country=country)
    assert is_form(form, "persons")
    assert sign_in_regions(cloud) == tried


async def test_a_named_country_serves_also_when_the_cloud_does_not_say_where_it_is(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(region="eu2"), persons=[Person()])
    cloud.fail_always("config", faults.status(500))
    form = await give(hass, await open_follow(hass), account, country="GB")
    assert is_form(form, "persons")
    assert sign_in_regions(cloud) == ["eu2"]


async def test_an_account_from_russia_gets_in_once_its_country_is_named(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(region="ru"), persons=[Person()])
    form = await signed_in(hass, account)
    assert is_form(form, "follow", "invalid_auth")
    assert is_form(await give(hass, form, account, country="RU"), "persons")


async def test_spaces_around_the_email_address_do_not_matter(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    form = await give(hass, await open_follow(hass), account, email=f"  {account.email} ")
    await fill(hass, form, persons=[account.follows[0].patient_id])
    assert the_entry(hass).data["email"] == account.email


async def test_an_account_that_is_set_up_is_known_by_its_address_without_a_request(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    cloud.log.clear()
    result = await signed_in(hass, account)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert endpoints(cloud) == []


async def test_an_account_that_is_set_up_is_known_also_by_another_spelling(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, loaded: MockConfigEntry
) -> None:
    result = await give(hass, await open_follow(hass), account, email=account.email.upper())
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert loaded.data["email"] == account.email


async def test_many_persons_are_searched_instead_of_ticked(hass: HomeAssistant, cloud: CloudDouble) -> None:
    account = cloud.add_account(Account(), persons=[Person(first_name=f"Child {n}") for n in range(6)])
    form = await signed_in(hass, account)
    assert default_of(form, "persons") == []
    assert selector_of(form, "persons").config["mode"] == "dropdown"


async def test_five_persons_are_still_a_list_to_tick(hass: HomeAssistant, cloud: CloudDouble) -> None:
    account = cloud.add_account(Account(), persons=[Person(first_name=f"Child {n}") for n in range(5)])
    form = await signed_in(hass, account)
    assert len(default_of(form, "persons")) == 5
    assert selector_of(form, "persons").config["mode"] == "list"


async def test_a_person_without_a_name_can_be_followed_all_the_same(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    nameless = Person(first_name="", last_name="", patient_id="0a1b2c3d-1111-2222-3333-444455556666")
    form = await signed_in(hass, cloud.add_account(Account(), persons=[nameless]))
    assert selector_of(form, "persons").config["options"] == [
        {"value": nameless.patient_id, "label": "0a1b2c3d"}
    ]
    await fill(hass, form, persons=[nameless.patient_id])
    assert hass.states.get("sensor.0a1b2c3d_glucose") is not None


async def test_at_least_one_person_has_to_be_chosen(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    form = await fill(hass, await signed_in(hass, account), persons=[])
    assert is_form(form, "persons", "nobody_chosen")
    result = await fill(hass, form, persons=[person.patient_id])
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_when_nobody_shares_one_can_look_again_without_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account(region="eu"))
    form = await signed_in(hass, account)
    assert is_form(form, "no_connections")
    assert is_form(await fill(hass, form), "no_connections")
    cloud.start_sharing(account, Person())
    form = await fill(hass, form)
    assert is_form(form, "persons")
    assert sign_in_regions(cloud) == ["global", "eu"]


async def test_when_the_cloud_does_not_say_who_shares_it_is_asked_again_without_signing_in_again(
    hass: HomeAssistant, cloud: CloudDouble, account: Account
) -> None:
    cloud.fail_next("connections", faults.status(502))
    form = await signed_in(hass, account)
    assert is_form(form, "connections_failed", "server_trouble")
    assert is_form(await fill(hass, form), "persons")
    assert sign_in_regions(cloud) == ["global", "eu"]


async def test_a_dialog_left_open_elsewhere_does_not_stand_in_the_way(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person
) -> None:
    await signed_in(hass, account)
    form = await signed_in(hass, account)
    assert is_form(form, "persons")
    await fill(hass, form, persons=[person.patient_id])
    assert the_entry(hass).state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()
