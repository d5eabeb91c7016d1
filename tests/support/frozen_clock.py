"""The frozen clock of the test kit at less cost: it freezes the same, sooner, and has quicker dates.

To freeze the clock is to look through thousands of modules for what tells the time, in most of the tests. And
each sum of a date and a span is a frozen date already when the kit makes one of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
import sys
from types import ModuleType

import freezegun.api
import pytest
from pytest_homeassistant_custom_component import patch_time

_made_frozen = patch_time.ha_datetime_to_fakedatetime
_looked_through = freezegun.api._get_cached_module_attributes


def quicken_frozen_clock() -> None:
    """Replace what the kit hands to freezegun before each test, and the modules that it looks through."""
    patches = pytest.MonkeyPatch()
    patches.setattr(patch_time, "ha_datetime_to_fakedatetime", _frozen)
    patches.setattr(patch_time, "ha_get_module_attributes_hash", _state)
    modules = _ModulesWithTime()
    patches.setattr(freezegun.api, "_get_cached_module_attributes", modules.attributes)
    patches.setattr(freezegun.api, "sys", modules)


class _ModulesWithTime:
    """What freezegun is given for `sys`: the modules that tell the time, and those not looked through yet."""

    def __init__(self) -> None:
        self._without: dict[str, tuple[ModuleType, Mapping[str, object], int]] = {}
        """Modules in which nothing tells the time, with what stands in them, and how much did then."""

    @property
    def modules(self) -> dict[str, ModuleType]:
        of_name = sys.modules.get
        changed = [
            name
            for name, (module, names, size) in self._without.items()
            if len(names) != size or of_name(name) is not module
        ]
        for name in changed:
            del self._without[name]
        return {name: sys.modules[name] for name in sys.modules.keys() - self._without.keys()}

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
