"""What was read of a diary outlives restarts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
import stat
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diary_store import DiaryRecord, DiaryStore, diary_store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.cloud_double import CloudDouble, Person
from tests.conftest import set_up
from tests.diary_scene import PassTime, ago, diary, dose, entries, restart

# The test kit keeps files in memory; these are the functions it replaces.
_REAL_LOAD, _REAL_WRITE, _REAL_REMOVE = Store._async_load, Store._async_write_data, Store.async_remove

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOTE = DiaryEntry(
    kind=EntryKind.NOTE,
    wall=NOON.replace(tzinfo=None),
    at=NOON,
    text="a note",
    precision=Precision.HOUR,
)


def noted(record: DiaryRecord) -> DiaryRecord:
    """The record with something in it."""
    today = date(2026, 6, 1)
    record.book.update([NOTE], [today], window=(today, today), now=NOON)
    record.offsets.observe(NOON, timedelta(hours=2))
    record.attempted_at, record.read_at = NOON, NOON - timedelta(hours=1)
    return record


def stored(hass_storage: dict[str, Any], entry: MockConfigEntry, person: Person) -> dict[str, Any]:
    """What is on disk of a person's diary."""
    kept: dict[str, Any] = hass_storage[f"{DOMAIN}.{entry.entry_id}.diary"]["data"][person.patient_id]
    return kept


