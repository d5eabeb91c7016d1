"""A house sends what it knows to a Nightscout server: at once, late, corrected, deleted."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Source
from custom_components.libreview.send.destination import hash_secret
from tests.conftest import NOON
from tests.nightscout_double import SECRET
from tests.support.stored_history import DAY, HOUR, MINUTE, readings_before, written

from .conftest import Scene

TOKEN = "uploader-0123456789abcdef"
SAVED_AFTER = 16
"""Minutes."""


async def test_a_reading_is_sent_as_soon_as_it_is_known(scene: Scene) -> None:
    await scene.connect()
    scene.person.has_reading = True
    for _ in range(3):
        await scene.pass_time(minutes=1)
        newest = scene.entry.runtime_data.persons[scene.person.patient_id].snapshot().last_reading
        assert newest is not None
        # It is not on disk by itself before half a minute has passed.
        assert max(scene.nightscout.sgvs()) == newest.timestamp()


async def test_an_entry_has_what_nightscout_needs(scene: Scene) -> None:
    await scene.connect()
    await scene.keep(readings_before(NOON, [112]))
    (document,) = scene.nightscout.entries.documents
    identifier = document.pop("identifier")
    assert scene.person.patient_id not in document.pop("libreviewSentBy")
    assert scene.person.patient_id not in identifier
    assert len(document.pop("_id")) == 24
    assert document == {
        "type": "sgv",
        "sgv": 112,
        "date": 1780314900000,
        "dateString": "2026-06-01T11:55:00.000Z",
        "sysTime": "2026-06-01T11:55:00.000Z",
        "utcOffset": -420,  # Of the scene.person, who lives where the test kit does.
        "direction": "NOT COMPUTABLE",
        "device": "FreeStyle Libre 3",
    }
    assert scene.nightscout.secrets_seen == {hash_secret(SECRET)}


@pytest.mark.parametrize("diary", [False, True])
async def test_the_diary_is_sent_only_where_it_was_chosen(scene: Scene, diary: bool) -> None:
    entries = [
        written(EntryKind.RAPID_ACTING_INSULIN, amount=4),
        written(EntryKind.LONG_ACTING_INSULIN, amount=12),
        written(EntryKind.CARBOHYDRATES, amount=45),
        written(EntryKind.BLOOD_GLUCOSE, amount=105),
        written(EntryKind.NOTE, text="a walk"),
    ]
    await scene.keep(entries=entries)
    await scene.connect(diary=diary)

    told = scene.nightscout.treatments.documents
    assert sum("insulin" in each for each in told) == int(diary)
    assert {each["type"] for each in scene.nightscout.entries.documents} == ({"mbg"} if diary else set())
    assert sorted(each["eventType"] for each in told) == (
        ["BG Check", "Carb Correction", "Correction Bolus", "Note", "Note"] if diary else []
    )
    # Without it, nobody even asks for the diary.
    assert diary or not any("treatments" in each for each in scene.nightscout.requests)


async def test_a_clock_that_was_years_ahead_at_the_set_up_keeps_nothing_back(scene: Scene) -> None:
    await scene.connect(since=int((NOON + timedelta(days=1000)).timestamp()))
    await scene.keep(readings_before(NOON, [112]))
    assert scene.glucose() == [112]


async def test_the_last_two_weeks_are_sent_and_nothing_older(scene: Scene) -> None:
    for days in (1, 13, 15):
        await scene.keep(readings_before(NOON - days * DAY, [100 + days]))
    await scene.connect()
    assert scene.glucose() == [113, 101]
    await scene.keep(readings_before(NOON - 16 * DAY, [99]))
    assert scene.glucose() == [113, 101]


async def test_what_is_late_corrected_or_deleted_is_so_there(scene: Scene) -> None:
    await scene.connect()
    await scene.keep(readings_before(NOON, [100, 101]))
    late = readings_before(NOON - HOUR, [90, 91])
    await scene.keep(late)
    assert scene.glucose() == [90, 91, 100, 101]
    await scene.keep(readings_before(NOON, [150, 151]), source=Source.LIVE)
    assert scene.glucose() == [90, 91, 150, 151]
    gone = late[0].at.timestamp()
    await scene.entry.runtime_data.history.async_run(
        lambda store: _delete(store, scene.person.patient_id, int(gone))
    )
    scene.entry.runtime_data.history.async_notify_changed(scene.person.patient_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    assert scene.glucose() == [91, 150, 151]


def _delete(store: Store, patient_id: str, at: int) -> None:
    with store._write_transaction() as connection:
        connection.execute("DELETE FROM reading WHERE at = ?", (at,))


async def test_each_reading_costs_one_request(scene: Scene) -> None:
    await scene.connect()
    await scene.keep(readings_before(NOON, [100, 101], MINUTE))
    scene.nightscout.requests.clear()
    for minute in range(5):
        await scene.keep(readings_before(NOON + (minute + 1) * MINUTE, [110 + minute]), ())
    assert scene.nightscout.requests.count("POST /api/v1/entries") == 5
    assert len(scene.nightscout.requests) <= 5 + 2  # An hour of which nothing is known yet is asked for once.


async def test_what_is_thinned_out_here_stays_there(scene: Scene, freezer: FrozenDateTimeFactory) -> None:
    scene.hass.config_entries.async_update_entry(scene.entry, options={"kept_days": 30})
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    await scene.keep(readings_before(NOON, list(range(100, 120)), MINUTE))
    await scene.connect()
    freezer.tick(timedelta(days=40))
    history = scene.entry.runtime_data.history
    await history.async_run(Store.thin, history.thin_before)
    assert len(await history.async_run(Store.readings, scene.person.patient_id, 0, 2**40)) < 5
    history.async_notify_changed(scene.person.patient_id)
    await scene.hass.async_block_till_done(wait_background_tasks=True)
    assert scene.glucose() == list(range(100, 120))


async def test_diagnostics_tell_numbers_alone(scene: Scene, hass_client: ClientSessionGenerator) -> None:
    await scene.connect(secret=TOKEN, diary=True)
    told = await get_diagnostics_for_config_entry(scene.hass, hass_client, scene.entry)
    assert told["nightscout"] == {"servers": 1, "diary": 1, "failing": 0}
    assert "127.0.0.1" not in str(told)
    assert hash_secret(TOKEN) not in str(told)
