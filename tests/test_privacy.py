"""Nothing of a person's health, name or credentials is written anywhere but where it belongs.

The fault table looks for the planted secrets in each of its hours as well.
"""

from datetime import UTC, datetime
import logging
from pathlib import Path

from homeassistant.components.button.const import DOMAIN as BUTTON, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from tests.cloud_double import CloudDouble, faults
from tests.cloud_double.person import Alarm
from tests.conftest import set_up
from tests.support.clock import PassTime
from tests.support.secrets_planted import (
    EMAIL,
    MG_DL,
    PASSWORD,
    PATIENT_ID,
    SERIAL,
    leaks,
    logged,
    planted_account,
    planted_entry,
    planted_person,
)


@pytest.mark.parametrize(
    "secret",
    [
        EMAIL,
        PASSWORD,
        PATIENT_ID,
        SERIAL,
        "Xanthippe",
        "Quillfeather",
        "eyJhbGciOi",
        f"glucose {MG_DL} mg/dL",
    ],
)
def test_a_planted_secret_would_be_found(secret: str) -> None:
    assert leaks(f"DEBUG:custom_components.libreview:answered ({secret})")


async def test_a_good_day_writes_no_secret(
    hass: HomeAssistant,
    cloud: CloudDouble,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    person = planted_person()
    person.glucose_alarm = {"alarmType": 2}
    account = planted_account(cloud, person)
    person.add_alarm(datetime.now(UTC), Alarm.HIGH, MG_DL)
    entry = await set_up(hass, planted_entry(account))
    await pass_time(minutes=30)
    await hass.services.async_call(
        BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.mum_refresh"}, blocking=True
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await pass_time(minutes=2)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert {request.endpoint for request in cloud.requests()} == {"login", "connections", "graph", "logbook"}
    assert "custom_components.libreview" in caplog.text
    assert not leaks(logged(caplog))
    assert not leaks("".join(capfd.readouterr()))


async def test_the_text_of_a_failed_press_holds_no_secret(
    hass: HomeAssistant, cloud: CloudDouble, pass_time: PassTime
) -> None:
    await set_up(hass, planted_entry(planted_account(cloud, planted_person())))
    await pass_time(minutes=5)
    cloud.fail_next("connections", faults.answer({"status": 7, "error": {"message": f"{EMAIL} {MG_DL}"}}))
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            BUTTON, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.mum_refresh"}, blocking=True
        )
    error: BaseException | None = raised.value
    while error is not None:
        assert not leaks(f"{error!r} {error}")
        error = error.__cause__ or error.__context__


async def test_no_object_of_a_running_account_tells_a_secret_by_its_repr(
    hass: HomeAssistant, cloud: CloudDouble
) -> None:
    entry = await set_up(hass, planted_entry(planted_account(cloud, planted_person())))
    live = entry.runtime_data.live
    session = live.client.session
    things = (
        entry.runtime_data,
        *live.data.values(),
        *live.shared.values(),
        entry.runtime_data.persons[PATIENT_ID],
        entry.runtime_data.persons[PATIENT_ID].settings,
        entry.runtime_data.persons[PATIENT_ID].snapshot(),
        session,
        session.state,
    )
    for thing in things:
        assert not leaks(repr(thing))


def test_no_log_line_of_ours_is_made_of_an_answer() -> None:
    """The few places that log, so that a new one is looked at with this in mind."""
    package = Path("custom_components/libreview")
    places = {
        path.relative_to(package).as_posix(): path.read_text(encoding="utf-8").count("_LOGGER.")
        for path in package.rglob("*.py")
    }
    assert {path: count for path, count in places.items() if count} == {
        "cloud/transport.py": 1,
        "history/backup_pause.py": 1,  # Of an error, its class alone.
        "history/history.py": 1,
        "history/statistics.py": 1,  # A text without anything in it.
        "private_store.py": 1,  # Of an error, its class alone.
        "read_api/nightscout_views.py": 1,  # An address of ours that somebody else serves.
        "send/sender.py": 2,  # Of a problem, its kind alone.
    }
