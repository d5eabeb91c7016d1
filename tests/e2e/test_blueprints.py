"""Each blueprint in a real Home Assistant: found, made into an automation, run once, silent on old data.

A blueprint is saved by the second half of what an import does: the first fetches from GitHub, which no test
should. The automations of the low alarm and of missing data are clicked together; the other five are
written as their forms would, but that what is high for long is so after seconds.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.util.yaml import load_yaml_dict
from playwright.async_api import Browser

from tests.cloud_double import CloudDouble, Person
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.e2e.stub_home import add, deliver, is_told, messages_to
from tests.home import Client
from tests.home.flows import follow
from tests.home.persons import ShownPerson, persons
from tests.support.notified_home import BLUEPRINTS

from .blueprint_form import SWITCH_LABEL, BlueprintForm
from .browser import PHONE, seated
from .homes import living
from .world import person

WITHIN = 30
TOO_OLD = timedelta(minutes=15)
CURRENT_FOR = timedelta(seconds=25)
"""How long a reading that is nearly too old stays current: long enough for a slow machine to see it so."""
STALE_WITHIN = CURRENT_FOR.total_seconds() + 90
"""A minute is the least that the form lets people wait, and the alarm waits as long for data."""
ORANGE, GREEN = [255, 90, 0], [0, 200, 60]
NAMES = {file.stem: load_yaml_dict(file)["blueprint"]["name"] for file in sorted(BLUEPRINTS.glob("*.yaml"))}
CLICKED = {"low_alarm": "Mum's phone", "stale_data": "Dad's phone"}
WRITTEN = ("falling_fast", "high_for_long", "sensor_expiring", "daily_summary")


async def test_each_blueprint_runs_once_when_it_should_and_is_silent_on_old_data(
    cloud: CloudDouble, tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    alex, robin = person(cloud, "Alex Example"), person(cloud, "Robin Sample")
    alex.curve, robin.curve = lambda _: 50, lambda _: 300
    for each in (alex, robin):
        each.pause(datetime.now(UTC) - TOO_OLD - timedelta(minutes=2))  # What comes later is uploaded here.
    deliver(tmp_path / "config")
    async with living(tmp_path / "config", cloud) as home:
        client = home.client
        await follow(client, EMAIL, PASSWORD)
        boxes = {each: await add(client, "notify", CLICKED.get(each, each)) for each in (*CLICKED, *WRITTEN)}
        lamp = await add(client, "light", "Lamp")
        await _import(client)
        shown = {each.name: each for each in await persons(client)}
        a, r, s = (shown[name] for name in ("Alex Example", "Robin Sample", "Sam Specimen"))
        low_alarm = await _click_two(browser, client, pictures)
        await _write(client, "falling_fast", person=a.device_id, notify=[boxes["falling_fast"]])
        # Six seconds: the form begins at five minutes.
        await _write(
            client, "high_for_long", person=r.device_id, notify=[boxes["high_for_long"]], high_for=0.1
        )
        await _write(client, "range_light", person=a.device_id, light=[lamp])
        # Sam's sensor ended days ago, and of Robin's glucose nothing is known yet.
        await _write(
            client, "sensor_expiring", "1", person=s.device_id, notify=[boxes["sensor_expiring"]], at=_soon()
        )
        summary = {"sensors": [r.entities["glucose"]], "notify": [boxes["daily_summary"]]}
        await _write(client, "daily_summary", "1", **summary, with_nothing=False, at=_soon())

        # The phones upload what is alarming, but too old.
        await _glucose_comes(client, a, alex, 50, old=TOO_OLD + timedelta(seconds=20), trend=1)
        await _glucose_comes(client, r, robin, 300, old=TOO_OLD + timedelta(seconds=20))
        for key in ("sensor_expiring1", "daily_summary1"):
            await _looked(client, key)
        await asyncio.sleep(2)
        for key in boxes.keys() - {"stale_data"}:  # This one may be reminding of the old data by now.
            assert not await messages_to(client, boxes[key]), key
        for key in (low_alarm, "falling_fast", "high_for_long"):
            assert not await client.ask("trace/list", domain="automation", item_id=key), key
        assert (await client.state(lamp))["state"] == "off"

        # Alex is low, and nothing comes any more; Robin is high for long.
        await _glucose_comes(client, r, robin, 300)
        await _glucose_comes(client, a, alex, 60, old=TOO_OLD - CURRENT_FOR, trend=2)
        since = datetime.now(UTC)
        await _lamp_shows(client, lamp, ORANGE)
        await is_told(client, boxes["low_alarm"], "Alex Example: Low", within=WITHIN)
        reminder = {"person": r.device_id, "notify": [boxes["sensor_expiring"]]}
        await _write(client, "sensor_expiring", "2", **reminder, at=_soon())
        await _write(client, "daily_summary", "2", **summary, at=_soon())
        async with asyncio.TaskGroup() as waiting:
            for seen in (
                is_told(client, boxes["low_alarm"], "Alex Example: No current data", within=STALE_WITHIN),
                _missing_is_told(client, boxes["stale_data"], since),
                client.until(lamp, lambda state: bool(state["state"] == "off"), within=STALE_WITHIN),
                is_told(client, boxes["high_for_long"], "Robin Sample: Very high, 0 min", within=WITHIN),
                is_told(client, boxes["sensor_expiring"], "Robin Sample: Sensor status", within=WITHIN),
                is_told(client, boxes["daily_summary"], "Robin Sample", within=WITHIN),
                _look_at_the_others(browser, client, pictures),
            ):
                waiting.create_task(seen)

        # Data are back, and Alex falls.
        await _glucose_comes(client, a, alex, 85, trend=2)
        await asyncio.gather(
            is_told(client, boxes["stale_data"], "Alex Example: Data are back", within=WITHIN),
            is_told(client, boxes["falling_fast"], "Alex Example: Falling", within=STALE_WITHIN),
            _lamp_shows(client, lamp, GREEN),
        )
        counts = {
            key: len(await messages_to(client, box)) for key, box in boxes.items() if key != "stale_data"
        }
        assert counts == {"low_alarm": 2, **dict.fromkeys(WRITTEN, 1)}
        (ends,) = await messages_to(client, boxes["sensor_expiring"])
        (day,) = await messages_to(client, boxes["daily_summary"])
        assert ends["text"].startswith("Expires soon, ")
        assert day["text"] == "Glucose: 16.7 mmol/L"


async def _import(client: Client) -> None:
    for stem in NAMES:
        file = BLUEPRINTS / f"{stem}.yaml"
        blueprint = load_yaml_dict(file)["blueprint"]
        await client.ask(
            "blueprint/save",
            domain="automation",
            path=f"libreview/{stem}",
            yaml=file.read_text(encoding="utf-8"),
            source_url=str(blueprint["source_url"]),
        )


async def _click_two(browser: Browser, client: Client, pictures: Path) -> str:
    """Make the two automations that everybody should have; gives the id of the low alarm."""
    async with seated(browser, client, pictures) as seat:
        form = BlueprintForm(seat)
        await form.listed(list(NAMES.values()), "blueprints")
        ids = []
        for stem, phone in CLICKED.items():
            await form.open(NAMES[stem], f"blueprint-{stem}")
            await form.choose("Person", "Alex Example")
            await form.choose("Who to notify", phone)
            if stem == "low_alarm":
                await form.unfold("Repeating and answering")
                await form.enter("Repeat every", 10)
            else:
                await form.enter("Wait for", 1)
            await seat.look(f"blueprint-{stem}-filled", known=SWITCH_LABEL)
            ids.append(await form.save())
    low, stale = [await client.get(f"/api/config/automation/config/{each}") for each in ids]
    assert low["use_blueprint"]["input"]["repeat_every"] == 10
    assert stale["use_blueprint"]["input"]["wait"] == 1
    return ids[0]


async def _look_at_the_others(browser: Browser, client: Client, pictures: Path) -> None:
    async with seated(browser, client, pictures) as seat:
        for stem in NAMES.keys() - CLICKED.keys():
            await BlueprintForm(seat).open(NAMES[stem], f"blueprint-{stem}")
    async with seated(browser, client, pictures, screen=PHONE) as seat:
        for stem in CLICKED:
            await BlueprintForm(seat).open(NAMES[stem], f"blueprint-{stem}-phone")


async def _write(client: Client, stem: str, number: str = "", **inputs: Any) -> None:
    """Make an automation without a form, and wait until it is on."""
    key = f"{stem}{number}"
    config = {
        "alias": key,
        "use_blueprint": {"path": f"libreview/{stem}.yaml", "input": inputs},
    }
    await client.post(f"/api/config/automation/config/{key}", config)
    await client.until(f"automation.{key}", lambda state: bool(state["state"] == "on"), within=WITHIN)


async def _looked(client: Client, key: str) -> None:
    """Wait until an automation has looked whether there is something to tell, and found nothing."""
    async with asyncio.timeout(WITHIN):
        while not (traces := await client.ask("trace/list", domain="automation", item_id=key)):
            await asyncio.sleep(0.5)
    assert [trace["script_execution"] for trace in traces] == ["failed_conditions"]


def _soon() -> str:
    """A few seconds from now, by the clock of the house."""
    return (datetime.now(ZoneInfo("Europe/Amsterdam")) + timedelta(seconds=6)).strftime("%H:%M:%S")


async def _glucose_comes(
    client: Client,
    shown: ShownPerson,
    who: Person,
    mg_dl: int,
    *,
    old: timedelta = timedelta(),
    trend: int = 3,
) -> None:
    """The phone uploads a value, and Home Assistant is made to look until it has it."""
    at = datetime.now(UTC) - old
    who.add_reading(at, mg_dl, trend)
    await client.act("button.press", entity_id=shown.entities["refresh"])
    await client.until(
        shown.entities["glucose"],
        lambda state: measured_at(state) == at.replace(microsecond=0),
        within=WITHIN,
    )


def measured_at(state: dict[str, Any]) -> datetime | None:
    """When the newest reading was measured, as the glucose of a person says it."""
    told = state["attributes"].get("measurement_timestamp")
    return datetime.fromisoformat(told) if told else None


async def _missing_is_told(client: Client, box: str, since: datetime) -> None:
    def heard(state: dict[str, Any]) -> bool:
        news = [
            each for each in state["attributes"]["messages"] if datetime.fromisoformat(each["at"]) > since
        ]
        return any(each["title"] == "Alex Example: No current data" for each in news)

    await client.until(box, heard, within=STALE_WITHIN)


async def _lamp_shows(client: Client, lamp: str, color: list[int]) -> None:
    await client.until(lamp, lambda state: bool(state["attributes"].get("rgb_color") == color), within=WITHIN)
