"""The frozen clock, quickened: what the kit's own freezes is frozen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import queue
import sys
import time
from types import ModuleType
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component import patch_time


@pytest.mark.parametrize(
    "made",
    [
        lambda now: now + timedelta(hours=1),
        lambda now: now - timedelta(hours=1),
        lambda now: now.astimezone(ZoneInfo("Europe/Berlin")),
        lambda now: datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=1),
        lambda now: datetime.fromtimestamp(0, UTC),
    ],
    ids=["later", "earlier", "elsewhere", "of another", "of a number"],
)
def test_what_is_made_of_a_frozen_moment_is_frozen_too(
    freezer: FrozenDateTimeFactory, made: Callable[[datetime], datetime]
) -> None:
    moment = made(datetime.now(UTC))
    assert type(moment) is patch_time.HAFakeDatetime
    assert moment.tzinfo is not None


def test_the_later_of_two_equal_hours_stays_the_later(freezer: FrozenDateTimeFactory) -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert (twice.hour, twice.fold, twice.utcoffset()) == (2, 1, timedelta(hours=1))


def test_a_module_that_has_grown_since_it_was_looked_through_is_frozen_whole() -> None:
    module = ModuleType("grows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        with freeze_time("2026-01-01"):
            pass
        vars(module)["clock"] = time.time
        with freeze_time("2026-01-01"):
            assert vars(module)["clock"]() == datetime(2026, 1, 1, tzinfo=UTC).timestamp()
        assert vars(module)["clock"] is time.time


def test_a_module_that_grows_while_the_clock_is_frozen_is_thawed_with_it() -> None:
    module = ModuleType("grows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, module.__name__, module)
        with freeze_time("2026-01-01"):
            pass
        with freeze_time("2026-01-01"):
            vars(module)["clock"] = time.time
        assert vars(module)["clock"] is time.time


def test_all_clocks_go_on_together(freezer: FrozenDateTimeFactory) -> None:
    for _ in range(3):
        freezer.tick(0.25)
        now = datetime.now(UTC).timestamp()
        assert (time.time(), time.monotonic(), time.perf_counter()) == (now, now, now)


def test_what_waits_in_a_queue_waits_by_the_real_clock(freezer: FrozenDateTimeFactory) -> None:
    with pytest.raises(queue.Empty):
        queue.Queue[None]().get(timeout=0.01)
    assert time.monotonic() == time.monotonic() == datetime.now(UTC).timestamp()
