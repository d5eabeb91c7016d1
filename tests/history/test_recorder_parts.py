"""What is used of the recorder without a promise, and a Home Assistant whose recorder lacks it."""

import ast
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
import sys
from types import ModuleType
from typing import Final

from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.core import HomeAssistant
import pytest

from custom_components.libreview.history import recorder_statistics
from custom_components.libreview.history.statistics import StatisticsBackfill
from tests.history.conftest import EIGHT, PATIENT, HoursInMemory

PACKAGE: Final = Path(__file__).parents[2] / "custom_components" / "libreview"
RECORDER: Final = "homeassistant.components.recorder"
PUBLIC: Final = {RECORDER, f"{RECORDER}.models", f"{RECORDER}.statistics"}
PRIVATE: Final = {
    (f"{RECORDER}.db_schema", "Statistics"),
    (f"{RECORDER}.db_schema", "StatisticsRuns"),
    (f"{RECORDER}.db_schema", "StatisticsShortTerm"),
    (f"{RECORDER}.tasks", "RecorderTask"),
    (f"{RECORDER}.tasks", "SynchronizeTask"),
}


def test_no_other_private_part_of_the_recorder_is_used() -> None:
    used = {
        (node.module, name.name)
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(RECORDER)
        for name in node.names
    }
    assert {each for each in used if each[0] not in PUBLIC} == PRIVATE


def test_this_home_assistant_has_them() -> None:
    assert recorder_statistics.FITS_THE_RECORDER
    assert all(hasattr(import_module(module), name) for module, name in PRIVATE)
    assert StatisticsShortTerm.duration == timedelta(minutes=5)


@pytest.mark.parametrize("module", sorted({module for module, _ in PRIVATE}))
def test_a_recorder_without_them_is_noticed_when_it_is_looked_for(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, ModuleType(module))
    spec = spec_from_file_location(
        f"{recorder_statistics.__package__}.again", str(recorder_statistics.__file__)
    )
    assert spec is not None
    assert spec.loader is not None
    again = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, again)
    spec.loader.exec_module(again)
    assert again.FITS_THE_RECORDER is False


async def test_without_them_statistics_are_left_alone_and_that_is_said(
    hass: HomeAssistant,
    memory: HoursInMemory,
    pass_time: Callable[..., Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.libreview.history.statistics.FITS_THE_RECORDER", False)
    memory.bring(EIGHT - timedelta(hours=1))
    keeper = StatisticsBackfill(hass, memory, [PATIENT], lambda _: "sensor.jamie_glucose")
    keeper.start()
    keeper.async_schedule()
    await pass_time(minutes=2)
    keeper.stop()
    assert memory.due
    assert "statistics are not filled in" in caplog.text