@pytest.fixture
async def read(hass: HomeAssistant, own_entry: MockConfigEntry, pass_time: PassTime) -> MockConfigEntry:
    """The account, set up, its diary read for the first time."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    await set_up(hass, own_entry)
    await pass_time(seconds=30)
    return own_entry


async def test_what_is_told_is_written_at_once(
    read: MockConfigEntry, hass_storage: dict[str, Any], patient: Person, pass_time: PassTime
) -> None:
    written = []
    diary(read).async_listen_for_entries(patient.patient_id, lambda new: written.append(len(new)))
    await pass_time(minutes=10)
    amount = dose(patient)
    await diary(read).async_refresh_now()
    assert written == [1]
    assert [each["amount"] for each in stored(hass_storage, read, patient)["book"]["entries"]] == [amount]


async def test_an_attempt_is_written_before_it_is_made(
    hass: HomeAssistant,
    read: MockConfigEntry,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    seen: list[str] = []

    async def look(_request: Any, truth: Any) -> Any:
        seen.append(stored(hass_storage, read, patient)["attempted_at"])
        return await truth()

    cloud.fail_next("report_settings", look)
    await diary(read).async_refresh_now()
    assert seen == [ago().isoformat()]


async def test_where_the_phone_was_is_written_when_home_assistant_stops(
    hass: HomeAssistant,
    read: MockConfigEntry,
    hass_storage: dict[str, Any],
    patient: Person,
    pass_time: PassTime,
) -> None:
    wall = ago().replace(tzinfo=None) + timedelta(hours=9)
    diary(read).observe(patient.patient_id, ago(), wall)
    assert not stored(hass_storage, read, patient)["offsets"]
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    assert stored(hass_storage, read, patient)["offsets"] == [[ago().isoformat(), 9 * 3600]]
    entry = await restart(hass, read)
    assert diary(entry).data[patient.patient_id].offset == timedelta(hours=9)


async def test_after_a_restart_the_diary_is_there_before_anything_is_asked(
    hass: HomeAssistant, read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    amount = dose(patient)
    await pass_time(minutes=80, step=60)
    read_at = diary(read).last_success
    await hass.config_entries.async_unload(read.entry_id)
    cloud.log.clear()
    entry = await restart(hass, read)
    assert not cloud.requests()
    assert [each.amount for each in entries(entry)] == [amount]
    assert diary(entry).last_success == diary(entry).data[patient.patient_id].read_at == read_at


@pytest.mark.parametrize(
    "data",
    [
        ["a list"],
        {"somebody": {}},
        {"me": None},
        {"me": {"book": [], "offsets": {}, "attempted_at": "soon", "read_at": 5}},
        {"me": {"book": {"entries": 3}, "offsets": 3, "attempted_at": [], "read_at": {}}},
    ],
    ids=str,
)
async def test_a_file_that_makes_no_sense_is_as_good_as_none(
    hass: HomeAssistant, hass_storage: dict[str, Any], data: Any
) -> None:
    key = f"{DOMAIN}.x.diary"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    assert (await DiaryStore(hass, "x").async_record("me")).data == DiaryRecord().data


async def test_what_of_a_file_makes_sense_is_kept(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    key = f"{DOMAIN}.x.diary"
    data = {"me": noted(DiaryRecord()).data | {"offsets": "lost"}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    record = await DiaryStore(hass, "x").async_record("me")
    assert record.book.entries == (NOTE,)
    assert record.offsets.seen == ()
    assert record.attempted_at == NOON


async def test_a_book_that_was_lost_has_not_been_read(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.x.diary"
    data = {"me": noted(DiaryRecord()).data | {"book": "lost"}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    assert (await DiaryStore(hass, "x").async_record("me")).read_at is None


def test_somebody_elses_diary_begins_anew_and_the_same_ones_goes_on() -> None:
    record = noted(DiaryRecord())
    record.read_from("me")
    record = DiaryRecord.parse(record.data)
    record.read_from("me")
    assert record.book.entries == (NOTE,)
    record.read_from("you")
    assert (record.book.entries, record.book.is_blank) == ((), True)
    assert (record.attempted_at, record.read_at) == (None, None)
    assert record.offsets.seen


async def test_who_is_no_longer_read_is_forgotten(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    store = DiaryStore(hass, "x")
    for patient_id in ("me", "you"):
        noted(await store.async_record(patient_id))
    await store.async_save()
    await store.async_keep_only({"me", "stranger"})
    assert set(hass_storage[f"{DOMAIN}.x.diary"]["data"]) == {"me"}
    assert (await store.async_record("you")).book.is_blank
    assert not (await store.async_record("me")).book.is_blank


async def test_nothing_is_left_after_removal(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    store = DiaryStore(hass, "x")
    noted(await store.async_record("me"))
    await store.async_save()
    await store.async_remove()
    assert f"{DOMAIN}.x.diary" not in hass_storage
    assert (await store.async_record("me")).book.is_blank


def test_an_account_has_one_store(hass: HomeAssistant) -> None:
    assert diary_store(hass, "x") is diary_store(hass, "x")
    assert diary_store(hass, "x") is not diary_store(hass, "y")


class TestOnDisk:
    """With a real file in a folder of the test's own."""

    @pytest.fixture
    def hass_config_dir(self, hass_tmp_config_dir: str) -> str:
        return hass_tmp_config_dir

    @pytest.fixture
    def path(self, hass: HomeAssistant) -> Iterator[Path]:
        """Where the file of the entry `x` lies."""
        path = Path(hass.config.path(".storage", f"{DOMAIN}.x.diary"))
        path.parent.mkdir(exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "_async_load", _REAL_LOAD)
            patch.setattr(Store, "_async_write_data", _REAL_WRITE)
            patch.setattr(Store, "async_remove", _REAL_REMOVE)
            yield path

    async def test_nobody_else_may_read_the_file(self, hass: HomeAssistant, path: Path) -> None:
        store = DiaryStore(hass, "x")
        record = noted(await store.async_record("me"))
        await store.async_save()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (await DiaryStore(hass, "x").async_record("me")).data == record.data

    async def test_a_file_cut_off_in_the_middle_is_as_good_as_none(
        self, hass: HomeAssistant, path: Path
    ) -> None:
        store = DiaryStore(hass, "x")
        noted(await store.async_record("me"))
        await store.async_save()
        path.write_bytes(path.read_bytes()[:-20])
        assert (await DiaryStore(hass, "x").async_record("me")).book.is_blank

    async def test_what_was_to_be_written_later_is_not_written_after_removal(
        self, hass: HomeAssistant, path: Path
    ) -> None:
        store = DiaryStore(hass, "x")
        noted(await store.async_record("me"))
        await store.async_save()
        store.save_later()
        await store.async_remove()
        hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()
        assert not path.exists()
