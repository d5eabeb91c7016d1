"""Nothing of a diary, its login or its report is written anywhere but where it belongs."""

from datetime import UTC, datetime, timedelta
import logging

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, faults
from tests.cloud_double.faults import Fault
from tests.support.clock import PassTime
from tests.support.dialogs import give
from tests.support.diary_logins import read_diaries
from tests.support.entries import own_entry_of
from tests.support.feeds import diary_feeds
from tests.support.forms import awaited
from tests.support.secrets_planted import EMAIL, PASSWORD, TITLE, leaks, logged, planted_person
from tests.support.states import state

NOTE = "Bandersnatch at the frumious tea"
AMOUNT = 37.25
PHONE = "+491520073919"

ENDPOINTS = ("user", "report_settings", "reports", "channel", "long_poll", "report_page", "web_login")
TELLTALES: dict[str, Fault] = {
    "an error that tells all": faults.answer({"status": 7, "error": {"message": f"{EMAIL} {NOTE} {AMOUNT}"}}),
    "a refusal that tells all": faults.status(400, {"message": f"{EMAIL} {NOTE} {PASSWORD}"}),
    "a page that tells all": faults.status(200, f"<html>{EMAIL} {NOTE} {AMOUNT}", content_type="text/html"),
    "half an answer": faults.truncated(),
}


def diary_leaks(text: str) -> list[str]:
    """What of the planted can be read, that of the diary included."""
    lines = [line for line in text.splitlines() if ":homeassistant.core:" not in line]
    kept = [line for line in lines if ":pytest_homeassistant_custom_component.common:" not in line]
    own = (NOTE.split(" ", maxsplit=1)[0], str(AMOUNT), PHONE[-7:])
    return leaks(text) + [line[:200] for line in kept if any(secret in line for secret in own)]


@pytest.fixture
def patient_with_secrets(cloud: CloudDouble) -> Person:
    person = planted_person()
    for hours in (1, 2, 50):
        at = datetime.now(UTC) - timedelta(hours=hours)
        person.add_entry("note", at=at, text=NOTE)
        person.add_entry("rapid_acting_insulin", at=at, amount=AMOUNT)
    return person


@pytest.fixture
def secret_account(cloud: CloudDouble, patient_with_secrets: Person) -> Account:
    account = Account(
        email=EMAIL,
        password=PASSWORD,
        first_name="Zebedee",
        last_name="Thistlewick",
        own=patient_with_secrets,
    )
    return cloud.add_account(account, persons=[patient_with_secrets])


@pytest.fixture
def secret_entry(hass: HomeAssistant, secret_account: Account) -> MockConfigEntry:
    entry = own_entry_of(secret_account, live=True)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_entry(entry, title="Our account")
    hass.config_entries.async_update_subentry(entry, subentry, title=TITLE)
    return entry


async def test_a_day_with_the_diary_writes_no_secret(
    hass: HomeAssistant,
    cloud: CloudDouble,
    secret_account: Account,
    secret_entry: MockConfigEntry,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    await hass.config_entries.async_setup(secret_entry.entry_id)
    await pass_time(hours=3)
    assert state(hass, "sensor.mum_last_note") == NOTE
    cloud.end_web_session(secret_account)
    await pass_time(hours=2)
    cloud.expire_password(secret_account)
    await pass_time(hours=2)
    await hass.config_entries.async_remove(secret_entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert {"web_login", "reports", "channel", "long_poll", "report_page"} <= {
        request.endpoint for request in cloud.requests()
    }
    assert "LibreView report" in caplog.text
    assert not diary_leaks(logged(caplog))
    assert not diary_leaks("".join(capfd.readouterr()))


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        pytest.param(endpoint, fault, id=f"{name} at {endpoint}")
        for number, endpoint in enumerate(ENDPOINTS)
        for order, (name, fault) in enumerate(TELLTALES.items())
        if order in {0, 1 + number % 3}
    ],
)
async def test_no_failure_tells_what_the_cloud_said(
    hass: HomeAssistant,
    cloud: CloudDouble,
    secret_account: Account,
    secret_entry: MockConfigEntry,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    endpoint: str,
    fault: Fault,
) -> None:
    caplog.set_level(logging.DEBUG)
    await hass.config_entries.async_setup(secret_entry.entry_id)
    await pass_time(minutes=10)
    if endpoint == "web_login":
        cloud.end_web_session(secret_account)
    cloud.fail_always(endpoint, fault)
    await read_diaries(hass, secret_entry)
    await pass_time(minutes=3)
    try:
        await hass.services.async_call(
            BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.mum_refresh"}, blocking=True
        )
    except HomeAssistantError as raised:
        error: BaseException | None = raised
        while error is not None:
            assert not diary_leaks(f"{error!r} {error}")
            error = error.__cause__ or error.__context__
    assert not diary_leaks(logged(caplog))


async def test_the_dialog_with_a_second_factor_writes_no_secret(
    hass: HomeAssistant,
    cloud: CloudDouble,
    secret_account: Account,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret_account.second_factor = SecondFactor(primary_value=PHONE)
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "own"})
    await give(hass, form, secret_account)
    for answer in (
        {"target": "primary"},
        {"code": "111222", "resend": False},
        {"code": "123456", "resend": False},
    ):
        result = await hass.config_entries.flow.async_configure(menu["flow_id"], answer)
        result = await awaited(hass, result)
    assert result["type"] == "create_entry"
    await hass.async_block_till_done(wait_background_tasks=True)
    # Home Assistant writes the name of a new device, as entity ids, where it likes: that is its own business.
    lines = [line for line in logged(caplog).splitlines() if "xanthippe_quillfeather" not in line]
    assert not diary_leaks("\n".join(lines))


async def test_no_object_of_a_running_diary_tells_a_secret_by_its_repr(
    hass: HomeAssistant, secret_entry: MockConfigEntry, pass_time: PassTime
) -> None:
    await hass.config_entries.async_setup(secret_entry.entry_id)
    await pass_time(minutes=10)
    await read_diaries(hass, secret_entry)
    account = secret_entry.runtime_data
    (diary,) = diary_feeds(secret_entry).values()
    (person,) = account.persons.values()
    assert state(hass, "sensor.mum_last_note") == NOTE
    things = (
        account,
        diary,
        *diary.persons,
        *diary.data.values(),
        *(entry for each in diary.data.values() for entry in each.entries),
        person,
        person.snapshot(),
        diary.client.session,
        diary.client.session.state,
    )
    for thing in things:
        assert not diary_leaks(repr(thing))
