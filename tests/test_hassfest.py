"""The rules of hassfest, Home Assistant's own check of an integration, as far as they concern a custom one.

hassfest itself comes with Home Assistant's sources alone. What it asks of texts is in `test_translations.py`.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, Final

import homeassistant
from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.selector import TargetSelector, validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = ROOT / "custom_components" / "libreview"
COMPONENTS: Final = Path(str(homeassistant.__file__)).parent / "components"
MANIFESTS: Final = [PACKAGE / "manifest.json", *sorted(ROOT.glob("tests/**/manifest.json"))]

ALWAYS_THERE: Final = {"frontend", "websocket_api"}
"""Of what any integration may import without naming it, the part that this one does."""

# Keys and values of a custom integration's manifest.
_TEXTS: Final = [str]
MANIFEST_SCHEMA: Final = vol.Schema(
    {
        vol.Required("domain"): cv.slug,
        vol.Required("name"): str,
        vol.Required("codeowners"): _TEXTS,
        vol.Required("documentation"): vol.Match(r"https://"),
        vol.Required("integration_type"): vol.In(["device", "entity", "helper", "hub", "service", "system"]),
        vol.Required("iot_class"): vol.In(["calculated", "cloud_polling"]),
        vol.Required("version"): str,
        vol.Optional("after_dependencies"): _TEXTS,
        vol.Optional("config_flow"): bool,
        vol.Optional("dependencies"): _TEXTS,
        vol.Optional("issue_tracker"): vol.Match(r"https://"),
        vol.Optional("requirements"): _TEXTS,
    }
)

# What a field, an action, a trigger and a condition are made of. Keys with a dot, which hold what several
# others repeat, may stand beside triggers and conditions, but beside actions only in Home Assistant itself.
_PRESENT: Final = vol.All(object, vol.NotIn([None]))
_FIELD: Final = {
    vol.Optional("default"): _PRESENT,
    vol.Optional("example"): _PRESENT,
    vol.Optional("required"): bool,
    vol.Required("selector"): validate_selector,
}
_OFFER: Final = {
    vol.Optional("target"): TargetSelector.CONFIG_SCHEMA,
    vol.Required("fields"): {cv.slug: _FIELD},
}
_REPEATED: Final = vol.Match(r"\.[a-z_]+$")
FILES: Final = {
    "services": vol.Schema({cv.slug: _OFFER}),
    "triggers": vol.Schema({_REPEATED: object, cv.underscore_slug: _OFFER}),
    "conditions": vol.Schema({_REPEATED: object, cv.underscore_slug: _OFFER}),
}

_ICON: Final = vol.Match(r"mdi:[a-z0-9]+(-[a-z0-9]+)*$")
_ICONS_OF_STATES: Final = {
    vol.Optional("default"): _ICON,
    vol.Optional("state"): {cv.slug: _ICON},
}
ICONS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional("entity"): {
            vol.In(list(Platform)): {
                cv.slug: {**_ICONS_OF_STATES, vol.Optional("state_attributes"): {cv.slug: _ICONS_OF_STATES}}
            }
        },
        vol.Optional("services"): {cv.slug: {vol.Required("service"): _ICON}},
        vol.Optional("triggers"): {cv.slug: {vol.Required("trigger"): _ICON}},
        vol.Optional("conditions"): {cv.slug: {vol.Required("condition"): _ICON}},
    }
)


def _json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


MANIFEST: Final = _json(PACKAGE / "manifest.json")
ICONS: Final = _json(PACKAGE / "icons.json")


def _imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, at whatever depth, also for the type checker alone."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{each.name}" for each in names)


def _components(folder: Path) -> dict[str, set[str]]:
    """The components of Home Assistant that are imported, with the files that do."""
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*.py"):
        for module in _imported(file):
            if component := re.match(r"homeassistant\.components\.(\w+)", module):
                found.setdefault(component[1], set()).add(str(file.relative_to(folder)))
    return found


def _states(node: Any) -> Iterator[dict[str, Any]]:
    """Everything that has an icon of its own and others for its states."""
    if isinstance(node, dict):
        if isinstance(node.get("state"), dict):
            yield node
        for each in node.values():
            yield from _states(each)


# manifest, dependencies


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.parent.name)
def test_a_manifest_has_what_it_needs_and_nothing_unknown(file: Path) -> None:
    manifest = _json(file)
    MANIFEST_SCHEMA(manifest)
    assert list(manifest)[:2] == ["domain", "name"]
    assert manifest["domain"] == file.parent.name


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.parent.name)
def test_a_component_that_is_imported_is_set_up_before(file: Path) -> None:
    manifest, folder = _json(file), file.parent
    named = {*manifest.get("dependencies", ()), *manifest.get("after_dependencies", ())}
    # A module of a component's name is read by that very component.
    platforms = {module.stem for module in folder.glob("*.py")}
    allowed = {*Platform, *ALWAYS_THERE, *named, *platforms}
    missing = {name: files for name, files in _components(folder).items() if name not in allowed}
    assert missing == {}


def test_a_dependency_exists_and_is_named_once() -> None:
    before, after = MANIFEST["dependencies"], MANIFEST["after_dependencies"]
    assert set(before).isdisjoint(after)
    assert [name for name in (*before, *after) if not (COMPONENTS / name / "manifest.json").exists()] == []


# services, triggers, conditions


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_one_that_a_custom_integration_may_have(kind: str) -> None:
    FILES[kind](load_yaml_dict(str(PACKAGE / f"{kind}.yaml")))


@pytest.mark.parametrize("kind", FILES)
def test_the_choices_of_a_field_have_texts(kind: str) -> None:
    texts = _json(PACKAGE / "translations" / "en.json")["selector"]
    offers = load_yaml_dict(str(PACKAGE / f"{kind}.yaml")).items()
    fields = [field for key, offer in offers if key[0] != "." for field in offer["fields"].values()]
    selects = [field["selector"]["select"] for field in fields if "select" in field["selector"]]
    assert selects
    for select in selects:
        assert set(select["options"]) <= set(texts[select["translation_key"]]["options"])


# icons


def test_the_icons_are_such_as_home_assistant_reads() -> None:
    ICONS_SCHEMA(ICONS)


def test_no_state_has_the_icon_that_it_has_anyway() -> None:
    needless = [each for each in _states(ICONS) if each.get("default") in each["state"].values()]
    assert needless == []
