"""The repairs of a practice: a code that is wanted, and patients who left."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Practice, professional
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.dialogs import is_form
from tests.support.diary import problem
from tests.support.forms import fill
from tests.support.practices import linked, practice_entry, stash_session
from tests.support.repair_dialogs import choose_way, dialog, issue_of, issues, set_up_repairs

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")


@pytest.fixture
def nurse(cloud: CloudDouble) -> Account:
    return professional(trusts_devices=False)


@pytest.fixture
def patients(cloud: CloudDouble, clinic: Practice) -> list[Account]:
    return linked(cloud, clinic, "Nora Example", "Bo Example")


@pytest.fixture
async def connected(
    hass: HomeAssistant, nurse: Account, patients: list[Account], pass_time: PassTime
) -> MockConfigEntry:
    """A practice whose patients have been read."""
    await set_up_repairs(hass)
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    await pass_time(hours=1)
    return entry


async def test_a_code_is_sent_when_a_person_wants_it_and_all_goes_on(
    hass: HomeAssistant, cloud: CloudDouble, nurse: Account, connected: MockConfigEntry, pass_time: PassTime
) -> None:
    cloud.demand_second_factor(nurse)
    await pass_time(hours=12)
    assert len(nurse.codes_sent) == 1
    assert not cloud.logins
    form = await dialog(hass, issue_of(hass, "second_factor"))
    assert is_form(form, "second_factor")
    form = await fill(hass, form, target="primary")
    result = await fill(hass, form, code="123456", resend=False)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    cloud.report_orders.clear()
    await pass_time(hours=2)
    assert {order.person.first_name for order in cloud.report_orders} == {"Nora", "Bo"}
    assert not issues(hass)
    assert problem(connected) is None
    assert len(nurse.codes_sent) == 2
    assert not cloud.logins
    assert "live" not in connected.data


@pytest.mark.parametrize(("way", "titles"), [("remove", {"Bo E."}), ("wait", {"Nora E.", "Bo E."})])
async def test_who_left_is_removed_or_waited_for_as_a_person_wants(
    *,
    hass: HomeAssistant,
    clinic: Practice,
    patients: list[Account],
    connected: MockConfigEntry,
    pass_time: PassTime,
    way: str,
    titles: set[str],
) -> None:
    clinic.remove(patients[0])
    await pass_time(hours=32)
    issue = issue_of(hass, "patient_gone")
    named = issue.translation_placeholders or {}
    assert (named["person_plain"], named["account_plain"]) == ("Nora E.", connected.title)
    await choose_way(hass, issue, way)
    assert {person.title for person in connected.subentries.values()} == titles
    if way == "remove":
        assert {each.translation_key for each in issues(hass)} <= {"person_kept_aside"}
    else:
        issue_of(hass, "patient_gone")
