"""A month of somebody's diary, in which the account asks for its person three times."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import Account, CloudDouble, Person, SecondFactor, Sensor
from tests.conftest import set_up
from tests.dialogs import fill, prompts
from tests.diary_scene import DIARY, PassTime, ago, diary, dose, entries, minutes_between, restart
from tests.heard import Heard
from tests.repair_dialogs import dialog, issue_of, issues, set_up_repairs

# Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning")

UNNOTICED = timedelta(hours=9)
"""The person sleeps, works, and looks at Home Assistant later."""


class Month:
    """The days as they go by, with their meals, and a person who looks at Home Assistant now and then."""

    def __init__(self, hass: HomeAssistant, patient: Person, pass_time: PassTime) -> None:
        self.amounts: list[float] = []
        self._hass = hass
        self._patient = patient
        self._pass_time = pass_time
        self._random = Random(3)
        self._began = ago()

    async def until_day(self, number: int) -> None:
        """Live on until that day."""
        await self.go_on(self._began + timedelta(days=number) - ago())

    async def go_on(self, span: timedelta) -> None:
        """Live on; some entries reach the cloud only a day later."""
        hours, rest = divmod(span, timedelta(hours=1))
        for _ in range(hours):
            if self._random.random() < 0.25:
                made = ago(minutes=self._random.uniform(0, 50))
                late = self._random.uniform(0, 40) if self._random.random() < 0.2 else 0
                self.amounts.append(dose(self._patient, made, uploaded=made + timedelta(hours=late)))
            await self._pass_time(hours=1, step=900)
        await self._pass_time(seconds=rest.total_seconds(), step=900)

    async def answer_prompt(self, password: str) -> None:
        """Sign in where Home Assistant itself asks for it."""
        assert not issues(self._hass)
        (prompt,) = prompts(self._hass)
        assert (await fill(self._hass, prompt, password=password))["reason"] == "reauth_successful"

    async def repair(self, key: str, *answers: dict[str, Callable[[], Any]]) -> None:
        """Follow a repair to the sign-in, and answer its questions."""
        assert not prompts(self._hass)
        form = await dialog(self._hass, issue_of(self._hass, key))
        for answer in answers:
            form = await fill(self._hass, form, **{name: value() for name, value in answer.items()})
        assert form["reason"] == "reauth_successful"


async def test_a_month_has_eight_sign_ins_and_each_entry_is_told_once(
    hass: HomeAssistant,
    own_entry: MockConfigEntry,
    own_account: Account,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await set_up_repairs(hass)
    patient.sensor = Sensor(product=3)  # Fewer readings make a faster test.
    own_account.trusts_devices = True
    heard, month, entry = Heard.listen(hass, DIARY), Month(hass, patient, pass_time), own_entry
    before = dose(patient, ago(days=2))
    await set_up(hass, entry)
    await pass_time(minutes=1)

    await month.until_day(3)
    cloud.change_password(own_account, "Second-horse-2")
    await month.go_on(UNNOTICED)
    await month.answer_prompt("Second-horse-2")

    await month.until_day(10)
    cloud.expire_password(own_account)
    await month.go_on(UNNOTICED)
    cloud.change_password(own_account, "Third-horse-3")
    await month.repair("password_expired", {"password": lambda: "Third-horse-3"})

    await month.until_day(15)
    entry = await restart(hass, entry)

    await month.until_day(20)
    factor = own_account.second_factor = SecondFactor(fresh_codes=True)
    cloud.demand_second_factor(own_account)
    await month.go_on(UNNOTICED)
    assert not own_account.codes_sent
    await month.repair(
        "second_factor",
        {"target": lambda: "secondary"},
        {"code": lambda: factor.code, "resend": lambda: False},
    )

    await month.until_day(27)
    cloud.end_web_session(own_account)  # The device is trusted by now.

    await month.until_day(30)
    await pass_time(hours=44, step=900)  # Until the last late entry is there.
    assert not issues(hass)
    assert not prompts(hass)
    assert diary(entry).problem is None

    sign_ins = [each.at for each in cloud.web_logins]
    # At first; refused, expired and stopped, each followed by the person's own; and the last one.
    assert len(sign_ins) == 8
    assert min(minutes_between(sign_ins)) >= 5
    assert len(own_account.codes_sent) == 1
    assert min(minutes_between([each.at for each in cloud.requests("reports")])) >= 5

    assert len(month.amounts) > 150
    assert sorted(heard.amounts, key=str) == sorted(month.amounts, key=str)
    assert sorted(each.amount or 0 for each in entries(entry)) == sorted([before, *month.amounts])
