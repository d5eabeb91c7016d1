"""Reading years keeps no other thread waiting: for a collection of garbage, or for its turn."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
import gc

import pytest

from custom_components.libreview.glucose.agp import AgpBin, agp
from custom_components.libreview.history import store as store_module
from custom_components.libreview.history.store import GIVES_WAY_AFTER, Store
from custom_components.libreview.models import Reading, Source

MANY = 40_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
EVER = (0, 2**40)
START = int(BEGIN.timestamp())


def profile(store: Store) -> tuple[AgpBin, ...]:
    trace, end = store.trace("anna", *EVER), START + MANY * 60
    return agp(trace, start=START, end=end, time_zone=UTC, width=timedelta(minutes=5))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A history of four weeks, a reading a minute."""
    store = Store(tmp_path_factory.mktemp("history") / "history.db")
    readings = [Reading(at=BEGIN + number * timedelta(minutes=1), mg_dl=120) for number in range(MANY)]
    store.keep([("anna", Source.LIVE, None, readings)])
    yield store
    store.close()


@pytest.mark.parametrize(
    "read",
    [
        lambda store: sum(1 for _ in store.iter_readings("anna", *EVER)),
        lambda store: len(store.trace("anna", *EVER)),
        lambda store: sum(each.readings for each in profile(store)),
    ],
    ids=["one by one", "as columns", "usual day"],
)
def test_reading_years_keeps_no_other_thread_waiting_for_a_collection(
    store: Store, read: Callable[[Store], int]
) -> None:
    begun: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            begun.append(info["generation"])

    gc.collect()
    gc.callbacks.append(note)
    try:
        count = read(store)
    finally:
        gc.callbacks.remove(note)

    assert count == MANY
    assert len(begun) <= 2  # One or two may have been due anyway.
    assert 2 not in begun


def test_an_export_of_years_gives_way_to_other_threads_every_few_readings(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_row = [0]
    monkeypatch.setattr(store_module, "sleep", lambda _: in_a_row.append(0))

    for _ in store.iter_readings("anna", *EVER):
        in_a_row[-1] += 1

    assert sum(in_a_row) == MANY
    assert 0 < max(in_a_row) <= GIVES_WAY_AFTER
