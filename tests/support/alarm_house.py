"""A house with every automation that we give people in it, and a judge of what sounded there."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import re
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.cloud_double import Account, CloudDouble, Person
from tests.support.alarm_matrix import (
    BLUEPRINTS,
    PHONE,
    ROWS,
    SPANS,
    Case,
    Row,
    Table,
    copied,
    documented,
    of_blueprint,
    story,
)
from tests.support.clock import PassTime
from tests.support.notified_home import House


@dataclass(slots=True)
class Matrix:
    """A house with every automation in it."""

    hass: HomeAssistant
    house: House
    entry: MockConfigEntry
    cloud: CloudDouble
    account: Account
    person: Person
    freezer: FrozenDateTimeFactory
    pass_time: PassTime
    boxes: dict[str, str] = field(default_factory=dict)
    automations: list[dict[str, Any]] = field(default_factory=list)
    documented: dict[str, list[datetime]] = field(default_factory=dict)
    beats: list[datetime] = field(default_factory=list)

    async def prepare(self) -> None:
        """Make all automations, without Home Assistant knowing of them yet."""
        device = self.house.person
        for row in BLUEPRINTS:
            self.boxes[row.name] = await self.house.add_postbox(row.name)
            self.automations.append(of_blueprint(row, device, self.boxes[row.name]))
        for number, (name, automation) in enumerate(documented().items()):
            self.automations.append(copied(number, automation))
            self.documented[name] = []
            self.hass.services.async_register(
                "notify", f"{PHONE.removeprefix('notify.')}_{number}", self._listener(name)
            )
        self.hass.bus.async_listen("beat", lambda _: self.beats.append(datetime.now(UTC)))
        self.hass.states.async_set("light.lamp", "off")
        for service in ("turn_on", "turn_off"):
            async_mock_service(self.hass, "light", service)

    def _listener(self, name: str) -> Callable[[ServiceCall], Coroutine[Any, Any, None]]:
        async def take(_: ServiceCall) -> None:
            self.documented[name].append(datetime.now(UTC))

        return take

    async def start(self, *cases: Case) -> None:
        """Let Home Assistant start, and with it all automations, or those alone that are for these cases."""
        if cases:
            rows = zip(ROWS, self.automations, strict=True)
            self.automations = [automation for row, automation in rows if row.case in cases]
        await self.house.automate_all(self.automations)
        starting = asyncio.create_task(self.hass.async_start())
        await self.pass_time(seconds=5)
        await starting

    async def save(self) -> None:
        """Save every automation, which ends what it was at."""
        changed = {"automation": [each | {"description": "Saved"} for each in self.automations]}
        with patch("homeassistant.config.async_hass_config_yaml", return_value=changed):
            await self.hass.services.async_call("automation", "reload", blocking=True)
        await self.pass_time(seconds=5)

    async def tell(self) -> datetime:
        """Let the story happen; gives when it began."""
        begun = datetime.now(UTC)
        self.person.curve = story(begun)
        silent, back = SPANS[Case.SILENCE]
        await self.wait(silent)
        self.person.pause(datetime.now(UTC))
        await self.wait(back - silent)
        self.person.resume(datetime.now(UTC))
        await self.wait(SPANS[Case.RETURN][1] - back)
        return begun

    def begin(self, case: Case) -> datetime:
        """Let a case begin; gives when."""
        begun = datetime.now(UTC)
        if case is Case.SILENCE:
            self.person.pause(begun)
        elif case is Case.FALL:
            self.person.curve = lambda at: 125 - 2.6 * max(0.0, (at - begun).total_seconds() / 60)
        else:
            self.person.curve = lambda _: 60 if case is Case.LOW else 200
        return begun

    async def wait(self, minutes: float) -> None:
        """Let so many minutes go by."""
        await self.pass_time(minutes=minutes, step=5)

    def alarms(self, row: Row) -> list[datetime]:
        """When an automation has sounded."""
        if row.case is Case.FRESH:
            return self.beats
        if row.name in self.documented:
            return self.documented[row.name]
        return [
            message.at
            for message in self.house.messages
            if message.to == self.boxes[row.name] and re.search(row.titles, message.title or "")
        ]

    def between(self, row: Row, begun: datetime, span: tuple[float, float] | None = None) -> int:
        """How often it has sounded between two minutes after an instant."""
        first, last = span or (0, 10_000)
        minutes = [(at - begun) / timedelta(minutes=1) for at in self.alarms(row)]
        return sum(first <= minute < last for minute in minutes)


@dataclass(slots=True)
class Verdict:
    """The cells of one world."""

    matrix: Matrix
    table: Table
    world: str
    wrong: dict[str, str] = field(default_factory=dict)

    def expect(self, row: Row, times: int, seen: int) -> None:
        """Note how often an automation has sounded, against how often it should have."""
        cell = ("silent", "once")[seen] if seen < 2 else f"{seen} times"
        self.table.note(self.world, row.name, cell)
        if seen != times:
            self.wrong[row.name] = cell

    def of_story(self, begun: datetime) -> dict[str, str]:
        """Judge what sounded in a story: each once in its own case, and none beside it or on old data."""
        for row in ROWS:
            if row.case is Case.NONE:
                self.expect(row, 0, self.matrix.between(row, begun))
            elif row.case is Case.FRESH:
                self.of_watchdog(row, begun)
            elif row.case is not Case.LONG_HIGH:
                self.expect(row, 1, self.matrix.between(row, begun, SPANS[row.case]))
                beside = self.matrix.between(row, begun) - self.matrix.between(row, begun, SPANS[row.case])
                if beside != row.beside:
                    self.wrong[row.name] = f"{beside} beside it"
                    self.table.note(self.world, row.name, self.wrong[row.name])
        return self.wrong

    def of_watchdog(self, row: Row, begun: datetime) -> None:
        """Judge the calls of the watchdog: while data are fresh, and no longer."""
        silent, back = SPANS[Case.SILENCE]
        calls = self.matrix.between(row, begun, (0, silent))
        stale = self.matrix.between(row, begun, (silent + 16, back))
        cell = "calls, and stops" if calls and not stale else f"{calls} calls, {stale} on old data"
        self.table.note(self.world, row.name, cell)
        if not calls or stale:
            self.wrong[row.name] = cell

    def since(self, begun: datetime, case: Case, *, saved: bool = False) -> dict[str, str]:
        """Judge what sounded since an instant, of the automations for one case; all others do not count."""
        for row in ROWS:
            if row.case is case and (row.hears_saves or not saved):
                self.expect(row, 1, self.matrix.between(row, begun))
        return self.wrong
