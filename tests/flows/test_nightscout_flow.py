"""Sending to a Nightscout server: what the dialog tries, refuses and keeps."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
import ssl
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.core_config import async_process_ha_core_config
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.nightscout.sent import source_of
from custom_components.libreview.send.destination import hash_secret
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import NOON, set_up
from tests.nightscout_double import SECRET, NightscoutDouble
from tests.nightscout_double.double import Fault
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.repair_dialogs import issue_of, issues, repair, set_up_repairs
from tests.support.stored_history import keep, readings_before

TOKEN = "uploader-0123456789abcdef"
SINCE = int((NOON - timedelta(days=14)).timestamp())


async def start(hass: HomeAssistant, entry: ConfigEntry) -> Any:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, "nightscout"), context={"source": SOURCE_USER}
    )


async def reopen(hass: HomeAssistant, entry: ConfigEntry, server: ConfigSubentry) -> Any:
    context: Any = {"source": "reconfigure", "subentry_id": server.subentry_id}
    return await hass.config_entries.subentries.async_init((entry.entry_id, "nightscout"), context=context)


def servers(entry: ConfigEntry) -> list[ConfigSubentry]:
    return list(entry.get_subentries_of_type("nightscout"))


async def connect(hass: HomeAssistant, entry: ConfigEntry, person: Person, url: str, **fields: Any) -> Any:
    """Fill in the form; return what is shown then."""
    values = {"person": person.patient_id, "url": url, "token": SECRET, "diary": False}
    return await fill(hass, await start(hass, entry), **{**values, **fields})


async def test_a_server_that_takes_the_token_is_kept_and_sent_to_at_once(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    account = quiet.runtime_data
    form = await start(hass, quiet)
    assert form["description_placeholders"]["days"] == "14"
    done = await connect(hass, quiet, person, f"{nightscout.url}/api/v1/", token=f" {SECRET} ")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    (server,) = servers(quiet)
    assert dict(server.data) == {
        "person": person.patient_id,
        "url": nightscout.url,
        "sha1": hash_secret(SECRET),
        "diary": False,
        "since": SINCE,
    }
    assert server.title == f"{person.name}: 127.0.0.1"
    assert SECRET not in str(quiet.as_dict())
    assert list(nightscout.sgvs().values()) == [100]
    assert quiet.runtime_data is account


@pytest.mark.parametrize("diary", [False, True])
@pytest.mark.parametrize(
    ("rights", "problem"),
    [
        ({"api:*:*"}, None),
        ({"*:*:read", "api:*:create", "api:*:delete"}, None),
        ({"api:*:read", "api:*:create"}, "no_rights"),
        ({"api:*:read", "api:*:delete"}, "no_rights"),
        ({"*:*:read"}, "no_rights"),
        ({"api:status:read"}, "no_rights"),
        (None, "refused"),
    ],
)
async def test_a_token_has_to_be_allowed_all_that_is_needed(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    rights: set[str] | None,
    problem: str | None,
    diary: bool,
) -> None:
    if rights is not None:
        nightscout.tokens[TOKEN] = rights
    shown = await connect(hass, quiet, person, nightscout.url, token=TOKEN, diary=diary)
    assert shown.get("errors") == ({"token": problem} if problem else None)
    assert len(servers(quiet)) == (0 if problem else 1)
    assert nightscout.entries.documents == []


async def test_the_rights_to_the_diary_are_needed_only_for_the_diary(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    nightscout.tokens[TOKEN] = {"*:*:read", "api:entries:create", "api:entries:delete"}
    form = await connect(hass, quiet, person, nightscout.url, token=TOKEN, diary=True)
    assert form["errors"] == {"token": "no_rights"}
    done = await fill(hass, form, person=person.patient_id, url=nightscout.url, token=TOKEN, diary=False)
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (Fault(status=307, headers={"Location": "https://other.example"}), {"url": "redirected"}),
        (Fault(status=404), {"url": "no_nightscout"}),
        (Fault(status=200, body="<html>"), {"url": "no_nightscout"}),
        (Fault(status=200, body="{}"), {"url": "no_nightscout"}),
        (Fault(status=200, body="[]"), {"url": "no_nightscout"}),
        (Fault(status=500), {"url": "failed"}),
    ],
    ids="redirect 404 page object list 500".split(),
)
async def test_what_is_wrong_with_a_server_is_said_and_the_form_stays_filled_in(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    fault: Fault,
    errors: dict[str, str],
) -> None:
    nightscout.faults.append(fault)
    form = await connect(hass, quiet, person, nightscout.url)
    assert form["errors"] == errors
    done = await fill(hass, form, person=person.patient_id, url=nightscout.url, token=SECRET, diary=False)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_server_that_is_away_is_said_to_be(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    nightscout.is_away = True
    form = await connect(hass, quiet, person, nightscout.url)
    assert form["errors"] == {"url": "unreachable"}


async def test_a_server_without_careportal_takes_no_diary(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    nightscout.status["careportalEnabled"] = False
    form = await connect(hass, quiet, person, nightscout.url, diary=True)
    assert form["errors"] == {"diary": "no_careportal"}


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, tmp_path: Path
) -> None:
    await hass.async_add_executor_job(_write_certificate, tmp_path)
    with serving_tls(tmp_path / "certificate.pem") as url:
        form = await connect(hass, quiet, person, url)
    assert form["errors"] == {"url": "certificate"}


@contextmanager
def serving_tls(certificate: Path) -> Iterator[str]:
    """Serve over https in a thread, since what fails there is no business of the loop of the test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _write_certificate(folder: Path) -> None:
    """Write a certificate of somebody who vouches for themselves, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nightscout")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://", "address_invalid"),
        ("https://secret@ns.example.org", "address_not_bare"),
        ("http://ns.example.org", "not_encrypted"),
    ],
)
async def test_an_address_that_cannot_be_is_refused(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, url: str, problem: str
) -> None:
    form = await connect(hass, quiet, person, url)
    assert form["errors"] == {"url": problem}


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.2:8123",
        "https://house.example.org/",
        "https://house.example.org/api/libreview/nightscout/api/v1",
    ],
)
async def test_home_assistant_itself_takes_nothing(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, url: str
) -> None:
    await async_process_ha_core_config(
        hass, {"internal_url": "http://192.168.1.2:8123", "external_url": "https://house.example.org"}
    )
    form = await connect(hass, quiet, person, url)
    assert form["errors"] == {"url": "own_address"}


async def test_home_assistant_at_its_address_by_a_cloud_takes_nothing_either(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = "https://0123456789.ui.example.org"
    monkeypatch.setattr("homeassistant.helpers.network._get_cloud_url", lambda *_: remote)
    form = await connect(hass, quiet, person, remote)
    assert form["errors"] == {"url": "own_address"}


async def test_a_server_beside_home_assistant_at_one_address_is_no_home_assistant(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    await async_process_ha_core_config(hass, {"internal_url": nightscout.url})
    form = await connect(hass, quiet, person, f"{nightscout.url}/nightscout")
    assert form.get("errors") is None


async def test_another_house_that_shares_takes_nothing_either(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    nightscout.status["name"] = "LibreView for Home Assistant"
    form = await connect(hass, quiet, person, nightscout.url)
    assert form["errors"] == {"url": "own_address"}


async def test_a_server_is_for_one_person(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    cloud: CloudDouble,
) -> None:
    await connect(hass, quiet, person, nightscout.url)
    other = Person(first_name="Robin")
    account = cloud.add_account(Account(email="b@example.com"), persons=[other])
    entry = await set_up(hass, entry_of(account))
    form = await connect(hass, entry, other, nightscout.url)
    assert form["errors"] == {"url": "taken"}


async def test_of_two_dialogs_at_once_only_one_takes_a_server(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    cloud: CloudDouble,
) -> None:
    other = Person(first_name="Robin")
    account = cloud.add_account(Account(email="b@example.com"), persons=[other])
    entry = await set_up(hass, entry_of(account))
    await asyncio.gather(
        connect(hass, quiet, person, nightscout.url), connect(hass, entry, other, f"{nightscout.url}/")
    )
    assert len(servers(quiet)) + len(servers(entry)) == 1


async def test_nothing_is_set_up_for_a_person_who_was_removed_meanwhile(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    (subentry,) = quiet.get_subentries_of_type("person")
    nightscout.on_request = lambda: hass.config_entries.async_remove_subentry(quiet, subentry.subentry_id)
    done = await connect(hass, quiet, person, nightscout.url)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "nobody")
    assert servers(quiet) == []


@pytest.mark.parametrize("hours", [0, 23])
async def test_a_server_that_another_house_sends_somebody_to_is_taken(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble, hours: int
) -> None:
    at = NOON - timedelta(hours=hours, minutes=5)
    milliseconds = int(at.timestamp() * 1000)
    theirs = {"type": "sgv", "sgv": 99, "date": milliseconds, "dateString": at.isoformat()}
    nightscout.entries.take({**theirs, "identifier": f"{source_of('somebody')}sgv-{milliseconds}"})
    form = await connect(hass, quiet, person, nightscout.url)
    assert form["errors"] == {"url": "taken"}
    # That of the same person is no other's: two houses may send it.
    nightscout.entries.take({**theirs, "identifier": f"{source_of(person.patient_id)}sgv-{milliseconds}"})
    done = await connect(hass, quiet, person, nightscout.url)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_is_sent_can_be_changed_without_the_token(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    await connect(hass, quiet, person, nightscout.url)
    (server,) = servers(quiet)
    form = await reopen(hass, quiet, server)
    assert form["description_placeholders"]["person_plain"] == person.name
    done = await fill(hass, form, url=nightscout.url, diary=True)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    (after,) = servers(quiet)
    assert dict(after.data) == {**server.data, "diary": True}


async def test_another_server_needs_the_token_anew(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    await connect(hass, quiet, person, nightscout.url)
    (server,) = servers(quiet)
    other = NightscoutDouble(lambda: datetime.now(UTC))
    async with other.serving() as url:
        form = await fill(hass, await reopen(hass, quiet, server), url=url, diary=False)
        assert form["errors"] == {"token": "token_needed"}
        assert other.requests == []
        await fill(hass, form, url=url, token=SECRET, diary=False)
        assert servers(quiet)[0].data["url"] == url
        hass.config_entries.async_remove_subentry(quiet, server.subentry_id)
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_the_repair_of_a_refused_token_leads_to_another_one(
    hass: HomeAssistant,
    quiet: MockConfigEntry,
    person: Person,
    nightscout: NightscoutDouble,
    pass_time: PassTime,
) -> None:
    nightscout.tokens[TOKEN] = {"api:*:*"}
    await connect(hass, quiet, person, nightscout.url, token=TOKEN)
    nightscout.tokens.clear()
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await pass_time(minutes=6)
    await set_up_repairs(hass)
    issue = issue_of(hass, "send_refused")
    assert issue.translation_placeholders == {"person": person.name, "person_plain": person.name}

    done = await repair(hass, issue)

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "go_on")
    kind, flow_id = done["next_flow"]
    assert kind == "config_subentries_flow"
    form = hass.config_entries.subentries.async_get(flow_id)
    await fill(hass, form, url=nightscout.url, token=SECRET, diary=False)
    assert issues(hass) == []
    assert list(nightscout.sgvs().values()) == [100]


async def test_where_nobody_is_followed_there_is_nothing_to_send(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    account = cloud.add_account(Account())
    entry = await set_up(hass, entry_of(account, persons=[]))
    result = await start(hass, entry)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "nobody")


async def test_a_server_that_was_removed_meanwhile_is_said_to_be(
    hass: HomeAssistant, quiet: MockConfigEntry, person: Person, nightscout: NightscoutDouble
) -> None:
    await connect(hass, quiet, person, nightscout.url)
    (server,) = servers(quiet)
    form = await reopen(hass, quiet, server)
    hass.config_entries.async_remove_subentry(quiet, server.subentry_id)
    result = await fill(hass, form, url=nightscout.url, diary=True)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "destination_gone")
