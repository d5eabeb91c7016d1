"""The double's answers have every field that the recordings have, of the same type."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, Uom

from .follower import Follower
from .patient import Patient

RECORDED = Path(__file__).parent.parent / "recorded"
UNOFFICIAL = "libreview-unofficial.json"

# Keyed by what their owner brings along, so that a recording has keys of its own.
MAPS = {"$.data.user.devices", "$.data.lluPrivacyPolicyHtml", "$.data.lluToUHtml"}

# Null in one recording, something else in another.
NULLABLE = {
    "$.data.invitations",
    "$.data[].sensor",
    "$.data[].glucoseAlarm",
    "$.data.connection.glucoseAlarm",
}


def _recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


def _shape(value: Any, path: str = "$") -> Iterator[tuple[str, str]]:
    """Every path in a JSON value with the type found there; whole and broken numbers are one type in JSON."""
    if isinstance(value, dict):
        yield path, "object"
        for key, inner in value.items():
            yield from _shape(inner, f"{path}.*" if path in MAPS else f"{path}.{key}")
    elif isinstance(value, list):
        yield path, "list"
        for inner in value:
            yield from _shape(inner, f"{path}[]")
    else:
        kinds = {bool: "truth", int: "number", float: "number", str: "text", type(None): "null"}
        yield path, kinds[type(value)]


def _types(value: Any) -> dict[str, set[str]]:
    types: dict[str, set[str]] = {}
    for path, kind in _shape(value):
        types.setdefault(path, set()).add(kind)
    return types


def _assert_like(ours: Any, name: str) -> None:
    mine, theirs = _types(ours), _types(_recorded(name))
    optional = {path for path in theirs if any(path.startswith(f"{other}.") for other in NULLABLE)}
    missing = theirs.keys() - mine.keys()
    assert missing <= optional
    for path in theirs.keys() & mine.keys():
        allowed = theirs[path] | ({"null", "list", "object"} if path in NULLABLE else set())
        assert mine[path] <= allowed, path


@pytest.mark.parametrize("uom", [Uom.MG_DL, Uom.MMOL_L])
@pytest.mark.parametrize(
    "name", ["llu_login.nightscout-librelink-up.json", f"llu_response_user_example_1.{UNOFFICIAL}"]
)
async def test_a_sign_in_is_as_recorded(stranger: Follower, account: Account, uom: Uom, name: str) -> None:
    account.uom = uom
    account.invitations = ["00000000-0000-4000-8000-000000000001"]
    account.second_factor = SecondFactor()
    _assert_like((await stranger.login()).json, name)


async def test_a_step_is_as_recorded(stranger: Follower, account: Account) -> None:
    account.steps = ["tou"]
    _assert_like((await stranger.login()).json, f"llu_response_loginterms_example_1.{UNOFFICIAL}")


async def test_the_second_factors_step_is_as_recorded(visitor: Patient) -> None:
    visitor.account.second_factor = SecondFactor()
    _assert_like((await visitor.login()).json, "web_login_2fa_step.libreviewapi-issue5.partial.json")


async def test_librelinkups_ticket_is_refused_by_libreview_as_recorded(
    follower: Follower, cloud: CloudDouble
) -> None:
    refused = await follower.get("/glucoseHistory")
    assert (refused.status, refused.json) == (400, _recorded("web_product_mismatch.400.json"))
    cloud.history_refusal = "failed"
    assert (await follower.get("/glucoseHistory")).json == _recorded("web_failed_to_load_history.json")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/llu/connections", "llu_connections.nightscout-librelink-up.json"),
        ("/llu/connections/{patient}/graph", "llu_graph.nightscout-librelink-up.json"),
        (
            "/llu/connections/{patient}/graph",
            f"llu_get_llu_connections_patientid_graph_200_example_1.{UNOFFICIAL}",
        ),
        (
            "/llu/connections/{patient}/logbook",
            f"llu_get_llu_connections_patientid_logbook_200_example_1.{UNOFFICIAL}",
        ),
        (
            "/llu/notifications/settings/{connection}",
            f"llu_get_llu_notifications_settings_connectionid_200_example_1.{UNOFFICIAL}",
        ),
        ("/account", f"llu_get_account_200_example_1.{UNOFFICIAL}"),
        ("/llu/config/country?country=DE", f"llu_get_llu_config_country_200_example_1.{UNOFFICIAL}"),
    ],
)
@pytest.mark.parametrize("uom", [Uom.MG_DL, Uom.MMOL_L])
async def test_what_is_read_is_as_recorded(
    *, follower: Follower, account: Account, person: Person, uom: Uom, path: str, name: str
) -> None:
    account.uom = uom
    where = path.format(patient=person.patient_id, connection=account.connection_id(person))
    _assert_like((await follower.get(where)).json, name)


async def test_a_person_has_no_fields_that_no_recording_has(follower: Follower) -> None:
    mine = _types((await follower.connections()).json["data"][0])
    recorded = [
        *_recorded("llu_connections.nightscout-librelink-up.json")["data"],
        _recorded(f"llu_get_llu_connections_patientid_graph_200_example_1.{UNOFFICIAL}")["data"][
            "connection"
        ],
    ]
    assert mine.keys() == set().union(*map(_types, recorded))


async def test_refusals_are_as_recorded(
    stranger: Follower, account: Account, cloud: CloudDouble, person: Person
) -> None:
    async def refused() -> Any:
        return (await stranger.connections()).json

    redirect = (await stranger.login("global")).json
    assert redirect == _recorded(f"llu_response_loginredirect_example_1.{UNOFFICIAL}")
    wrong = (await stranger.login(password="wrong")).json
    assert wrong == _recorded("llu_login-failed.nightscout-librelink-up.json")
    assert await refused() == _recorded("llu_invalid_jwt.401.json")
    await stranger.signed_in()
    account.region = "us"
    account_id = stranger.headers.pop("account-id")
    await stranger.signed_in()
    stranger.headers.pop("account-id")
    assert await refused() == _recorded("llu_required_header_missing.400.json")
    stranger.headers["account-id"] = account_id
    assert (await stranger.connections(region="eu")).json == _recorded("llu_login_911.json")
    stranger.headers["version"] = "4.12.0"
    assert await refused() == _recorded("llu_connections_min_version.920.json")
    stranger.headers["version"] = "4.16.0"
    cloud.forget_user(account)
    assert await refused() == _recorded("llu_missing_cached_user.json")
    for _ in range(3):
        await stranger.login(password="wrong")
    assert (await stranger.login()).json == _recorded("llu_login_locked.diable.json")
