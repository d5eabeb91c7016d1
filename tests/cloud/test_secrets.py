"""Nothing secret shows: not in what is logged or raised, nor in how our objects print."""

from collections.abc import Awaitable, Callable
import logging
import traceback

import pytest

from custom_components.libreview.cloud.errors import CloudError, StepRequiredError
from custom_components.libreview.cloud.librelinkup import LibreLinkUp
from custom_components.libreview.cloud.session_state import Credentials
from tests.cloud_double import Account, CloudDouble, Person, faults

from .conftest import Client, ClientFactory

EMAIL, PASSWORD, USER = "secret-mail@example.com", "Secret-word-1", "secret-user-id"
FIRST, LAST, PATIENT, SERIAL = "Secretfirst", "Secretlast", "secret-patient-id", "SECRETSN01"
SECRETS = (EMAIL, PASSWORD, USER, FIRST, LAST, PATIENT, SERIAL)


@pytest.fixture
def person(person: Person) -> Person:
    person.first_name, person.last_name, person.patient_id = FIRST, LAST, PATIENT
    assert person.sensor is not None
    person.sensor.serial = SERIAL
    return person


@pytest.fixture
def account(cloud: CloudDouble, person: Person) -> Account:
    return cloud.add_account(
        Account(email=EMAIL, password=PASSWORD, user_id=USER, first_name=FIRST, last_name=LAST),
        persons=[person],
    )


def reveals(text: str, client: Client) -> set[str]:
    """The secrets in a text: the planted ones, and every ticket there has been."""
    tickets = {state.ticket.token for state in (*client.kept, client.state) if state.ticket}
    return {secret for secret in (*SECRETS, *tickets) if secret.lower() in text.lower()}


FAULTS = [
    pytest.param(fault, id=name)
    for name, fault in {
        "429": faults.rate_limited(10),
        "locked": faults.locked(),
        "block": faults.cloudflare_block(),
        "ban": faults.cloudflare_ban(),
        "500": faults.status(500, f"{EMAIL} {PATIENT}"),
        "911": faults.maintenance(),
        "920": faults.version_refused(PATIENT),
        "920 again": faults.version_refused("4.17.0"),
        "5": faults.version_refused("5.0"),
        "400": faults.status(400, {"message": f"no {EMAIL}"}),
        "401": faults.ticket_invalid(),
        "302": faults.http_redirect(f"https://evil.example/{PATIENT}"),
        "truncated": faults.truncated(),
        "text": faults.status(200, f"{EMAIL} {PATIENT}"),
        "status": faults.answer({"status": PATIENT, "error": {"message": EMAIL}}),
        "not loadable": faults.answer({"status": 4, "error": {"message": "couldNotLoadPatient"}}),
        "list": faults.answer([EMAIL]),
        "huge": faults.huge(9_000_000),
        "dropped": faults.dropped(),
        "cut": faults.dropped(after=9),
    }.items()
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_of_a_reading_logs_a_secret(
    signed_in: Client, cloud: CloudDouble, caplog: pytest.LogCaptureFixture, fault: faults.Fault
) -> None:
    cloud.fail_always("graph", fault)
    await _fails_discreetly(lambda: LibreLinkUp(signed_in.session).graph(PATIENT), signed_in, caplog)


SIGN_IN_FAULTS = [
    pytest.param(faults.redirect(PATIENT), id="redirect"),
    pytest.param(faults.answer({"status": 2, "error": {"message": EMAIL}}), id="rejected"),
    pytest.param(faults.answer({"status": 4, "data": {"step": {"type": "x", "props": EMAIL}}}), id="step"),
]


@pytest.mark.parametrize("fault", FAULTS + SIGN_IN_FAULTS)
async def test_no_failure_of_a_sign_in_logs_a_secret(
    client: Client, cloud: CloudDouble, caplog: pytest.LogCaptureFixture, fault: faults.Fault
) -> None:
    cloud.fail_always("login", fault)
    await _fails_discreetly(client.session.sign_in, client, caplog)


async def _fails_discreetly(
    asking: Callable[[], Awaitable[object]], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.libreview")
    with pytest.raises(CloudError) as raised:
        await asking()
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(vars(raised.value))
    assert not reveals(told + caplog.text, client)


async def test_successful_requests_log_no_secret(
    new_client: ClientFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.libreview")
    client = new_client()
    [person] = await LibreLinkUp(client.session).connections()
    graph = await LibreLinkUp(client.session).graph(PATIENT)
    assert "graph at eu: HTTP 200" in caplog.text
    printed = f"{person} {person!r} {graph.person!r} {client.state} {client.state!r} {client.state.ticket!r}"
    assert person.name == f"{FIRST} {LAST}"
    assert client.state.ticket is not None
    assert not reveals(printed + caplog.text, client)


async def test_a_step_and_credentials_print_without_their_secrets(client: Client, account: Account) -> None:
    account.steps = ["verifyEmail"]
    with pytest.raises(StepRequiredError) as raised:
        await client.session.sign_in()
    step = raised.value.step
    assert step.ticket is not None
    printed = (
        f"{step} {step!r} {raised.value} {raised.value!r} {Credentials(email=EMAIL, password=PASSWORD)!r}"
    )
    assert step.ticket.token not in printed
    assert not reveals(printed, client)
