"""The requests of apps in their first minutes, and the fields that each of them needs.

As their sources have them: NightscoutFoundation/xDrip, JohanDegraeve/xdripswift, loopandlearn/LoopFollow,
pachi81/GlucoDataHandler, nightscout/nightguard, gabe565/nightscout-menu-bar.
"""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.models import EntryKind
from tests.cloud_double import Person
from tests.conftest import NOON
from tests.support.clock import PassTime
from tests.support.readers import HEADER, KEY, PREFIX, share
from tests.support.stored_history import HOUR, keep, readings_before, written

MS: Final = int(NOON.timestamp() * 1000)
PLAIN: Final = {"API-SECRET": KEY}
LATELY, LATER = "2026-05-31T12:00:00Z", "2026-06-01T18:00:00.000Z"
TOKEN: Final = f"token={KEY}"
SGV: Final = {"sgv": int, "date": int, "direction": str}
TREATMENT: Final = {"eventType": str, "created_at": str, "_id": str, "enteredBy": str}
STATUS: Final = {"status": str, "settings": dict, "version": str, "serverTimeEpoch": int}

type Fields = Mapping[str, type]
APPS: Final[dict[str, list[tuple[str, dict[str, str], Fields | None]]]] = {
    "xDrip+": [
        (f"/api/v1/entries.json?count=10&rr={MS}", HEADER, {**SGV, "dateString": str, "device": str}),
        ("/api/v1/treatments", HEADER, TREATMENT),
    ],
    "xDrip4iOS": [
        (f"/api/v1/status.json?{TOKEN}", {}, STATUS),
        (
            f"/api/v1/entries/sgv.json?count=1441&find[date][$gte]={MS - 86400000}&{TOKEN}",
            {},
            {**SGV, "_id": str},
        ),
    ],
    "LoopFollow": [
        (f"/api/v1/status?{TOKEN}", {}, STATUS),
        (
            f"/api/v1/entries/sgv.json?{TOKEN}&count=576&find[type][$ne]=cal&find[dateString][$gte]={LATELY}",
            {},
            SGV,
        ),
        (
            f"/api/v1/treatments.json?{TOKEN}&find[created_at][$gte]={LATELY}&find[created_at][$lte]={LATER}",
            {},
            TREATMENT,
        ),
        (
            f"/api/v1/treatments.json?{TOKEN}&find[eventType]=Sensor%20Change&count=1&find[created_at][$lte]={LATER}",
            {},
            None,
        ),
        (f"/api/v1/profile/current.json?{TOKEN}", {}, None),
        (f"/api/v1/devicestatus.json?{TOKEN}&count=1", {}, None),
    ],
    "GlucoDataHandler": [
        (f"{PREFIX}/api/v1/entries/current.json?{TOKEN}", {}, {**SGV, "device": str}),
        (f"{PREFIX}/api/v1/entries/sgv.json?find[date][$gt]={MS - 3600000}&count=60", HEADER, SGV),
        (f"{PREFIX}/pebble", HEADER, {"status": list, "bgs": list}),
    ],
    "nightguard": [
        (f"/api/v1/entries.json?count=2&{TOKEN}", PLAIN, SGV),
        (f"/api/v1/status.json?{TOKEN}", PLAIN, STATUS),
    ],
    "nightscout-menu-bar": [
        (
            f"{PREFIX}/api/v2/properties/bgnow,buckets,delta,direction",
            HEADER,
            {"bgnow": dict, "buckets": list, "delta": dict, "direction": dict},
        )
    ],
}


@pytest.fixture
async def living(
    hass: HomeAssistant, web: None, quiet: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    """A person with a current value, readings of a day, and a diary, who is shared."""
    await share(hass, quiet, person, diary=True)
    await keep(hass, quiet, person, readings_before(NOON, [100] * 100))
    diary = [
        written(EntryKind.RAPID_ACTING_INSULIN, NOON - HOUR, amount=4),
        written(EntryKind.CARBOHYDRATES, NOON - HOUR, amount=45),
    ]
    await keep(hass, quiet, person, entries=diary)
    person.has_reading = True
    for _ in range(7):
        await pass_time(minutes=1)


@pytest.mark.parametrize("app", APPS)
async def test_an_app_is_answered_with_every_field_that_it_needs(
    living: None, hass_client_no_auth: Any, app: str
) -> None:
    client: TestClient[Any, Any] = await hass_client_no_auth()
    for address, headers, fields in APPS[app]:
        response = await client.get(address, headers=headers)
        assert (address, response.status) == (address, 200)
        answer = await response.json()
        if fields is None:
            assert not answer
            continue
        objects = answer if isinstance(answer, list) else [answer]
        assert objects
        for each in objects:
            assert {name: type(each.get(name)) for name in fields} == fields


async def test_what_an_app_computes_with_is_whole_and_in_the_order_it_expects(
    living: None, hass_client_no_auth: Any
) -> None:
    client: TestClient[Any, Any] = await hass_client_no_auth()
    told = await (await client.get("/api/v2/properties", headers=HEADER)).json()
    buckets = [told["bgnow"], told["delta"]["previous"], *told["buckets"]]
    assert {type(bucket["mean"]) for bucket in buckets if "mean" in bucket} == {int}
    sgvs = told["bgnow"]["sgvs"]
    assert len(sgvs) > 1
    assert [sgv["mills"] for sgv in sgvs] == sorted((sgv["mills"] for sgv in sgvs), reverse=True)
    assert sgvs[0]["direction"] == told["direction"]["value"] == "Flat"


async def test_the_app_that_asks_for_a_later_version_first_is_told_that_there_is_none(
    living: None, hass_client_no_auth: Any
) -> None:
    client: TestClient[Any, Any] = await hass_client_no_auth()
    assert (await client.get("/api/v3/version", headers=PLAIN)).status == 404
