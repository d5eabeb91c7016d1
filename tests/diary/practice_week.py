"""A week of a practice's patients: what it asks of the cloud, and how often a code is wanted.

It takes minutes, and so is run by name: `LIBREVIEW_PATIENTS=50 scripts/test -s tests/diary/practice_week.py`.
`test_practice_day.py` is a day of it, always.
"""

from collections import Counter
from datetime import timedelta
import os
import sys

from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.account import followed_person
from tests.cloud_double import CloudDouble, Practice, professional
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.diary import minutes_between, problem
from tests.support.forms import fill
from tests.support.practices import linked, practice_entry, stash_session
from tests.support.repair_dialogs import dialog, issue_of, issues, set_up_repairs
from tests.support.restart import restarted

PATIENTS = int(os.environ.get("LIBREVIEW_PATIENTS", "30"))
DAYS = int(os.environ.get("LIBREVIEW_DAYS", "7"))
FLOOR = 5
"""Minutes between two reports at least."""
MOST_BETWEEN = 75
"""Minutes between two reports of one of a few at most."""
IN_BETWEEN = 1.2
"""So many times as long as that may a turn be away: each begins after the last has ended."""
STEP = 20
"""Seconds within which all that is due is due at once, for the days to pass sooner."""

pytestmark = [
    # Repairs bring Home Assistant's web server, which names its parts as aiohttp no longer likes it.
    pytest.mark.filterwarnings("ignore::aiohttp.web_exceptions.NotAppKeyWarning"),
    pytest.mark.timeout(3600),
]


@pytest.mark.parametrize(
    ("trusts_devices", "hours_off", "codes"),
    [(True, 0, 1), (True, 4, 1), (False, 0, 1), (False, 1, 1), (False, 4, 2)],
    ids=["trusted", "trusted, off for 4 h", "none trusted", "none, off for 1 h", "none, off for 4 h"],
)
async def test_everybody_is_read_and_codes_are_rarely_wanted(
    *,
    hass: HomeAssistant,
    cloud: CloudDouble,
    pass_time: PassTime,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trusts_devices: bool,
    hours_off: int,
    codes: int,
) -> None:
    monkeypatch.setattr(followed_person, "_SUMMARY_INTERVAL", timedelta(days=1))
    await set_up_repairs(hass)
    nurse = professional(trusts_devices=trusts_devices)
    clinic = cloud.add_practice(Practice(members=[nurse]))
    patients = linked(cloud, clinic, *(f"Pat{number} Example" for number in range(PATIENTS)))
    for patient in patients:
        assert patient.own is not None
        patient.own.cadence = timedelta(minutes=30)
    await stash_session(hass, nurse)
    entry = await set_up(hass, practice_entry(nurse, patients))
    cloud.log.clear()

    await pass_time(days=DAYS / 2, step=STEP)
    if hours_off:
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        await pass_time(hours=hours_off, step=STEP)
        entry = await set_up(hass, restarted(hass, entry))
        await pass_time(hours=1, step=STEP)
    if codes > 1:
        assert len(nurse.codes_sent) == 1, "nobody is sent a code unasked"
        form = await fill(hass, await dialog(hass, issue_of(hass, "second_factor")), target="primary")
        await fill(hass, form, code="123456", resend=False)
    await pass_time(days=DAYS / 2, step=STEP)

    orders = [each.at for each in cloud.requests("reports")]
    turns = Counter(order.person.patient_id for order in cloud.report_orders)
    asked = Counter(each.endpoint for each in cloud.log)
    told = {
        "requests a day": round(len(cloud.log) / DAYS),
        "by kind": dict(asked),
        "least minutes between reports": round(min(minutes_between(orders)), 2),
        "reads a day, least and most": (min(turns.values()) // DAYS, max(turns.values()) // DAYS),
        "codes": len(nurse.codes_sent),
    }
    with capsys.disabled():
        sys.stdout.write(f"\n{PATIENTS} patients, {DAYS} days: {told}\n")
    assert len(turns) == PATIENTS
    between = timedelta(minutes=max(PATIENTS * FLOOR, MOST_BETWEEN) * IN_BETWEEN)
    assert min(turns.values()) >= (timedelta(days=DAYS) - timedelta(hours=hours_off + 1)) // between
    assert min(minutes_between(orders)) >= FLOOR
    assert len(nurse.codes_sent) == codes
    assert asked["export"] == asked["search"] == 0
    assert problem(entry) is None
    assert not issues(hass)
