"""An account's history in a running Home Assistant: what is on disk when, and what people are told."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
import sqlite3

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview import backup
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.history.database import PausedError
from custom_components.libreview.history.history import History, open_histories
from custom_components.libreview.history.schema import MIGRATIONS
from custom_components.libreview.history.store import ResolvedReport, Store
from custom_components.libreview.models import Reading, Source
from tests.cloud_double import Account, CloudDouble, Person, faults
from tests.cloud_double.readings import graph, value
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.entries import diary_login, entry_of

DAY = timedelta(days=1)


def file_of(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    return Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{entry.entry_id}.history.db"))


def on_disk(hass: HomeAssistant, entry: MockConfigEntry) -> int:
    """How many live readings would be there if the power failed now."""
    connection = sqlite3.connect(file_of(hass, entry))
    (count,) = connection.execute("SELECT count(*) FROM reading WHERE source = 0").fetchone()
    connection.close()
    return int(count)


async def kept(entry: MockConfigEntry, person: Person) -> list[datetime]:
    """When the readings in the history were measured."""
    trace = await entry.runtime_data.history.async_run(Store.trace, person.patient_id, 0, 2**40)
    return [datetime.fromtimestamp(at, UTC) for at in trace.at]


def issue(hass: HomeAssistant, kind: str, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{entry.entry_id}")


def meets_damage(_store: Store, folder: Path) -> None:
    """What a page of nonsense says when it is read, which SQLite's own memory of pages would hide from us."""
    damaged = folder / "damaged.db"
    damaged.write_bytes(b"nonsense" * 1000)
    connection = sqlite3.connect(damaged)
    try:
        connection.execute("SELECT * FROM reading")
    finally:
        connection.close()


async def test_the_graph_is_kept_as_soon_as_it_has_come(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person
) -> None:
    readings = await kept(loaded, person)

    assert len(readings) > 100
    assert NOON - readings[0] > timedelta(hours=11)


