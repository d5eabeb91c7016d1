"""What becomes of a diary feed when something fails at any step of a report."""

from dataclasses import dataclass
import logging

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.cloud_double import CloudDouble, Person, faults
from tests.cloud_double.faults import Fault
from tests.support.clock import PassTime
from tests.support.diary import ago, diary, dose, entries, minutes_between, problem, reports
from tests.support.prompts import prompts


@pytest.fixture(autouse=True)
async def _at_home(hass: HomeAssistant) -> None:
    """Home Assistant and the person live in the same zone."""
    await hass.config.async_set_time_zone("Europe/Berlin")


STEPS = ("report_settings", "reports", "channel", "long_poll", "report_page")
UNREADABLE = frozenset({"diary_unreadable"})
OFTEN, SELDOM = range(22, 39), range(2, 9)
"""Attempts in three hours: every five minutes, and less and less often."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault: its problem, what people are asked, and how often there is an attempt in three hours."""

    fault: Fault
    key: str
    prompts: frozenset[str] = frozenset()
    attempts: range = OFTEN


ROWS = {
    "500": Row(faults.status(500), "server_trouble", frozenset({"lasting_failure"})),
    "dropped": Row(faults.dropped(after=10), "no_answer", frozenset({"lasting_failure"})),
    "page": Row(faults.html(), "invalid_answer", UNREADABLE, SELDOM),
    "empty": Row(faults.empty(), "invalid_answer", UNREADABLE, SELDOM),
    "429": Row(faults.rate_limited(), "refused", frozenset({"refused"}), SELDOM),
    "430 for two hours": Row(
        faults.rate_limited(7200, code=430), "refused", frozenset({"refused"}), range(1, 3)
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
async def test_a_failing_step_of_a_report_keeps_the_diary_known_and_delays_what_is_new(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    caplog: pytest.LogCaptureFixture,
    pass_time: PassTime,
    step: str,
    row: Row,
) -> None:
    before = dose(patient, ago(hours=3))
    await pass_time(minutes=75)
    cloud.fail_always(step, row.fault)
    await pass_time(minutes=80)
    began = ago()
    caplog.clear()
    new = dose(patient)
    await pass_time(hours=3)
    attempts = reports(cloud)
    assert len([at for at in attempts if at >= began]) in row.attempts
    assert min(minutes_between(attempts)) >= 5
    assert problem(diary_read_before) in (row.key, "waiting")
    assert prompts(hass) == row.prompts
    assert [each.amount for each in entries(diary_read_before)] == [before]
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    # A ticket that no answer renews lives for two hours.
    assert len(cloud.web_logins) <= 5
    assert min(minutes_between([each.at for each in cloud.web_logins]), default=120) >= 120
    cloud.heal()
    await pass_time(hours=2.2)
    assert not prompts(hass)
    assert diary(diary_read_before).problem is None
    assert [each.amount for each in entries(diary_read_before)] == [before, new]


# The report.


@pytest.mark.parametrize("outcome", ["never", "error", "failed"])
async def test_a_report_that_is_not_made_is_asked_for_less_and_less(
    hass: HomeAssistant,
    diary_read_before: MockConfigEntry,
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
    outcome: str,
) -> None:
    cloud.report_outcome = outcome
    new = dose(patient)
    before = len(cloud.report_orders)
    await pass_time(hours=6)
    assert problem(diary_read_before) == "report_failed"
    assert 5 <= len(cloud.report_orders) - before <= 13
    assert prompts(hass) == UNREADABLE
    cloud.report_outcome = "ready"
    await pass_time(hours=1.2)
    assert [each.amount for each in entries(diary_read_before)] == [new]
    assert not prompts(hass)


async def test_a_report_that_takes_its_time_is_waited_for(
    diary_read_before: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    cloud.report_polls = 12
    new = dose(patient)
    await pass_time(hours=1.5)
    assert problem(diary_read_before) is None
    assert len(cloud.requests("long_poll")) >= 13
    assert [each.amount for each in entries(diary_read_before)] == [new]


async def test_a_report_of_nonsense_leaves_the_entries_known(
    diary_read_before: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    known = dose(patient)
    await pass_time(hours=1.5)
    cloud.edit_report = lambda _: {"Data": {"Days": [None, 1, {"Date": "someday", "Carbs": {"x": [[]]}}]}}
    await pass_time(hours=3)
    assert [each.amount for each in entries(diary_read_before)] == [known]
    assert problem(diary_read_before) is None
