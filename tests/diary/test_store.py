"""What was read of a diary outlives restarts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
import stat
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.cloud.floating_time import SeenOffset
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.diary.known_entries import KnownEntries
from custom_components.libreview.diary.store import DiaryRecord, DiaryStore, get_diary_store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.cloud_double import CloudDouble, Person
from tests.support.clock import PassTime
from tests.support.diary import ago, diary, dose, entries, restart
from tests.support.stored_history import kept

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
    record.known.update([NOTE], [today], window=(today, today), now=NOON)
    record.unmoved_entries = (NOTE,)
    record.unmoved_offsets = (SeenOffset(NOON, timedelta(hours=2)),)
    record.attempted_at, record.read_at = NOON, NOON - timedelta(hours=1)
    return record


def stored(hass_storage: dict[str, Any], entry: MockConfigEntry, person: Person) -> dict[str, Any]:
    """What is on disk of a person's diary."""
    kept: dict[str, Any] = hass_storage[f"{DOMAIN}.{entry.entry_id}.diary"]["data"][person.patient_id]
    return kept


async def test_what_is_told_is_written_at_once(
    diary_read: MockConfigEntry, hass_storage: dict[str, Any], patient: Person, pass_time: PassTime
) -> None:
    written = []
    diary(diary_read).async_listen_for_entries(patient.patient_id, lambda new: written.append(len(new)))
    await pass_time(minutes=10)
    amount = dose(patient)
    await diary(diary_read).async_refresh_now()
    assert written == [1]
    (reported,) = stored(hass_storage, diary_read, patient)["book"]["handed_out"].values()
    assert len(reported) == 1
    assert [each.amount for each in (await kept(diary_read, patient))[1]] == [amount]
    assert "entries" not in stored(hass_storage, diary_read, patient)["book"], "they are in the history alone"


async def test_an_attempt_is_written_before_it_is_made(
    hass: HomeAssistant,
    diary_read: MockConfigEntry,
    hass_storage: dict[str, Any],
    cloud: CloudDouble,
    patient: Person,
    pass_time: PassTime,
) -> None:
    await pass_time(minutes=10)
    seen: list[str] = []

    async def look(_request: Any, truth: Any) -> Any:
        seen.append(stored(hass_storage, diary_read, patient)["attempted_at"])
        return await truth()

    cloud.fail_next("report_settings", look)
    await diary(diary_read).async_refresh_now()
    assert seen == [ago().isoformat()]


async def test_after_a_restart_the_diary_is_there_before_anything_is_asked(
    hass: HomeAssistant, diary_read: MockConfigEntry, cloud: CloudDouble, patient: Person, pass_time: PassTime
) -> None:
    amount = dose(patient)
    await pass_time(minutes=80)
    read_at = diary(diary_read).last_success
    await hass.config_entries.async_unload(diary_read.entry_id)
    cloud.log.clear()
    entry = await restart(hass, diary_read)
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
async def test_a_file_that_cannot_be_understood_is_treated_as_missing(
    hass: HomeAssistant, hass_storage: dict[str, Any], data: Any
) -> None:
    key = f"{DOMAIN}.x.diary"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    assert (await DiaryStore(hass, "x").async_get_record("me")).data == DiaryRecord().data


async def test_what_of_a_file_makes_sense_is_kept(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    key = f"{DOMAIN}.x.diary"
    data = {"me": noted(DiaryRecord()).data | {"offsets": "lost"}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    record = await DiaryStore(hass, "x").async_get_record("me")
    assert record.unmoved_entries == (NOTE,)
    assert record.unmoved_offsets == ()
    assert record.attempted_at == NOON


async def test_a_book_that_was_lost_has_not_been_read(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.x.diary"
    data = {"me": noted(DiaryRecord()).data | {"book": "lost"}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    assert (await DiaryStore(hass, "x").async_get_record("me")).read_at is None


def test_somebody_elses_diary_begins_anew_and_the_same_ones_goes_on() -> None:
    record = noted(DiaryRecord())
    record.set_source("me")
    record = DiaryRecord.parse(record.data)
    record.set_source("me")
    assert record.unmoved_entries == (NOTE,)
    record.set_source("you")
    assert (record.unmoved_entries, record.known.is_blank) == ((), True)
    assert (record.attempted_at, record.read_at) == (None, None)
    assert record.unmoved_offsets, "the phone's are of the person, whose diary it ever is"


@pytest.mark.parametrize(
    ("read_at", "covered_until", "first"),
    [
        ("2026-06-01 21:30", "2026-06-01", "2026-05-30"),  # Two days more than were read,
        ("2026-06-01 22:30", "2026-06-02", "2026-05-31"),  # as the person counts days.
        ("2026-06-01 21:30", None, "2026-05-30"),
        ("2026-06-01 21:30", "2026-05-25", "2026-05-23"),  # All since the phone was last heard of,
        ("2026-06-01 21:30", "2026-04-01", "2026-05-16"),  # but no more than a fortnight and two days.
        ("2026-02-01 12:00", "2026-02-01", "2026-03-04"),  # And never more than ninety days.
        (None, None, "2026-03-04"),
    ],
)
def test_a_report_begins_two_days_before_what_is_known(
    read_at: str | None, covered_until: str | None, first: str
) -> None:
    now = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)  # In Berlin it is the second of June.
    record = DiaryRecord(
        known=KnownEntries.parse(noted(DiaryRecord()).known.data),
        read_at=None if read_at is None else datetime.fromisoformat(f"{read_at}+00:00"),
        covered_until=None if covered_until is None else date.fromisoformat(covered_until),
    )
    assert record.first_day(ZoneInfo("Europe/Berlin"), now) == date.fromisoformat(first)


async def test_who_is_no_longer_read_is_forgotten(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    store = DiaryStore(hass, "x")
    for patient_id in ("me", "you"):
        noted(await store.async_get_record(patient_id))
    await store.async_save()
    await store.async_keep_only({"me", "stranger"})
    assert set(hass_storage[f"{DOMAIN}.x.diary"]["data"]) == {"me"}
    assert (await store.async_get_record("you")).known.is_blank
    assert not (await store.async_get_record("me")).known.is_blank


async def test_nothing_is_left_after_removal(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    store = DiaryStore(hass, "x")
    noted(await store.async_get_record("me"))
    await store.async_save()
    await store.async_remove()
    assert f"{DOMAIN}.x.diary" not in hass_storage
    assert (await store.async_get_record("me")).known.is_blank


def test_an_account_has_one_store(hass: HomeAssistant) -> None:
    assert get_diary_store(hass, "x") is get_diary_store(hass, "x")
    assert get_diary_store(hass, "x") is not get_diary_store(hass, "y")


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
        record = noted(await store.async_get_record("me"))
        await store.async_save()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (await DiaryStore(hass, "x").async_get_record("me")).data == record.data

    async def test_a_file_cut_off_in_the_middle_is_treated_as_missing(
        self, hass: HomeAssistant, path: Path
    ) -> None:
        store = DiaryStore(hass, "x")
        noted(await store.async_get_record("me"))
        await store.async_save()
        path.write_bytes(path.read_bytes()[:-20])
        assert (await DiaryStore(hass, "x").async_get_record("me")).known.is_blank


async def test_a_report_that_outlives_its_account_brings_no_file_back(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    store = DiaryStore(hass, "an-entry")
    await store.async_get_record("a-person")
    await store.async_save()
    await store.async_remove()
    await store.async_save()
    assert not hass_storage
