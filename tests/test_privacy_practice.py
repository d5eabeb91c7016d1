"""Nothing of a practice's patients is written anywhere but where it belongs, nor what was searched for."""

from datetime import UTC, date, datetime, timedelta
import json
import logging

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diagnostics import async_get_config_entry_diagnostics
from tests.cloud_double import Account, CloudDouble, Practice, faults, professional
from tests.support.clock import PassTime
from tests.support.dialogs import choose_way, give, the_entry
from tests.support.forms import fill
from tests.support.person_dialogs import add
from tests.support.practices import linked
from tests.support.secrets_planted import EMAIL, PASSWORD, leaks, logged, planted_person

PATIENTS_EMAIL = "rumpelstilz@straw.example"
PRACTICE_ID = "GOLDSPINNER7"
NOTE = "Bandersnatch at the frumious tea"
MORE = ("rumpelstilz", "straw.example", "GOLDSPINNER", "goldspinner", "Bandersnatch", "1951", "Spinning")
"""Of the patient, the practice and the searches."""


def practice_leaks(text: str) -> list[str]:
    """What of the planted can be read, that of the practice included."""
    # Home Assistant's own choice: events of the bus and of calendars; and what the test kit writes.
    not_ours = (
        ":homeassistant.core:",
        ":homeassistant.components.calendar:",
        ":pytest_homeassistant_custom_component.common:",
    )
    lines = [line for line in text.splitlines() if not any(other in line for other in not_ours)]
    return leaks(text) + [line[:200] for line in lines if any(secret in line for secret in MORE)]


@pytest.fixture
def nurse(cloud: CloudDouble) -> Account:
    return professional(email=EMAIL, password=PASSWORD, first_name="Zebedee", last_name="Thistlewick")


@pytest.fixture
def patient(cloud: CloudDouble) -> Account:
    person = planted_person()
    person.began = datetime.now(UTC) - timedelta(hours=5)
    person.add_entry("note", at=datetime.now(UTC) - timedelta(hours=1), text=NOTE)
    return cloud.add_account(
        Account(
            email=PATIENTS_EMAIL,
            first_name="Mum",  # Titles are made of it, and entity ids, which Home Assistant logs.
            last_name=person.last_name,
            own=person,
            born=date(1951, 2, 28),
        )
    )


@pytest.fixture
def clinic(cloud: CloudDouble, nurse: Account, patient: Account) -> Practice:
    clinic = cloud.add_practice(Practice(name="Spinning Wheel", practice_id=PRACTICE_ID, members=[nurse]))
    clinic.link(patient)
    linked(cloud, clinic, "Bo Dummy")
    return clinic


@pytest.mark.parametrize(
    ("practices", "missing"),
    [("map", "http_403"), ("objects", "could_not_load"), ("texts", "http_404"), ("map_of_texts", "empty")],
)
async def test_days_with_a_practice_write_no_secret(
    *,
    hass: HomeAssistant,
    cloud: CloudDouble,
    clinic: Practice,
    nurse: Account,
    patient: Account,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    practices: str,
    missing: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    cloud.practice_forms.practices, cloud.practice_forms.missing = practices, missing
    form = await give(hass, await choose_way(hass, "practice"), nurse)
    form = await fill(hass, form, target="primary")
    form = await fill(hass, form, code="123456", resend=False)
    form = await fill(hass, form, term="nobody of Spinning", advanced={})
    form = await fill(hass, form, term=PATIENTS_EMAIL.upper(), advanced={})
    await fill(hass, form, persons=[patient.user_id], more=False, consent=True)
    entry = the_entry(hass)
    await pass_time(hours=1)
    await fill(hass, await add(hass, entry), term="rumpelstilz")
    for endpoint in ("dashboard", "patient", "patient_settings", "reports"):
        telltale = {"status": 7, "error": {"message": f"{PATIENTS_EMAIL} {PRACTICE_ID} {NOTE}"}}
        cloud.fail_next(endpoint, faults.answer(telltale))
        await pass_time(hours=2)
    clinic.remove(patient)
    await pass_time(hours=34)
    ours = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]
    assert [issue.translation_key for issue in ours] == ["patient_gone"]
    named = ours[0].translation_placeholders or {}
    assert named.keys() == {"person", "person_plain", "account", "account_plain"}
    assert (named["person_plain"], named["account_plain"]) == ("Mum Q.", EMAIL)
    assert practice_leaks(logged(caplog)) == []
    diagnostics = json.dumps(await async_get_config_entry_diagnostics(hass, entry))
    found = practice_leaks(diagnostics)
    assert [line for line in found if not line.startswith("answer: ")] == []  # The keys of answers are shown.
    assert '"patients": {"gone": 1}' in diagnostics
    assert "libreViewStatus string" in diagnostics  # What a real practice's answers look like.
