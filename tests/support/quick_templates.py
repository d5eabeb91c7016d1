"""Templates at less cost: each is compiled once for all tests, and what is waited for is not written out.

Every test has a Home Assistant of its own, which would compile the templates of an automation anew. And each
time one waits for a template, Home Assistant writes out all its variables, for the name of a job that nobody
reads.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from homeassistant.helpers.event import TrackTemplate
from homeassistant.helpers.template import TemplateEnvironment
from jinja2 import StrictUndefined
import pytest

_compile_anew: Callable[..., CodeType] = vars(TemplateEnvironment)["compile"]
_kept: dict[tuple[str, bool, bool, bool], CodeType] = {}


def quicken_templates() -> None:
    """Keep from test to test what was compiled, and give what is waited for a short name."""
    patches = pytest.MonkeyPatch()
    patches.setattr(TemplateEnvironment, "compile", _compiled)
    patches.setattr(TrackTemplate, "__repr__", object.__repr__)


def _compiled(environment: TemplateEnvironment, source: str, *file: Any) -> CodeType:
    """Return a template's code, which depends on what its environment knows, and on nothing of one home."""
    if file:
        return _compile_anew(environment, source, *file)
    strict = environment.undefined is StrictUndefined
    key = (source, environment.hass is None, bool(environment.limited), strict)
    code = _kept.get(key) or _kept.setdefault(key, _compile_anew(environment, source))
    environment.template_cache[source] = environment.compiled_code_pin[source] = code
    return code
