"""The frozen clock of the test kit at less cost: it freezes the same, sooner, and has quicker dates.

To freeze the clock is to look through thousands of modules for what tells the time, in most of the tests. And
each sum of a date and a span is a frozen date already when the kit makes one of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
import sys
from types import FrameType, ModuleType

import freezegun.api
import pytest
from pytest_homeassistant_custom_component import patch_time

_made_frozen = patch_time.ha_datetime_to_fakedatetime
_looked_through = freezegun.api._get_cached_module_attributes
_worked_out = freezegun.api._get_fake_monotonic


def quicken_frozen_clock() -> None:
    """Replace what the kit hands to freezegun before each test, and the modules that it looks through."""
    patches = pytest.MonkeyPatch()
    patches.setattr(patch_time, "ha_datetime_to_fakedatetime", _frozen)
    patches.setattr(patch_time, "ha_get_module_attributes_hash", _state)
    patches.setattr(patch_time, "ha_should_use_real_time", _is_real)
    patches.setattr(freezegun.api, "_get_fake_monotonic", _Seconds())
    modules = _ModulesWithTime()
    patches.setattr(freezegun.api, "_get_cached_module_attributes", modules.attributes)
    patches.setattr(freezegun.api, "sys", modules)


class _ModulesWithTime:
    """What freezegun is given for `sys`: the modules that tell the time, and those not looked through yet."""

    def __init__(self) -> None:
        self._without: dict[str, tuple[ModuleType, Mapping[str, object], int]] = {}
        """Modules in which nothing tells the time, with what stands in them, and how much did then."""

    @property
    def modules(self) -> dict[str, ModuleType | None]:
        of_name = sys.modules.get
        changed = [
            name
            for name, (module, names, size) in self._without.items()
            if len(names) != size or of_name(name) is not module
        ]
        for name in changed:
            del self._without[name]
        return {name: of_name(name) for name in sys.modules.keys() - self._without.keys()}

    def attributes(self, module: ModuleType) -> Sequence[tuple[str, object]]:
        """Return what tells the time in a module, by name."""
        found: Sequence[tuple[str, object]] = _looked_through(module)
        if not found and sys.modules.get(module.__name__) is module:
            self._without[module.__name__] = module, vars(module), len(vars(module))
        return found


def _frozen(moment: datetime) -> freezegun.api.FakeDatetime:
    """Return a date and time as a frozen one, which Python's own arithmetic with frozen ones gives."""
    return moment if type(moment) is patch_time.HAFakeDatetime else _made_frozen(moment)


def _state(module: ModuleType) -> str:
    """Return what changes when a module has to be looked through again: it is another one, or has grown."""
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"


def _is_real() -> bool:
    """Return whether one of the modules that need the real time asks, as the kit does: five calls back."""
    try:
        ignored = freezegun.api.ignore_lists[-1]
    except IndexError:  # Another thread asks, and the clock has just been let go.
        return True
    frame: FrameType | None = sys._getframe(2)
    for _ in range(freezegun.api.call_stack_inspection_limit):
        if frame is None:
            break
        if frame.f_globals.get("__name__", "").startswith(ignored):
            return True
        frame = frame.f_back
    return False


class _Seconds:
    """The frozen clock in seconds, worked out once for each moment: the event loop asks time and again."""

    def __init__(self) -> None:
        self._known: tuple[datetime | None, float] = (None, 0.0)

    def __call__(self) -> float:
        now = freezegun.api.get_current_time()
        known, seconds = self._known
        if now is not known:
            seconds = _worked_out()
            self._known = (now, seconds)
        return seconds
