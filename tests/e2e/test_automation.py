"""Someone who makes automations with the mouse, and what becomes of them while glucose falls."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Client, Home
from tests.home.client import Json, State
from tests.home.flows import follow
from tests.home.persons import ShownPerson, persons

from .browser import Seat, seated
from .editor import Editor
from .homes import living
from .words import ADD_TRIGGER, ours
from .world import person

HOLDS_FOR = 3
"""Seconds that glucose has to stay low: enough to see that it is waited for."""
RUNS_WITHIN = 30
APART = 12
"""Seconds. Readings less than 10 s apart pass for one."""
ALEX, ROBIN = "Alex Example", "Robin Sample"


async def test_a_low_automation_that_was_clicked_together_runs_in_either_unit(
    cloud: CloudDouble, home: Home, browser: Browser, pictures: Path
) -> None:
    people = [person(cloud, name) for name in (ALEX, ROBIN)]
    for each in people:
        each.curve = lambda _: 120
    await follow(home.client, EMAIL, PASSWORD, persons=[each.patient_id for each in people])
    for each in people:
        each.pause(datetime.now(UTC))  # From now on there is only what is uploaded here.
    alex, robin = await persons(home.client)
    async with seated(browser, home.client, pictures) as seat:
        low = await _automation(seat, alex, "70", "mg/dL", "1")
        low_in_mmol = await _automation(seat, robin, "3.9", "mmol/L", "2")

        # What people see as 70 mg/dL and 3.9 mmol/L is not below it.
        await _glucose_is(cloud, home.client, 70, alex, robin)
        assert (await home.client.state(robin.entities["glucose"]))["state"] == "3.9"
        await asyncio.sleep(APART)
        assert await _traces(home.client, low) == await _traces(home.client, low_in_mmol) == []

        fell_at = datetime.now(UTC)
        await _glucose_is(cloud, home.client, 69, alex, robin)
        for shown, automation in ((alex, low), (robin, low_in_mmol)):
            trace = await _first_trace(home.client, automation)
            ran_at = datetime.fromisoformat(trace["timestamp"]["start"])
            assert (ran_at - fell_at).total_seconds() >= HOLDS_FOR
            assert trace["trigger"] == f"state of {shown.entities['glucose']}"
            assert trace["script_execution"] == "finished"

        await seat.go(f"/config/automation/trace/{low_in_mmol}")
        await expect(seat.page.locator("hat-script-graph")).to_be_visible()
        await expect(seat.page.get_by_text("Executed:").first).to_be_visible()
        await seat.page.screenshot(path=pictures / "automation-3-trace.png")  # shows the YAML as well


async def test_a_german_finds_triggers_and_conditions_in_german(
    cloud: CloudDouble, tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    async with (
        living(tmp_path / "config", cloud, language="de") as home,
        seated(browser, home.client, pictures, language="de") as seat,
    ):
        await follow(home.client, EMAIL, PASSWORD, persons=[person(cloud, ALEX).patient_id])
        editor = Editor(seat)
        await editor.open()
        await editor.add_trigger("range_changed", ALEX, "automation-de-1-triggers")
        # Home Assistant 2026.11 draws the translated options of a field only once the field has changed.
        for field in ("from", "to"):
            await editor.tick(ours("de", f"triggers.range_changed.fields.{field}.name"))
        await seat.reads(ours("de", "selector.range.options.very_low"))
        await seat.look("automation-de-2-trigger")
        await editor.add_condition("is_fresh", ALEX, "automation-de-3-conditions")
        await expect(
            seat.page.get_by_text(ours("de", "conditions.is_fresh.description")).first
        ).to_be_visible()
        await seat.look("automation-de-4-condition")

        await editor.open()
        offered = await editor.offers(ADD_TRIGGER, ALEX)
        names = " ".join(await offered.all_inner_texts())
        assert ours("de", "triggers.sensor_expiring.name") in names
        assert ours("en", "triggers.sensor_expiring.name") not in names


async def _automation(seat: Seat, shown: ShownPerson, number: str, unit: str, picture: str) -> str:
    """Click together an automation that looks for data while glucose is low; gives its id."""
    editor = Editor(seat)
    await editor.open()
    await editor.add_trigger("glucose_crossed_threshold", shown.name, f"automation-{picture}-triggers")
    await editor.below(number, unit)
    await editor.for_seconds(HOLDS_FOR)
    await seat.reads(f"below {number} {unit}")
    await seat.look(f"automation-{picture}-trigger")
    await editor.add_action("Press button", shown.name)
    automation = await editor.save(f"Low glucose of {shown.name}")
    await seat.look(f"automation-{picture}-saved")
    return automation


async def _glucose_is(cloud: CloudDouble, client: Client, mg_dl: int, *people: ShownPerson) -> None:
    """The phones upload a value, and Home Assistant is made to look."""
    for each in people:
        person(cloud, each.name).add_reading(datetime.now(UTC), mg_dl)
    await client.act("button.press", entity_id=people[0].entities["refresh"])
    for each in people:
        seen = str(mg_dl) if each.unit == "mg/dL" else str(round(mg_dl / 18, 1))
        await client.until(each.entities["glucose"], _is(seen), within=RUNS_WITHIN)


def _is(value: str) -> Callable[[State], bool]:
    return lambda state: bool(state["state"] == value)


async def _traces(client: Client, automation: str) -> list[Json]:
    """The runs of an automation."""
    found: list[Json] = await client.ask("trace/list", domain="automation", item_id=automation)
    return found


async def _first_trace(client: Client, automation: str) -> Json:
    """The first run of an automation that is over."""
    async with asyncio.timeout(RUNS_WITHIN):
        while True:
            for trace in await _traces(client, automation):
                if trace["state"] == "stopped":
                    return trace
            await asyncio.sleep(0.2)
