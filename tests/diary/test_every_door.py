"""What action, calendar, card, sums and export say of the diary is one, and is what the app last said."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
from random import Random
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.actions.lookup import find_glucose_sensor
from custom_components.libreview.cloud.csv.export import parse_csv
from custom_components.libreview.cloud.csv.headings import Column
from custom_components.libreview.dashboard.payloads import window_message
from custom_components.libreview.entry_data import async_follow
from custom_components.libreview.models import Connection
from tests.cloud_double import EntryKind, Person
from tests.cloud_double.diary import DiaryEntry
from tests.support.clock import PassTime
from tests.support.csv_exports import YEAR_FIRST, Said, Style, export
from tests.support.diary import restart
from tests.support.feeds import diary_feeds
from tests.support.forms import fill
from tests.support.person_dialogs import choose, person_dialog
from tests.support.states import state
from tests.support.stored_history import ask, device_id_of

COUNT: Final = int(os.environ.get("LIBREVIEW_RANDOM_HISTORIES", "30")) // 15
STEPS: Final = 10
RAPID, CARBS = EntryKind.RAPID_ACTING_INSULIN, EntryKind.CARBOHYDRATES
MORNING: Final = datetime.fromisoformat("2026-06-01 06:00")
"""By the person's clock, on the day of all this."""

type Seen = Counter[tuple[str, float | None]]
"""Kinds and amounts, as often as they are there."""


