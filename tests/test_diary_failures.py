"""What becomes of a diary feed when something fails at any step of a report."""

from dataclasses import dataclass
import logging

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.libreview import LibreView
from tests.cloud_double import CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.conftest import set_up
from tests.diary_scene import PassTime, ago, diary, dose, entries, minutes_between, problem, prompts, reports


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


@pytest.fixture(autouse=True)
def _pauses(monkeypatch: pytest.MonkeyPatch, freezer: FrozenDateTimeFactory) -> None:
    """Time goes by while a report is in the making."""

    async def pause(seconds: float) -> None:
        freezer.tick(seconds)

    monkeypatch.setattr(LibreView.__init__, "__defaults__", (pause,))


@pytest.fixture
async def read(hass: HomeAssistant, own_entry: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account, set up, its diary read an hour ago."""
    await set_up(hass, own_entry)
    await pass_time(minutes=40, step=60)
    return own_entry


STEPS = ("report_settings", "reports", "channel", "long_poll", "report_page")
UNREADABLE = frozenset({"diary_unreadable"})
OFTEN, SELDOM = range(45, 76), range(5, 15)
"""Attempts in six hours: every five minutes, and less and less often."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault: as what it is told, what people are asked, and how often there is an attempt in six hours."""

    fault: Fault
    key: str
    prompts: frozenset[str] = frozenset()
    attempts: range = OFTEN


ROWS = {
    "500": Row(faults.status(500), "server_trouble"),
    "dropped": Row(faults.dropped(after=10), "no_answer"),
    "page": Row(faults.html(), "invalid_answer", UNREADABLE, SELDOM),
    "empty": Row(faults.empty(), "invalid_answer", UNREADABLE, SELDOM),
    "429": Row(faults.rate_limited(), "refused", frozenset({"refused"}), SELDOM),
    "430 for two hours": Row(
        faults.rate_limited(7200, code=430), "refused", frozenset({"refused"}), range(3, 5)
    ),
    "Cloudflare": Row(faults.cloudflare_block(), "blocked", frozenset({"blocked"}), SELDOM),
    "elsewhere": Row(
        faults.http_redirect("https://evil.example/"),
        "redirect_refused",
        frozenset({"redirect_refused"}),
        SELDOM,
    ),
}
EVERYWHERE = ("500", "page", "429")
CASES = [
    pytest.param(step, row, id=f"{name} at {step}")
    for number, (name, row) in enumerate(ROWS.items())
    for step in (STEPS if name in EVERYWHERE else (STEPS[number % 3], STEPS[4]))
]


@pytest.mark.parametrize(("step", "row"), CASES)
async def test_a_failing_step_costs_nothing_but_news(
    hass: HomeAssistant,
    read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    caplog: pytest.LogCaptureFixture,
    pass_time: PassTime,
    step: str,
    row: Row,
) -> None:
    before = dose(patient, ago(hours=3))
    await pass_time(minutes=75, step=60)
    cloud.fail_always(step, row.fault)
    await pass_time(minutes=80, step=120)
    began = ago()
    caplog.clear()
    new = dose(patient)
    await pass_time(hours=6, step=200)
    attempts = reports(cloud)
    assert len([at for at in attempts if at >= began]) in row.attempts
    assert min(minutes_between(attempts)) >= 5
    assert problem(read) in (row.key, "waiting")
    assert prompts(hass, read) == row.prompts
    assert [each.amount for each in entries(read)] == [before]
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    # A ticket that no answer renews lives for two hours.
    assert len(cloud.web_logins) <= 5
    assert min(minutes_between([each.at for each in cloud.web_logins]), default=120) >= 120
    cloud.heal()
    await pass_time(hours=2.2, step=100)
    assert not prompts(hass, read)
    assert diary(read).problem is None
    assert [each.amount for each in entries(read)] == [before, new]


# The report.


@pytest.mark.parametrize("outcome", ["never", "error", "failed"])
async def test_a_report_that_is_not_made_is_asked_for_less_and_less(
    hass: HomeAssistant,
    read: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
    outcome: str,
) -> None:
    cloud.report_outcome = outcome
    new = dose(patient)
    before = len(cloud.report_orders)
    await pass_time(hours=6, step=60)
    assert problem(read) == "report_failed"
    assert 5 <= len(cloud.report_orders) - before <= 13
    assert prompts(hass, read) == UNREADABLE
    cloud.report_outcome = "ready"
    await pass_time(hours=1.2, step=60)
    assert [each.amount for each in entries(read)] == [new]
    assert not prompts(hass, read)


async def test_a_report_that_takes_its_time_is_waited_for(
    read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    cloud.report_polls = 12
    new = dose(patient)
    await pass_time(hours=1.5, step=120)
    assert problem(read) is None
    assert len(cloud.requests("long_poll")) >= 13
    assert [each.amount for each in entries(read)] == [new]


async def test_a_report_of_nonsense_changes_nothing(
    read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    known = dose(patient)
    await pass_time(hours=1.5, step=120)
    cloud.edit_report = lambda _: {"Data": {"Days": [None, 1, {"Date": "someday", "Carbs": {"x": [[]]}}]}}
    await pass_time(hours=3, step=60)
    assert [each.amount for each in entries(read)] == [known]
    assert problem(read) is None
