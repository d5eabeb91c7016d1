"""A disk that is full or read-only: what was kept stays, what comes waits, and goes on by itself.

The disk is a real one of a megabyte or so, where the machine lets a test mount it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
import sqlite3
import subprocess

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview import backup
from custom_components.libreview.const import DOMAIN
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import Reading, Source
from tests.cloud_double import Person
from tests.conftest import NOON, set_up
from tests.support.clock import PassTime
from tests.support.states import state
from tests.support.stored_history import kept

ALL = (0, 2**40)
START = int(NOON.timestamp())


class Disk:
    """A small disk of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is left."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 10, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue
        yield
        filler.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody may write."""
        _mount("-o", "remount,ro,size=4m", str(self.folder))
        yield
        _mount("-o", "remount,rw,size=4m", str(self.folder))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextmanager
def mounted(folder: Path) -> Iterator[Disk]:
    folder.mkdir(exist_ok=True)
    try:
        _mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder))
    except OSError, subprocess.CalledProcessError:
        pytest.skip("no disk can be mounted here")
    yield Disk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def storage(hass_config_dir: str) -> Iterator[Disk]:
    """The disk on which Home Assistant's storage lies."""
    with mounted(Path(hass_config_dir) / ".storage") as disk:
        yield disk


def keep(store: Store, *minutes: int) -> None:
    readings = [Reading(at=NOON + timedelta(minutes=minute), mg_dl=100) for minute in minutes]
    store.keep([("anna", Source.LIVE, None, readings)])


def rows(_devices: Sequence[int | None]) -> Iterator[ReadingRow]:
    for number in range(200_000):
        yield ReadingRow(START - 10**8 + number * 300, 100, SOURCE_CODE[Source.CSV], None, 0, None)


def minutes(store: Store) -> list[int]:
    return [(at - START) // 60 for at in store.trace("anna", *ALL).at]


def test_what_a_full_disk_does_not_take_is_taken_when_there_is_room_again(disk: Disk) -> None:
    store = Store(disk.folder / "history.db")
    keep(store, *range(100))
    with disk.full():
        refused = 0
        for minute in range(100, 200):
            try:
                keep(store, minute)
            except sqlite3.OperationalError:
                refused += 1
        assert refused
        written = minutes(store)
        assert written[:100] == list(range(100))

    keep(store, *range(100, 200))

    assert minutes(store) == list(range(200))
    store.close()


def test_a_file_that_does_not_fit_the_disk_leaves_everything_as_it_was(disk: Disk) -> None:
    store = Store(disk.folder / "history.db")
    keep(store, *range(100))

    with pytest.raises(sqlite3.OperationalError):
        store.keep_file("anna", [], rows, [], thin_before=0)

    assert minutes(store) == list(range(100))
    keep(store, 100)
    store.close()
    reopened = Store(disk.folder / "history.db")
    assert minutes(reopened) == list(range(101))
    reopened.close()


@pytest.mark.parametrize("page_limit", [20, 40])
def test_a_database_that_may_not_grow_goes_on_after_a_write_that_failed(
    tmp_path: Path, page_limit: int
) -> None:
    store = Store(tmp_path / "history.db")
    keep(store, *range(10))
    store._writer.execute(f"PRAGMA max_page_count = {page_limit}")
    with pytest.raises(sqlite3.OperationalError):
        store.keep_file("anna", [], rows, [], thin_before=0)
    assert minutes(store) == list(range(10))
    store._writer.execute("PRAGMA max_page_count = 100000")

    keep(store, 10)

    assert minutes(store) == list(range(11))
    store.close()


def is_said(hass: HomeAssistant, entry: MockConfigEntry, kind: str = "history_unwritable") -> bool:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{kind}_{entry.entry_id}") is not None


@pytest.mark.parametrize("trouble", ["full", "read-only at the start"])
async def test_live_values_go_on_and_what_came_meanwhile_is_kept_afterwards(
    storage: Disk,
    hass: HomeAssistant,
    entry: MockConfigEntry,
    person: Person,
    pass_time: PassTime,
    trouble: str,
) -> None:
    await set_up(hass, entry)
    await pass_time(minutes=2)
    before = await instants(entry, person)
    if trouble != "full":
        await hass.config_entries.async_unload(entry.entry_id)
    with storage.full() if trouble == "full" else storage.read_only():
        if trouble != "full":
            await hass.config_entries.async_setup(entry.entry_id)
        await pass_time(minutes=30)
        assert state(hass, "sensor.alex_example_glucose") == "120"
        assert is_said(hass, entry)
        assert not is_said(hass, entry, "history_set_aside")
    await pass_time(minutes=3)

    assert not is_said(hass, entry)
    found = await instants(entry, person)
    assert set(before) <= set(found)
    since = [at for at in found if at >= before[-1]]
    assert max(later - at for at, later in pairwise([*since, datetime.now(UTC)])) < timedelta(minutes=3)
    await hass.config_entries.async_unload(entry.entry_id)


async def instants(entry: MockConfigEntry, person: Person) -> list[datetime]:
    """When the readings of the history were measured."""
    return [each.reading.at for each in (await kept(entry, person))[0]]


async def test_a_disk_that_is_full_during_a_backup_and_an_import_costs_neither(
    storage: Disk, hass: HomeAssistant, entry: MockConfigEntry, person: Person, pass_time: PassTime
) -> None:
    await set_up(hass, entry)
    history = entry.runtime_data.history
    before = len((await kept(entry, person))[0])
    with storage.full():
        await backup.async_pre_backup(hass)
        await pass_time(minutes=5)
        await backup.async_post_backup(hass)
        with pytest.raises(HomeAssistantError):
            await history.async_run(Store.keep_file, person.patient_id, [], rows, [], thin_before=0)
    await pass_time(minutes=2)

    assert not is_said(hass, entry)
    assert before + 5 <= len((await kept(entry, person))[0]) < before + 20
    await hass.config_entries.async_unload(entry.entry_id)
