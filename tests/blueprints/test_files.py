"""Blueprints as files: valid, importable, documented."""

import json
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote

from hass_frontend import where
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest

from tests.support.notified_home import BLUEPRINTS

FILES = sorted(BLUEPRINTS.glob("*.yaml"))
ICONS = where() / "static" / "mdi"
DOCS = BLUEPRINTS.parent.parent.parent / "docs"
REPOSITORY = "https://github.com/ha-libreview/libreview/blob/main"


def blueprint_of(file: Path) -> Blueprint:
    data = load_yaml_dict(file)
    return Blueprint(data, expected_domain="automation", path=file.name, schema=BLUEPRINT_SCHEMA)


def page(file: Path) -> str:
    return (DOCS / "automations" / f"{file.stem}.md").read_text(encoding="utf-8")


def import_link(file: Path) -> str:
    url = quote(f"{REPOSITORY}/blueprints/automation/libreview/{file.name}", safe="")
    return f"https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url={url}"


_ACTED_ON = {"watchdog": {"actions"}}
"""What has to be chosen where the action is what it is for."""


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_there_are_nine() -> None:
    assert len(FILES) == 9


def test_a_blueprint_is_valid_and_knows_where_it_comes_from(file: Path) -> None:
    blueprint = blueprint_of(file)
    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"] == f"{REPOSITORY}/blueprints/automation/libreview/{file.name}"
    assert blueprint.metadata["homeassistant"]["min_version"] == "2026.10.0"
    assert f"{REPOSITORY}/docs/automations/{file.stem}.md" in blueprint.metadata["description"]
    assert "Not a medical device" in blueprint.metadata["description"]


def test_an_import_writes_down_the_same_blueprint(file: Path) -> None:
    blueprint = blueprint_of(file)
    assert parse_yaml(blueprint.yaml()) == blueprint.data


def test_only_what_nobody_can_guess_has_to_be_chosen(file: Path) -> None:
    inputs = blueprint_of(file).inputs
    required = {key for key, value in inputs.items() if "default" not in value}
    assert required <= {"person", "persons", "notify", "light", "sensors"} | _ACTED_ON.get(file.stem, set())
    assert all(value["name"] and value["selector"] for value in inputs.values())


def test_persons_and_sensors_are_picked_among_those_of_libreview_alone(file: Path) -> None:
    inputs: dict[str, Any] = blueprint_of(file).inputs
    (chosen,) = inputs.keys() & {"person", "persons", "sensors"}
    (selector,) = inputs[chosen]["selector"].values()
    assert [each["integration"] for each in selector["filter"]] == ["libreview"]


def test_each_icon_is_one_that_home_assistant_has(file: Path) -> None:
    known = json.loads((ICONS / "iconList.json").read_text(encoding="utf-8"))
    names = {f"mdi:{icon['name']}" for icon in known}
    used = set(re.findall(r"mdi:[a-z0-9-]+", file.read_text(encoding="utf-8")))
    assert used <= names


def test_its_page_has_the_import_link_and_speaks_of_each_input(file: Path) -> None:
    text = page(file)
    assert import_link(file) in text
    missing = [
        value["name"] for value in blueprint_of(file).inputs.values() if f"| {value['name']} |" not in text
    ]
    assert not missing


@pytest.mark.parametrize("chapter", ["What it never does", "How to test it", "Limits"])
def test_its_page_says_what_people_need_to_trust_it(file: Path, chapter: str) -> None:
    assert f"\n## {chapter}" in page(file)


def test_the_overview_links_to_each_page_and_imports_each_blueprint(file: Path) -> None:
    overview = (DOCS / "blueprints.md").read_text(encoding="utf-8")
    assert import_link(file) in overview
    assert f"(automations/{file.stem}.md)" in overview
