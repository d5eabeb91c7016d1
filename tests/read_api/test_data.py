"""Persons and their data in Tidepool's shape: for programs that sign in, and for apps with a key."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from aiohttp.test_utils import TestClient
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN, User
from homeassistant.auth.permissions import PolicyPermissions
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Source
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.support.readers import CLIENT_ID, HEADER, read, share
from tests.support.stored_history import DAY, HOUR, LIBRE, keep, readings_before, written

PERSONS: Final = "/api/libreview/persons"
OTHER_CLIENT: Final = "https://other.example.org/"

type SignIn = Callable[[str | None], Awaitable[dict[str, str]]]


@pytest.fixture
def sign_in(hass: HomeAssistant, hass_admin_user: User) -> SignIn:
    """Sign in with a program, or make a token of one's own; return what is sent with each request."""

    async def signed_in(client_id: str | None) -> dict[str, str]:
        token = await hass.auth.async_create_refresh_token(
            hass_admin_user,
            client_id,
            client_name=None if client_id else "mine",
            token_type=None if client_id else TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        )
        return {"Authorization": f"Bearer {hass.auth.async_create_access_token(token)}"}

    return signed_in


@pytest.fixture
async def web_client(
    web: None, quiet: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Anybody on the home network."""
    return await hass_client_no_auth()


async def only_person(client: TestClient[Any, Any], **fields: Any) -> str:
    (person,) = await read(client, PERSONS, **fields)
    return f"/api/libreview/data/{person['id']}"


async def test_an_app_is_told_whom_it_may_read(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    (told,) = await read(app, PERSONS)
    assert told.pop("id").startswith("p_")
    assert told == {
        "name": "Alex Example",
        "units": "mg/dL",
        "timezone": "US/Pacific",
        "diary": False,
        "latest": None,
    }
    assert person.patient_id not in str(told)


async def test_a_time_is_told_in_order_with_both_ends(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101, 102, 103]))
    await keep(hass, quiet, person, entries=[written(EntryKind.CARBOHYDRATES, amount=45)])
    data = await only_person(app)

    items = await read(app, f"{data}?startDate=2026-06-01T11:45:00Z&endDate=2026-06-01T11:50:00Z")

    assert [(item["type"], item["value"]) for item in items] == [("cbg", 101), ("cbg", 102)]
    assert {item["deviceSerialNumber"] for item in items} == {None}
    assert str(LIBRE.serial) not in str(items)
    mmol = await read(app, f"{data}?startDate=2026-06-01T11:45:00Z&units=mmol/L")
    assert [item["value"] for item in mmol] == [5.6, 5.7, 5.7]


async def test_the_interval_and_rate_of_a_reading_do_not_depend_on_where_the_time_begins(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    readings = readings_before(NOON, range(100, 160, 5))
    await keep(hass, quiet, person, readings)
    data = await only_person(app)
    whole = await read(app, f"{data}?startDate=2026-06-01")
    for number, reading in enumerate(readings):
        begun = await read(app, f"{data}?startDate={reading.at:%Y-%m-%dT%H:%M:%SZ}")
        assert begun == whole[number:]


async def test_the_newest_of_each_type_can_be_asked_for(
    hass: HomeAssistant, web_client: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    await share(hass, quiet, person, diary=True)
    await keep(hass, quiet, person, readings_before(NOON - 5 * DAY, [100, 101]))
    diary = [written(EntryKind.NOTE, NOON - n * HOUR, text=f"{n} hours ago") for n in (3, 2, 1)]
    await keep(hass, quiet, person, entries=diary)
    data = await only_person(web_client)

    items = await read(web_client, f"{data}?latest=true")

    assert [item.get("value") or item["text"] for item in items] == [101, "1 hours ago"]
    (only,) = await read(web_client, f"{data}?latest=true&type=note")
    assert only == items[1]


async def test_a_long_time_is_told_in_pages(
    hass: HomeAssistant, app: TestClient[Any, Any], quiet: MockConfigEntry, person: Person
) -> None:
    readings = readings_before(NOON, [100] * 20_001, every=timedelta(minutes=1))
    history = quiet.runtime_data.history
    await history.async_run(Store.keep, [(person.patient_id, Source.LIVE, LIBRE, readings)])
    link: str | None = f"{await only_person(app)}?startDate=2026-05-10&endDate=2026-06-01T12:00:00Z&type=cbg"
    pages: list[list[Any]] = []
    while link:
        response = await app.get(link, headers=HEADER)
        pages.append(await response.json())
        link = response.headers["Link"].partition(">")[0][1:] if "Link" in response.headers else None

    assert max(map(len, pages)) <= 10_000
    times = [item["time"] for page in pages for item in page]
    assert len(times) == len(set(times)) == 20_001
    assert times == sorted(times)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "startDate=yesterday",
        "startDate=2026-01-01",
        "startDate=2026-06-01&type=basal",
        "startDate=2026-06-01&units=mg",
    ],
)
async def test_what_cannot_be_answered_is_refused(app: TestClient[Any, Any], query: str) -> None:
    response = await app.get(f"{await only_person(app)}?{query}", headers=HEADER)
    assert (response.status, bool((await response.json())["description"])) == (400, True)


async def test_who_may_not_be_read_is_nobody(
    hass: HomeAssistant, app: TestClient[Any, Any], sign_in: SignIn, quiet: MockConfigEntry
) -> None:
    data = await only_person(app)
    mine = await app.get(f"{data}?latest=true", headers=await sign_in(OTHER_CLIENT))
    nobody = await app.get("/api/libreview/data/p_0?latest=true", headers=HEADER)
    assert (mine.status, nobody.status) == (404, 404)
    assert await mine.text() == await nobody.text()


async def test_a_program_reads_whom_its_reader_names_with_serial_numbers(
    hass: HomeAssistant,
    web_client: TestClient[Any, Any],
    sign_in: SignIn,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    program, other = await sign_in(CLIENT_ID), await sign_in(OTHER_CLIENT)
    assert await read(web_client, PERSONS, headers=program) == []

    reader = await share(hass, quiet, person, client_id="HTTPS://APP.example.org")

    data = await only_person(web_client, headers=program)
    (item,) = await read(web_client, f"{data}?latest=true", headers=program)
    assert item["deviceSerialNumber"] == LIBRE.serial
    assert await read(web_client, PERSONS, headers=other) == []
    away = await web_client.get(PERSONS, headers={**program, "X-Forwarded-For": "203.0.113.7"})
    assert await away.json() == []

    hass.config_entries.async_remove_subentry(quiet, reader.subentry_id)
    assert (await web_client.get(f"{data}?latest=true", headers=program)).status == 404


async def test_a_program_reads_no_more_than_who_signed_in(
    hass: HomeAssistant,
    web_client: TestClient[Any, Any],
    sign_in: SignIn,
    quiet: MockConfigEntry,
    person: Person,
    hass_admin_user: User,
) -> None:
    await share(hass, quiet, person, client_id=CLIENT_ID)
    program = await sign_in(CLIENT_ID)
    hass_admin_user.groups = []
    hass_admin_user.permissions = PolicyPermissions(
        {"entities": {"entity_ids": {"sensor.something_else": True}}}, hass_admin_user.perm_lookup
    )
    assert await read(web_client, PERSONS, headers=program) == []


async def test_a_token_of_ones_own_reads_whom_one_may_read(
    web_client: TestClient[Any, Any], sign_in: SignIn
) -> None:
    (told,) = await read(web_client, PERSONS, headers=await sign_in(None))
    assert (told["name"], told["diary"]) == ("Alex Example", True)


async def test_a_sign_in_that_was_ended_reads_nothing(
    hass: HomeAssistant,
    web_client: TestClient[Any, Any],
    sign_in: SignIn,
    quiet: MockConfigEntry,
    person: Person,
    hass_admin_user: User,
) -> None:
    await share(hass, quiet, person, client_id=CLIENT_ID)
    program = await sign_in(CLIENT_ID)
    for token in list(hass_admin_user.refresh_tokens.values()):
        hass.auth.async_remove_refresh_token(token)
    assert (await web_client.get(PERSONS, headers=program)).status == 401
