"""A house sends what it knows to a Nightscout server: at once, late, after an outage, over a restart."""

from dataclasses import asdict
from datetime import timedelta
import logging
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.libreview.history.store import Store
from custom_components.libreview.models import EntryKind, Source
from custom_components.libreview.send.cursors import Cursors, get_cursors
from custom_components.libreview.send.destination import hash_secret
from custom_components.libreview.send.server import NightscoutServer
from tests.cloud_double import CloudDouble, Person
from tests.conftest import NOON
from tests.nightscout_double import SECRET, NightscoutDouble
from tests.nightscout_double.double import Fault
from tests.support.clock import PassTime
from tests.support.stored_history import DAY, HOUR, MINUTE, keep, readings_before, written

from .conftest import SINCE, Connect

TOKEN = "uploader-0123456789abcdef"
SAVED_AFTER = 16
"""Minutes."""


def issues(hass: HomeAssistant) -> list[str]:
    return sorted(
        str(issue.translation_key)
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "libreview" and str(issue.translation_key).startswith("send_")
    )


async def test_a_reading_is_sent_as_soon_as_it_is_known(
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await connect()
    person.has_reading = True
    for _ in range(3):
        await pass_time(minutes=1)
        newest = quiet.runtime_data.persons[person.patient_id].snapshot().last_reading
        assert newest is not None
        # It is not on disk by itself before half a minute has passed.
        assert max(nightscout.sgvs()) == newest.timestamp()


async def test_an_entry_has_what_nightscout_needs(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    await connect()
    await keep(hass, quiet, person, readings_before(NOON, [112]))
    (document,) = nightscout.entries.documents
    identifier = document.pop("identifier")
    assert person.patient_id not in document.pop("libreviewSentBy")
    assert person.patient_id not in identifier
    assert len(document.pop("_id")) == 24
    assert document == {
        "type": "sgv",
        "sgv": 112,
        "date": 1780314900000,
        "dateString": "2026-06-01T11:55:00.000Z",
        "sysTime": "2026-06-01T11:55:00.000Z",
        "utcOffset": -420,  # Of the person, who lives where the test kit does.
        "direction": "NOT COMPUTABLE",
        "device": "FreeStyle Libre 3",
    }
    assert nightscout.secrets_seen == {hash_secret(SECRET)}


@pytest.mark.parametrize("diary", [False, True])
async def test_the_diary_is_sent_only_where_it_was_chosen(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    diary: bool,
) -> None:
    entries = [
        written(EntryKind.RAPID_ACTING_INSULIN, amount=4),
        written(EntryKind.LONG_ACTING_INSULIN, amount=12),
        written(EntryKind.CARBOHYDRATES, amount=45),
        written(EntryKind.BLOOD_GLUCOSE, amount=105),
        written(EntryKind.NOTE, text="a walk"),
    ]
    await keep(hass, quiet, person, entries=entries)
    await connect(diary=diary)

    told = nightscout.treatments.documents
    assert sum("insulin" in each for each in told) == int(diary)
    assert {each["type"] for each in nightscout.entries.documents} == ({"mbg"} if diary else set())
    assert sorted(each["eventType"] for each in told) == (
        ["BG Check", "Carb Correction", "Correction Bolus", "Note", "Note"] if diary else []
    )
    # Without it, nobody even asks for the diary.
    assert diary or not any("treatments" in each for each in nightscout.requests)


async def test_the_last_two_weeks_are_sent_and_nothing_older(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    for days in (1, 13, 15):
        await keep(hass, quiet, person, readings_before(NOON - days * DAY, [100 + days]))
    await connect()
    assert list(nightscout.sgvs().values()) == [113, 101]
    await keep(hass, quiet, person, readings_before(NOON - 16 * DAY, [99]))
    assert list(nightscout.sgvs().values()) == [113, 101]


async def test_what_is_late_corrected_or_deleted_is_so_there(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    await connect()
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    late = readings_before(NOON - HOUR, [90, 91])
    await keep(hass, quiet, person, late)
    assert list(nightscout.sgvs().values()) == [90, 91, 100, 101]
    await keep(hass, quiet, person, readings_before(NOON, [150, 151]), source=Source.LIVE)
    assert list(nightscout.sgvs().values()) == [90, 91, 150, 151]
    gone = late[0].at.timestamp()
    await quiet.runtime_data.history.async_run(lambda store: _delete(store, person.patient_id, int(gone)))
    quiet.runtime_data.history.async_notify_changed(person.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert list(nightscout.sgvs().values()) == [91, 150, 151]


def _delete(store: Store, patient_id: str, at: int) -> None:
    with store._write_transaction() as connection:
        connection.execute("DELETE FROM reading WHERE at = ?", (at,))


async def test_each_reading_costs_one_request(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    await connect()
    await keep(hass, quiet, person, readings_before(NOON, [100, 101], MINUTE))
    nightscout.requests.clear()
    for minute in range(5):
        await keep(hass, quiet, person, readings_before(NOON + (minute + 1) * MINUTE, [110 + minute]), ())
    assert nightscout.requests.count("POST /api/v1/entries") == 5
    assert len(nightscout.requests) <= 5 + 2  # An hour of which nothing is known yet is asked for once.


async def test_an_outage_costs_little_and_is_made_up_for(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    cloud: CloudDouble,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await connect()
    person.has_reading = True
    await pass_time(minutes=2)
    nightscout.is_away = True
    nightscout.requests.clear()
    polls = len(cloud.requests())

    await pass_time(hours=3)

    # 30 s and more, doubled up to 15 min, of which a quarter may be taken off.
    waits, total = 0, 0.0
    while total < 3 * 3600:
        total += 0.75 * min(30 * 2**waits, 900)
        waits += 1
    # A question that was broken off is asked once more at once, by the HTTP library.
    assert len(nightscout.requests) <= 2 * (waits + 1)
    assert len(cloud.requests()) - polls >= 170  # Nothing waits for it.
    ours = [record for record in caplog.records if ".send" in record.name]
    assert [record.levelname for record in ours] == ["WARNING"]
    assert issues(hass) == []

    nightscout.is_away = False
    await pass_time(minutes=16)

    history = quiet.runtime_data.history
    kept = await history.async_run(Store.readings, person.patient_id, SINCE, 2**40)
    assert len(kept) >= 170
    assert list(nightscout.sgvs()) == [each.reading.at.timestamp() for each in kept]
    ours = [record for record in caplog.records if ".send" in record.name]
    assert [record.levelname for record in ours] == ["WARNING", "INFO"]


async def test_a_server_may_say_how_long_to_wait(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    nightscout.faults.append(Fault(status=503, headers={"Retry-After": "3600"}))
    await connect()
    asked = len(nightscout.requests)
    await pass_time(minutes=59)
    assert len(nightscout.requests) == asked
    await pass_time(minutes=2)
    assert list(nightscout.sgvs().values()) == [100]


async def test_a_server_that_wants_a_day_is_an_issue_after_hours_too(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    nightscout.faults += [Fault(status=503, headers={"Retry-After": "86400"})] * 2
    await connect()
    await pass_time(hours=6, minutes=1)
    assert issues(hass) == ["send_failing"]
    await pass_time(hours=6)
    assert issues(hass) == []


async def test_hours_without_success_are_an_issue_until_it_works(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    nightscout.is_away = True
    await connect()
    await pass_time(hours=5, minutes=44)
    assert issues(hass) == []
    await pass_time(minutes=32)
    assert issues(hass) == ["send_failing"]
    (issue,) = [each for each in ir.async_get(hass).issues.values() if each.domain == "libreview"]
    assert issue.is_persistent  # Each restart would hide it for six hours.
    nightscout.is_away = False
    await pass_time(minutes=16)
    assert issues(hass) == []
    assert list(nightscout.sgvs().values()) == [100]


async def test_what_nobody_foresaw_is_an_issue_too_and_is_tried_again(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    with monkeypatch.context() as patched:
        patched.setattr(NightscoutServer, "async_put", _fail_unforeseen)
        await connect()
        await pass_time(hours=6, minutes=16)
        assert issues(hass) == ["send_failing"]
    await pass_time(minutes=16)
    assert issues(hass) == []
    assert list(nightscout.sgvs().values()) == [100]
    assert "glucose 100" not in caplog.text


async def _fail_unforeseen(*_: Any) -> None:
    raise RuntimeError("glucose 100")


async def test_a_refused_token_is_an_issue_and_is_tried_no_more_than_four_times_a_day(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await connect(secret=TOKEN)
    assert issues(hass) == []  # It may be a proxy's mistake.
    await pass_time(minutes=6)
    assert issues(hass) == ["send_refused"]
    asked = len(nightscout.requests)
    person.has_reading = True
    await pass_time(hours=5)
    assert len(nightscout.requests) == asked
    nightscout.tokens[TOKEN] = {"api:*:*"}  # Somebody gave it its rights.
    await pass_time(hours=1, minutes=1)
    assert issues(hass) == []
    assert nightscout.sgvs()


async def test_one_refusal_costs_no_more_than_minutes(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    nightscout.faults.append(Fault(status=403))
    await connect()
    await pass_time(minutes=6)
    assert list(nightscout.sgvs().values()) == [100]
    assert issues(hass) == []


async def test_over_a_restart_nothing_is_sent_again(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100, 101]))
    await connect()
    nightscout.requests.clear()
    await hass.config_entries.async_reload(quiet.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not any(each.startswith("POST") for each in nightscout.requests)
    assert list(nightscout.sgvs().values()) == [100, 101]


async def test_the_cursor_is_on_disk_before_anything_is_sent(
    hass: HomeAssistant,
    connect: Connect,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    subentry = await connect()
    await pass_time(seconds=1)
    assert set(hass_storage["libreview.sent"]["data"]) == {subentry.subentry_id}


@pytest.mark.parametrize(
    "fields", [None, {"number": None}, {"number": "1"}, {"since": 1.5}, {"sent_by": 5}, {"again": True}]
)
async def test_a_file_that_is_not_understood_is_as_if_nothing_had_been_sent(
    hass: HomeAssistant,
    connect: Connect,
    hass_storage: dict[str, Any],
    fields: dict[str, Any] | None,
) -> None:
    subentry = await connect()
    cursor = get_cursors(hass).of(subentry.subentry_id)
    assert cursor is not None
    broken = None if fields is None else {**asdict(cursor), **fields}
    hass_storage["libreview.sent"] = {"version": 1, "data": {"it": broken}}
    cursors = Cursors(hass)
    await cursors.async_load()
    assert cursors.of("it") is None
    hass_storage["libreview.sent"]["data"] = []
    await cursors.async_load()


async def test_after_a_restart_it_goes_on_where_it_was(
    hass: HomeAssistant,
    connect: Connect,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    first, second = await connect(), await connect()
    await pass_time(minutes=SAVED_AFTER)
    stored = hass_storage["libreview.sent"]["data"]
    stored["of another version"] = {"number": 1}
    cursors = Cursors(hass)
    await cursors.async_load()
    for subentry in (first, second):
        cursor = cursors.of(subentry.subentry_id)
        assert cursor is not None
        assert asdict(cursor) == stored[subentry.subentry_id]
    assert cursors.of("of another version") is None

    hass.config_entries.async_remove_subentry(quiet, first.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert set(hass_storage["libreview.sent"]["data"]) == {second.subentry_id}


async def test_while_the_history_cannot_be_read_nothing_is_sent(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise sqlite3.OperationalError

    await keep(hass, quiet, person, readings_before(NOON, [100]))
    with monkeypatch.context() as patched:
        patched.setattr(Store, "changes", fail)
        await connect()
        assert nightscout.requests == []
    await pass_time(minutes=6)
    assert list(nightscout.sgvs().values()) == [100]


async def test_whoever_is_removed_is_not_sent_any_more_and_nothing_of_it_is_kept(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    account = quiet.runtime_data
    subentry = await connect(secret=TOKEN)
    await pass_time(minutes=SAVED_AFTER)
    assert issues(hass) == ["send_refused"]

    hass.config_entries.async_remove_subentry(quiet, subentry.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    nightscout.requests.clear()
    person.has_reading = True
    await pass_time(minutes=SAVED_AFTER)

    assert nightscout.requests == []
    assert issues(hass) == []
    assert "libreview.sent" not in hass_storage
    assert hash_secret(TOKEN) not in str(quiet.as_dict())
    assert quiet.runtime_data is account  # None of that reloads the account.


async def test_a_person_who_is_removed_takes_the_server_along(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await connect()
    await pass_time(minutes=SAVED_AFTER)
    (subentry,) = quiet.get_subentries_of_type("person")
    hass.config_entries.async_remove_subentry(quiet, subentry.subentry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=SAVED_AFTER)
    assert list(quiet.get_subentries_of_type("nightscout")) == []
    assert "libreview.sent" not in hass_storage
    # What was sent belongs to whoever has the server.
    assert list(nightscout.sgvs().values()) == [100]


async def test_the_account_takes_it_along_too(
    hass: HomeAssistant,
    connect: Connect,
    quiet: MockConfigEntry,
    person: Person,
    hass_storage: dict[str, Any],
    pass_time: PassTime,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    await connect()
    await pass_time(minutes=SAVED_AFTER)
    assert "libreview.sent" in hass_storage
    await hass.config_entries.async_remove(quiet.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "libreview.sent" not in hass_storage


async def test_another_server_gets_the_last_days_too(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [100]))
    subentry = await connect()
    other = NightscoutDouble(lambda: NOON)
    async with other.serving() as url:
        data = {**subentry.data, "url": url}  # Within the hour, so that the last days are the same.
        hass.config_entries.async_update_subentry(quiet, subentry, data=data)
        await hass.async_block_till_done(wait_background_tasks=True)
        assert list(other.sgvs().values()) == [100]
        hass.config_entries.async_remove_subentry(quiet, subentry.subentry_id)
        await hass.async_block_till_done(wait_background_tasks=True)


async def test_what_is_thinned_out_here_stays_there(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    freezer: FrozenDateTimeFactory,
) -> None:
    hass.config_entries.async_update_entry(quiet, options={"kept_days": 30})
    await hass.async_block_till_done(wait_background_tasks=True)
    await keep(hass, quiet, person, readings_before(NOON, list(range(100, 120)), MINUTE))
    await connect()
    freezer.tick(timedelta(days=40))
    history = quiet.runtime_data.history
    await history.async_run(Store.thin, history.thin_before)
    assert len(await history.async_run(Store.readings, person.patient_id, 0, 2**40)) < 5
    history.async_notify_changed(person.patient_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert list(nightscout.sgvs().values()) == list(range(100, 120))


async def test_diagnostics_tell_numbers_alone(
    hass: HomeAssistant,
    connect: Connect,
    quiet: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    nightscout: NightscoutDouble,
) -> None:
    await connect(secret=TOKEN, diary=True)
    told = await get_diagnostics_for_config_entry(hass, hass_client, quiet)
    assert told["nightscout"] == {"servers": 1, "diary": 1, "failing": 0}
    assert "127.0.0.1" not in str(told)
    assert hash_secret(TOKEN) not in str(told)


async def test_nothing_secret_is_logged(
    hass: HomeAssistant,
    connect: Connect,
    nightscout: NightscoutDouble,
    quiet: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await keep(hass, quiet, person, readings_before(NOON, [137]))
    nightscout.faults += [
        Fault(body="137"),
        Fault(status=302, headers={"Location": "http://elsewhere.example/137"}),
        Fault(status=200, body="<html>137</html>"),
        Fault(status=200, body="x" * (5 * 1024 * 1024)),
    ]
    await connect()
    nightscout.is_away = True
    await pass_time(minutes=30)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("custom_components")
    )
    for secret in (SECRET, hash_secret(SECRET), nightscout.url, "137", "elsewhere", person.patient_id):
        assert secret not in ours