class Home:
    """An account whose diary is read, and the person's app."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        patient: Person,
        folder: Path,
        pass_time: PassTime,
        seed: int,
    ) -> None:
        self.hass, self.entry, self.patient, self.folder = hass, entry, patient, folder
        self.pass_time, self.random = pass_time, Random(seed)
        self.files: list[bytes] = []
        self.steps: list[str] = []
        hass.config.allowlist_external_dirs = {str(folder)}

    # What happens in the app.

    async def log(self) -> None:
        wall = MORNING + timedelta(minutes=self.random.randrange(8 * 60))
        kind = self.random.choice((RAPID, CARBS))
        amount = float(self.random.randrange(2, 9))
        self.patient.add_entry(kind, wall=wall, amount=amount, uploaded=datetime.now(UTC))

    async def correct(self) -> None:
        self._change(amount=float(self.random.randrange(2, 9)))

    async def move(self) -> None:
        if self.patient.diary:
            minute = self.random.randrange(60)
            index = self.random.randrange(len(self.patient.diary))
            entry = self.patient.diary[index]
            self.patient.diary[index] = replace(entry, wall=entry.wall.replace(minute=minute))

    async def delete(self) -> None:
        if self.patient.diary:
            self.patient.diary.remove(self.random.choice(self.patient.diary))

    def _change(self, **changes: Any) -> None:
        if self.patient.diary:
            index = self.random.randrange(len(self.patient.diary))
            self.patient.diary[index] = replace(self.patient.diary[index], **changes)

    # What happens here.

    async def bring_in_a_file(self) -> None:
        """A new file, or one of before."""
        if self.random.random() < 0.6 or not self.files:
            self.files.append(_export_of(self.patient.diary))
        path = self.folder / "glucose.csv"
        path.write_bytes(self.random.choice(self.files))
        await ask(self.hass, "import_csv", person=self.device, path=str(path))

    async def take_the_file_back(self) -> None:
        menu = await person_dialog(self.hass, self.entry)
        if "take_back_import" in menu["menu_options"]:
            await fill(self.hass, await choose(self.hass, self.entry, "take_back_import"))

    async def restart(self) -> None:
        self.entry = await restart(self.hass, self.entry)

    async def remove_and_add_again(self) -> None:
        (subentry,) = self.entry.subentries.values()
        self.hass.config_entries.async_remove_subentry(self.entry, subentry.subentry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        async_follow(
            self.hass,
            self.entry,
            Connection(patient_id=self.patient.patient_id, first_name="Jamie", last_name="Sample"),
        )
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def change_the_zone(self) -> None:
        zone = self.random.choice(("Europe/Berlin", "Europe/Paris", "Europe/Rome"))
        await self.hass.config.async_update(time_zone=zone)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def read(self) -> None:
        """A report comes."""
        await self.pass_time(minutes=6)
        await diary_feeds(self.entry)["libreview"].async_refresh()
        await self.hass.async_block_till_done(wait_background_tasks=True)

    # What is said.

    @property
    def device(self) -> str:
        return device_id_of(self.hass, self.entry, self.patient)

    async def check(self) -> None:
        told = (await ask(self.hass, "get_diary", person=self.device))["entries"]
        action: Seen = Counter((each["kind"], each["amount"]) for each in told)
        assert action == Counter((each.kind, each.amount) for each in self.patient.diary), self.steps
        assert await self._calendar() == action, self.steps
        assert await self._card() == action, self.steps
        assert await self._export() == action, self.steps
        sums: Counter[str] = Counter()
        for each in told:
            sums[each["kind"]] += each["amount"]
        for kind, sensor in ((RAPID, "rapid_acting"), (CARBS, "carbohydrates")):
            shown = state(self.hass, f"sensor.jamie_sample_{sensor}_today")
            assert float(shown) == sums[kind], self.steps

    async def _calendar(self) -> Seen:
        entity_id = "calendar.jamie_sample_diary"
        span = {"start_date_time": "2026-05-31T00:00:00+00:00", "end_date_time": "2026-06-03T00:00:00+00:00"}
        shown: Any = await self.hass.services.async_call(
            "calendar", "get_events", {"entity_id": entity_id, **span}, blocking=True, return_response=True
        )
        kinds = {"Rapid": RAPID, "Carbo": CARBS}
        seen: Seen = Counter()
        for event in shown[entity_id]["events"]:
            amount = re.search(r"[\d.]+", event["summary"])
            seen[kinds[event["summary"][:5]], float(amount[0]) if amount else None] += 1
        return seen

    async def _card(self) -> Seen:
        sensor = find_glucose_sensor(self.hass, "sensor.jamie_sample_glucose")
        history = self.entry.runtime_data.history
        window: Any = await history.async_run(window_message, sensor, timedelta(days=1))
        return Counter((each["kind"], each["amount"]) for each in window["diary"])

    async def _export(self) -> Seen:
        content = (await ask(self.hass, "export", person=self.device))["content"]
        return Counter((each.kind, each.amount) for each in parse_csv(content.encode()).entries)


def _export_of(diary: list[DiaryEntry]) -> bytes:
    """A file of LibreView's, with what the app holds now."""
    kinds = {RAPID: (4, Column.RAPID), CARBS: (5, Column.GRAMS)}
    rows = [
        Said(kinds[entry.kind][0], entry.wall, {kinds[entry.kind][1]: entry.amount or 0.0})
        for entry in sorted(diary, key=lambda entry: entry.wall)
    ]
    first = Said(6, MORNING, {})
    return export(
        [first, *rows],
        Style(time=YEAR_FIRST),
        made=datetime.now(UTC).replace(tzinfo=None),
        name="Jamie Sample",
    )


STEPS_AND_WEIGHTS: Final = (
    (Home.log, 6),
    (Home.correct, 2),
    (Home.move, 2),
    (Home.delete, 2),
    (Home.bring_in_a_file, 4),
    (Home.take_the_file_back, 2),
    (Home.restart, 1),
    (Home.remove_and_add_again, 1),
    (Home.change_the_zone, 1),
)


@pytest.mark.parametrize("seed", range(COUNT))
async def test_every_door_says_what_the_app_last_said(
    hass: HomeAssistant,
    diary_read: MockConfigEntry,
    patient: Person,
    tmp_path: Path,
    pass_time: PassTime,
    seed: int,
) -> None:
    home = Home(hass, diary_read, patient, tmp_path, pass_time, seed)
    steps, weights = zip(*STEPS_AND_WEIGHTS, strict=True)
    for step in (Home.log, *home.random.choices(steps, weights, k=STEPS)):
        home.steps.append(step.__name__)
        await step(home)
        await home.read()
        await home.check()