async def test_a_live_reading_is_on_disk_within_a_minute(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    before, seen = on_disk(hass, loaded), set()
    for _ in range(5):
        await pass_time(minutes=1)
        shown = loaded.runtime_data.persons[person.patient_id].snapshot().last_reading
        await pass_time(minutes=1)
        assert datetime.now(UTC) - shown <= timedelta(minutes=3)
        assert shown in await kept(loaded, person)
        seen.add(shown)
    # A poll that is still learning the phone's rhythm meets most readings, not all.
    assert on_disk(hass, loaded) >= before + len(seen) >= before + 4


async def test_a_reading_that_is_repeated_is_written_once(
    hass: HomeAssistant, loaded: MockConfigEntry, cloud: CloudDouble, person: Person, pass_time: PassTime
) -> None:
    cloud.pause(person)
    await pass_time(minutes=5)
    changes = (await loaded.runtime_data.history.async_run(Store.readings, person.patient_id, 0, 2**40))[-1]
    size = file_of(hass, loaded).with_name(f"{file_of(hass, loaded).name}-wal").stat().st_size

    await pass_time(minutes=60)

    again = (await loaded.runtime_data.history.async_run(Store.readings, person.patient_id, 0, 2**40))[-1]
    assert again == changes
    assert file_of(hass, loaded).with_name(f"{file_of(hass, loaded).name}-wal").stat().st_size == size


async def test_unloading_and_stopping_leave_everything_in_the_one_file(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    readings = await kept(loaded, person)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert not file_of(hass, loaded).with_name(f"{file_of(hass, loaded).name}-wal").exists()
    store = Store(file_of(hass, loaded))
    assert len(store.trace(person.patient_id, 0, 2**40)) == len(readings)
    store.close()


async def test_a_restart_goes_on_with_what_was_kept(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=5)
    before = await kept(loaded, person)
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert set(before) <= set(await kept(loaded, person))


@pytest.mark.parametrize("away", ["the cloud", "Home Assistant"])
async def test_after_nine_hours_everything_the_graph_still_has_is_kept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    cloud: CloudDouble,
    person: Person,
    pass_time: PassTime,
    away: str,
) -> None:
    person.curve = None  # A lively one.
    loaded = await set_up(hass, entry)
    await pass_time(minutes=5)
    if away == "the cloud":
        cloud.fail_always("connections", faults.status(500))
        await pass_time(hours=9, step=300)
        cloud.heal()
        back = datetime.now(UTC)
        await pass_time(hours=1)
    else:
        await hass.config_entries.async_unload(loaded.entry_id)
        await pass_time(hours=9, step=300)
        back = datetime.now(UTC)
        await hass.config_entries.async_setup(loaded.entry_id)
        await pass_time(minutes=30)
    now = datetime.now(UTC)

    readings = await loaded.runtime_data.history.async_run(Store.readings, person.patient_id, 0, 2**40)
    kept_readings = {each.reading.at: each.reading.mg_dl for each in readings}
    wanted = graph(person, now)
    assert len(wanted) > 130
    missing = [
        each for each in wanted if not any(abs(at - each.at) <= timedelta(seconds=30) for at in kept_readings)
    ]
    # A poll that is left out to pay for the two requests of the graph misses what is newer than that.
    assert len([reading for reading in missing if reading.at > back]) <= 1
    assert not [reading for reading in missing if reading.at <= back]
    # And every value is one that the sensor measured then.
    since = wanted[0].at
    assert all(value(person, at).mg_dl == mg_dl for at, mg_dl in kept_readings.items() if at > since)
    gaps = [later - earlier for earlier, later in pairwise(sorted(kept_readings)) if earlier > since]
    assert max(gaps) < timedelta(minutes=6)


async def test_removing_the_account_removes_its_history(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person
) -> None:
    path = file_of(hass, loaded)
    aside = path.with_name(f"{path.name}.unreadable-20260101-000000")
    aside.write_text("from before")
    assert path.exists()

    await hass.config_entries.async_remove(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)

    assert not list(path.parent.glob(f"{path.name}*"))


async def test_removing_a_diary_removes_its_reports_and_nothing_else(
    hass: HomeAssistant, cloud: CloudDouble, account: Account, person: Person, pass_time: PassTime
) -> None:
    await hass.config.async_set_time_zone(person.time_zone)
    own = cloud.add_account(Account(email="own@example.com", own=person))
    entry = entry_of(account)
    entry.add_to_hass(hass)
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, data={"diary": diary_login(own)})
    person.add_entry("note", at=NOON - DAY, text="Long walk")
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(minutes=2)
    history = entry.runtime_data.history
    assert await history.async_run(Store.entries, person.patient_id, 0, 2**40)
    assert (await kept(entry, person))[0] < NOON - 80 * DAY

    hass.config_entries.async_update_subentry(entry, entry.subentries[subentry.subentry_id], data={})
    await hass.async_block_till_done(wait_background_tasks=True)
    await pass_time(minutes=1)

    history = entry.runtime_data.history
    assert not await history.async_run(Store.entries, person.patient_id, 0, 2**40)
    assert (await kept(entry, person))[0] > NOON - DAY


async def test_a_history_found_damaged_during_a_backup_is_set_aside_without_waiting_for_its_end(
    hass: HomeAssistant, loaded: MockConfigEntry, pass_time: PassTime, tmp_path: Path
) -> None:
    await backup.async_pre_backup(hass)
    with pytest.raises(HomeAssistantError):
        await loaded.runtime_data.history.async_run(meets_damage, tmp_path)
    await pass_time(minutes=2)

    assert issue(hass, "history_set_aside", loaded) is not None
    await backup.async_post_backup(hass)
    assert on_disk(hass, loaded) > 0
    assert issue(hass, "history_unwritable", loaded) is None


