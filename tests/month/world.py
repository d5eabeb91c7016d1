"""The cloud, the person and the house of one seed: time that passes, restarts, and what the person does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import CONF_PASSWORD, EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.clock import let_pass
from tests.support.forms import fill
from tests.support.repair_dialogs import dialog, issues
from tests.support.restart import restarted

NOTICED = timedelta(seconds=4)
"""After a jump of the clock, which is looked for every five seconds."""


@dataclass(slots=True, kw_only=True)
class World:
    """One house with one account, and all that may happen to it."""

    hass: HomeAssistant
    cloud: CloudDouble
    account: Account
    person: Person
    entry: MockConfigEntry
    freezer: FrozenDateTimeFactory
    monkeypatch: pytest.MonkeyPatch
    dice: Random
    look: Callable[[], Awaitable[None]]
    """Looks at everything that must never happen."""
    events: list[str] = field(default_factory=list)
    """What has happened so far, for whoever has to find out why a seed fails."""
    ahead: timedelta = timedelta()
    """By how much our clock is ahead of the cloud's, which is right."""
    slept: float = 0.0
    """Seconds by which the monotonic clock of the house is behind its wall clock."""
    acted: list[datetime] = field(default_factory=list)
    """When the person signed in."""

    def __post_init__(self) -> None:
        """Let the cloud live by a clock of its own, and timers by one that stands still in a sleep."""
        self.cloud.now = lambda: datetime.now(UTC) - self.ahead
        awake = self.hass.loop.time
        self.monkeypatch.setattr(self.hass.loop, "time", lambda: awake() - self.slept)

    @property
    def is_up(self) -> bool:
        """Whether the account is loaded."""
        return self.entry.state is ConfigEntryState.LOADED

    def note(self, text: str) -> None:
        """Remember what happens."""
        self.events.append(f"{self.cloud.now():%d %H:%M:%S} {text}")

    async def spend(self, minutes: float) -> None:
        """Let time go by, and look at everything once a minute."""
        end = datetime.now(UTC) + timedelta(minutes=minutes)
        while (left := (end - datetime.now(UTC)).total_seconds()) > 0:
            await let_pass(self.hass, self.freezer, seconds=min(left, 60))
            await self.look()

    # What happens to the house.

    async def sleep(self, minutes: float) -> None:
        """The machine is suspended for so long, and notices when it wakes up."""
        self.note(f"the machine sleeps for {minutes:.0f} min")
        self.freezer.tick(minutes * 60)
        self.slept += minutes * 60
        await self._wake(minutes * 60)

    async def set_clock(self, minutes: float) -> None:
        """Our own clock is set: ahead, or back."""
        self.note(f"our clock is set by {minutes:+.0f} min")
        step = timedelta(minutes=minutes)
        self.freezer.move_to(datetime.now(UTC) + step)
        self.slept += minutes * 60
        self.ahead += step
        await self._wake(minutes * 60)

    async def _wake(self, jump: float) -> None:
        await let_pass(self.hass, self.freezer, seconds=NOTICED.total_seconds())
        if self.is_up:
            self.entry.runtime_data.async_on_clock_jump(jump)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        await self.look()

    async def reload(self) -> None:
        """Somebody reloads the account."""
        self.note("reload")
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def restart(self, minutes: float) -> None:
        """Home Assistant is off for so long."""
        self.note(f"Home Assistant is off for {minutes:.0f} min")
        await self.hass.config_entries.async_unload(self.entry.entry_id)
        for flow in self.hass.config_entries.flow.async_progress_by_handler(DOMAIN):
            self.hass.config_entries.flow.async_abort(flow["flow_id"])
        self.hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        await let_pass(self.hass, self.freezer, minutes=minutes)
        self.entry = await set_up(self.hass, restarted(self.hass, self.entry))

    # What the person does.

    async def sign_in(self, password: str | None = None) -> None:
        """The person does what they are asked for, with this password or with the right one."""
        self.acted.append(self.cloud.now())
        password = self.account.password if password is None else password
        flows = self.hass.config_entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_REAUTH}
        )
        if flows:
            self.note("the person signs in again")
            form = await self.hass.config_entries.flow.async_configure(flows[0]["flow_id"])
            await self._go_on(form, password)
        for issue in [] if flows else issues(self.hass):
            is_left = issue in issues(self.hass)  # One way back in may serve for two repairs.
            if is_left and issue.translation_key in ("password_expired", "second_factor"):
                self.note(f"the person goes on from the repair {issue.translation_key}")
                await self._go_on(await dialog(self.hass, issue), password)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def _go_on(self, form: Any, password: str) -> None:
        """Fill in one form after the other, until the dialog ends or does not go on."""
        factor = self.account.second_factor
        for step, words in (
            ("reauth_confirm", {CONF_PASSWORD: password}),
            ("second_factor", {"target": "primary"}),
            ("code", {"code": factor.code if factor else "", "resend": False}),
        ):
            if form["type"] is FlowResultType.FORM and form["step_id"] == step:
                form = await fill(self.hass, form, **words)
                self.note(f"{step}: {form.get('errors') or form.get('reason') or form.get('step_id')}")
