"""The blueprint that calls a service outside, and only while all is well."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
import re
from typing import Any, Final
from unittest.mock import patch

from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.entries import entry_of
from tests.support.notified_home import House

PAGE: Final = Path(__file__).parents[2] / "docs" / "automations" / "watchdog.md"
YAML: Final = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BEAT: Final[list[dict[str, Any]]] = [{"event": "beat"}]


@pytest.fixture
def beats(hass: HomeAssistant) -> list[datetime]:
    """When the service outside was called."""
    heard: list[datetime] = []
    hass.bus.async_listen("beat", lambda _: heard.append(datetime.now(UTC)))
    return heard


async def test_it_calls_every_few_minutes_while_data_are_fresh_and_no_longer(
    notified_home: House, person: Person, beats: list[datetime], automation_time: PassTime
) -> None:
    await notified_home.automate("watchdog", persons=[notified_home.person], actions=BEAT)
    await automation_time(minutes=31)
    assert [beat.minute for beat in beats] == [5, 10, 15, 20, 25, 30]
    person.pause(datetime.now(UTC))
    await automation_time(minutes=16)
    beats.clear()
    await automation_time(minutes=21)
    assert not beats
    person.resume(datetime.now(UTC))
    await automation_time(minutes=10)
    assert beats


async def test_each_of_several_persons_has_to_be_fresh(
    hass: HomeAssistant,
    notified_home: House,
    cloud: CloudDouble,
    beats: list[datetime],
    automation_time: PassTime,
) -> None:
    robin = Person(first_name="Robin", last_name="Sample", curve=lambda _: 90)
    other = Account(email="other@example.com")
    cloud.add_account(other, persons=[robin])
    await set_up(hass, entry_of(other))
    persons = [notified_home.person, notified_home.device("sensor.robin_sample_range")]
    await notified_home.automate("watchdog", persons=persons, actions=BEAT)
    await automation_time(minutes=11)
    assert len(beats) == 2
    robin.pause(datetime.now(UTC))
    await automation_time(minutes=16)
    beats.clear()
    await automation_time(minutes=30)
    assert not beats


async def test_who_is_missing_is_not_fresh(
    hass: HomeAssistant,
    notified_home: House,
    loaded: MockConfigEntry,
    beats: list[datetime],
    automation_time: PassTime,
) -> None:
    await notified_home.automate("watchdog", persons=[notified_home.person], actions=BEAT)
    await automation_time(minutes=6)
    assert beats
    beats.clear()
    er.async_get(hass).async_update_entity(
        "sensor.alex_example_range", disabled_by=er.RegistryEntryDisabler.USER
    )
    await automation_time(minutes=15)
    await hass.config_entries.async_remove(loaded.entry_id)
    await automation_time(minutes=15)
    assert not beats


@pytest.mark.parametrize(
    "action",
    [
        {"action": "rest_command.not_there"},
        {"action": "notify.send_message", "target": {"entity_id": "notify.broken"}, "data": {"message": "x"}},
        {"delay": "01:00:00"},
    ],
    ids=["missing", "failing", "never ending"],
)
async def test_a_failing_call_keeps_none_of_the_next_from_being_made(
    notified_home: House, beats: list[datetime], automation_time: PassTime, action: dict[str, Any]
) -> None:
    await notified_home.automate("watchdog", persons=[notified_home.person], actions=[*BEAT, action])
    await automation_time(minutes=21)
    assert len(beats) == 4


@pytest.fixture
async def service(socket_enabled: None) -> AsyncIterator[tuple[BaseTestServer, list[str]]]:
    """A service that takes calls at any address, and what it was called with."""
    calls: list[str] = []

    async def take(request: web.Request) -> web.Response:
        calls.append(f"{request.method} {request.rel_url}")
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    async with TestServer(app) as server:
        yield server, calls


def documented(key: str) -> list[dict[str, Any]]:
    """The examples of the page that configure this integration."""
    parsed: list[Any] = [parse_yaml(example) for example in YAML.findall(PAGE.read_text(encoding="utf-8"))]
    return [example for example in parsed if key in example]


async def test_the_documented_commands_call_their_services(
    hass: HomeAssistant,
    notified_home: House,
    service: tuple[BaseTestServer, list[str]],
    automation_time: PassTime,
) -> None:
    server, calls = service
    commands = {
        name: command
        | {"url": re.sub(r"^https://[^/]+", str(server.make_url("")).rstrip("/"), command["url"])}
        for example in documented("rest_command")
        for name, command in example["rest_command"].items()
    }
    assert await async_setup_component(hass, "rest_command", {"rest_command": commands})
    actions = [{"action": f"rest_command.{name}"} for name in commands]
    await notified_home.automate("watchdog", persons=[notified_home.person], actions=actions)
    await automation_time(minutes=6)
    assert calls == [
        "GET /00000000-0000-0000-0000-000000000000",
        "GET /api/push/abcdefghij?status=up&msg=OK",
        "POST /api/webhook/a-long-secret-of-your-own",
    ]


async def test_the_documented_watch_of_another_home_assistant_speaks_when_the_calls_stop(
    hass: HomeAssistant, notified_home: House, automation_time: PassTime
) -> None:
    await async_setup_component(hass, "webhook", {})
    heard: list[str] = []

    async def take(call: Any) -> None:
        heard.append(call.data["message"])

    hass.services.async_register("notify", "mobile_app_phone", take)
    (example,) = documented("automation")
    await notified_home.automate_all(example["automation"])
    webhook = hass.data["webhook"]["a-long-secret-of-your-own"]
    for _ in range(3):
        await webhook.handler(hass, "a-long-secret-of-your-own", _Request())
        await automation_time(minutes=5)
    assert not heard
    await automation_time(minutes=11)
    assert len(heard) == 1
    await automation_time(hours=1)
    assert len(heard) == 1


async def test_the_documented_watch_of_another_home_assistant_that_is_saved_meanwhile_goes_on(
    hass: HomeAssistant, notified_home: House, automation_time: PassTime
) -> None:
    await async_setup_component(hass, "webhook", {})
    heard = async_mock_service(hass, "notify", "mobile_app_phone")
    (example,) = documented("automation")
    await notified_home.automate_all(example["automation"])
    webhook = hass.data["webhook"]["a-long-secret-of-your-own"]
    await webhook.handler(hass, "a-long-secret-of-your-own", _Request())
    await automation_time(minutes=5)
    changed = {"automation": [example["automation"][0] | {"alias": "Renamed"}]}
    with patch("homeassistant.config.async_hass_config_yaml", return_value=changed):
        await hass.services.async_call("automation", "reload", blocking=True)
    await automation_time(minutes=16)
    assert len(heard) == 1


class _Request:
    """What a webhook is called with."""

    method = "POST"
    headers: Final = {"Content-Type": "text/plain"}
    query: Final[dict[str, str]] = {}

    async def post(self) -> dict[str, str]:
        """Return the form, which is empty."""
        return {}