@pytest.mark.parametrize("damage", ["at the start", "while it is open"])
async def test_a_damaged_history_is_set_aside_with_a_repair_and_a_new_one_begun(
    hass: HomeAssistant, loaded: MockConfigEntry, pass_time: PassTime, tmp_path: Path, damage: str
) -> None:
    path = file_of(hass, loaded)
    if damage == "at the start":
        await hass.config_entries.async_unload(loaded.entry_id)
        path.write_bytes(b"nonsense" * 1000)
        await hass.config_entries.async_setup(loaded.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    else:
        with pytest.raises(HomeAssistantError):
            await loaded.runtime_data.history.async_run(meets_damage, tmp_path)
    await pass_time(minutes=2)

    assert len(list(path.parent.glob(f"{path.name}.unreadable-*"))) >= 1
    created = issue(hass, "history_set_aside", loaded)
    assert created is not None
    assert (created.translation_placeholders or {})["file_plain"].startswith(path.name)
    assert on_disk(hass, loaded) > 0
    assert issue(hass, "history_unwritable", loaded) is None
    state = hass.states.get("sensor.alex_example_glucose")
    assert state is not None
    assert state.state == "120"


async def test_a_history_that_cannot_be_written_has_an_issue_until_it_can_and_live_values_go_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = file_of(hass, entry)
    path.mkdir()  # Not even the owner of everything can open that as a file.
    await set_up(hass, entry)
    await pass_time(minutes=3)

    state = hass.states.get("sensor.alex_example_glucose")
    assert state is not None
    assert state.state == "120"
    assert issue(hass, "history_unwritable", entry) is not None
    assert caplog.text.count("The history cannot be read or written") == 1

    path.rmdir()
    await pass_time(minutes=2)

    assert issue(hass, "history_unwritable", entry) is None
    assert on_disk(hass, entry) >= 3


async def test_the_history_of_a_later_version_is_kept_and_used_again_when_that_is_back(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    path = file_of(hass, loaded)
    await hass.config_entries.async_unload(loaded.entry_id)
    set_version(path, 99)
    before = path.read_bytes()

    await hass.config_entries.async_setup(loaded.entry_id)
    await pass_time(minutes=3)

    state = hass.states.get("sensor.alex_example_glucose")
    assert state is not None
    assert state.state == "120"
    assert issue(hass, "history_newer", loaded) is not None
    assert issue(hass, "history_set_aside", loaded) is None
    assert issue(hass, "history_unwritable", loaded) is None
    with pytest.raises(HomeAssistantError) as raised:
        await kept(loaded, person)
    assert raised.value.translation_key == "history_newer"
    await hass.config_entries.async_unload(loaded.entry_id)
    assert path.read_bytes() == before
    assert not list(path.parent.glob(f"{path.name}.*"))

    set_version(path, len(MIGRATIONS))
    await hass.config_entries.async_setup(loaded.entry_id)
    await pass_time(minutes=2)

    assert issue(hass, "history_newer", loaded) is None
    assert len(await kept(loaded, person)) > 100


def set_version(path: Path, version: int) -> None:
    """Have the file be of another version, as one that was updated and downgraded is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


async def test_nobody_waits_in_a_thread_for_the_end_of_a_backup_of_hours(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    history = loaded.runtime_data.history
    report = ResolvedReport(reports_of="anybody", time_zone=UTC, read_at=NOON)
    await backup.async_pre_backup(hass)
    importing = hass.loop.create_task(history.async_run(Store.keep_sensor, person.patient_id, 1))
    assert not await history.async_keep_report(person.patient_id, report)
    await pass_time(hours=1, step=300)
    assert not importing.done()
    with pytest.raises(PausedError):
        await hass.async_add_executor_job(
            history._file.run, lambda store: store.keep_sensor(person.patient_id, 2)
        )

    await backup.async_post_backup(hass)
    await importing
    assert await history.async_run(Store.sensors, person.patient_id, 0, 2) == [1]


async def test_writes_pause_during_a_backup_and_nothing_is_lost(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await pass_time(minutes=2)
    await backup.async_pre_backup(hass)
    before = file_of(hass, loaded).read_bytes()
    readings = len(await kept(loaded, person))

    await pass_time(minutes=5)
    assert file_of(hass, loaded).read_bytes() == before
    assert len(await kept(loaded, person)) == readings

    await backup.async_post_backup(hass)
    assert len(await kept(loaded, person)) >= readings + 4


async def test_an_account_unloaded_during_a_backup_does_not_wait_for_its_end(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await backup.async_pre_backup(hass)
    await pass_time(minutes=2)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await backup.async_post_backup(hass)

    store = Store(file_of(hass, loaded))
    assert len(store.trace(person.patient_id, 0, 2**40)) > 100
    store.close()


async def test_who_listens_hears_of_a_graph_that_came_during_a_backup_when_the_history_has_it(
    hass: HomeAssistant, loaded: MockConfigEntry, person: Person
) -> None:
    history = loaded.runtime_data.history
    heard: list[None] = []
    listener = callback(lambda: heard.append(None))
    history.async_listen_changed(person.patient_id, listener)
    await backup.async_pre_backup(hass)
    history.keep(person.patient_id, Source.GRAPH, [Reading(at=NOON - DAY, mg_dl=99)])
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not heard
    await backup.async_post_backup(hass)
    assert len(heard) == 1
    assert NOON - DAY in await kept(loaded, person)


async def test_a_history_that_is_slow_to_close_leaves_the_next_one_listed(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    slow = loaded.runtime_data.history
    following = History(hass, loaded)
    await following.async_open()
    await slow.async_close()
    assert open_histories(hass) == [following]
