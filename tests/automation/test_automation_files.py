"""What Home Assistant reads to offer triggers and conditions, and what people read to use them."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.components.websocket_api import automation as offers
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.condition import CONDITIONS
from custom_components.libreview.models import WRITTEN_KINDS, Range, Trend
from custom_components.libreview.trigger import TRIGGERS
from tests.support.automations import device_target

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "custom_components" / "libreview"
PAGE: Final = (ROOT / "docs" / "automations.md").read_text(encoding="utf-8")
EXAMPLES: Final = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
CHOICES: Final = {"range": Range, "trend": Trend, "kind": WRITTEN_KINDS}
FILES: Final = [("triggers", TRIGGERS), ("conditions", CONDITIONS)]
every_file = pytest.mark.parametrize(("kind", "classes"), FILES, ids=["triggers", "conditions"])


def described(kind: str) -> dict[str, Any]:
    """What a YAML file offers, without what only serves to write it."""
    found = load_yaml_dict(str(PACKAGE / f"{kind}.yaml"))
    return {key: value for key, value in found.items() if not key.startswith(".")}


def json_of(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PACKAGE / file).read_text(encoding="utf-8"))
    return found


# The files.


@every_file
def test_a_file_offers_all_that_there_is(kind: str, classes: Any) -> None:
    assert described(kind).keys() == classes.keys()


@every_file
def test_each_has_an_icon_and_none_is_left_over(kind: str, classes: Any) -> None:
    icons = json_of("icons.json")[kind]
    assert icons.keys() == classes.keys()
    for icon in icons.values():
        assert icon.keys() == {kind.removesuffix("s")}
        assert re.fullmatch(r"mdi:[a-z-]+", icon[kind.removesuffix("s")])


@every_file
def test_each_and_all_its_fields_have_a_name_and_a_description(kind: str, classes: Any) -> None:
    texts = json_of("translations/en.json")[kind]
    assert texts.keys() == classes.keys()
    for key, description in described(kind).items():
        assert texts[key].keys() == {"name", "description", "fields"}
        assert list(texts[key]["fields"]) == list(description["fields"])
        for field in texts[key]["fields"].values():
            assert field.keys() == {"name", "description"}


@every_file
def test_a_field_is_one_that_is_understood(kind: str, classes: Any) -> None:
    for key, description in described(kind).items():
        options = next(
            value for marker, value in classes[key]._schema.schema.items() if str(marker) == "options"
        )
        assert set(map(str, options)) == set(description["fields"])


@every_file
def test_values_are_chosen_from_those_that_exist_and_each_has_a_text(kind: str, classes: Any) -> None:
    texts = json_of("translations/en.json")["selector"]
    for description in described(kind).values():
        for field in description["fields"].values():
            if select := field["selector"].get("select"):
                values = set(CHOICES[select["translation_key"]])
                assert set(select["options"]) == values
                assert set(texts[select["translation_key"]]["options"]) >= values


@every_file
def test_a_threshold_takes_tenths_in_both_units(kind: str, classes: Any) -> None:
    fields = [field for each in described(kind).values() for field in each["fields"].values()]
    thresholds = [field["selector"]["numeric_threshold"] for field in fields if "threshold" in str(field)]
    assert len(thresholds) == 1
    assert thresholds[0]["number"] == {"mode": "box", "step": 0.1}
    assert thresholds[0]["unit_of_measurement"] == ["mg/dL", "mmol/L"]


@pytest.mark.parametrize("language", [file.stem for file in (PACKAGE / "translations").iterdir()])
def test_what_is_chosen_is_called_as_the_entity_calls_it(language: str) -> None:
    texts = json_of(f"translations/{language}.json")
    entities = texts["entity"]["sensor"]
    for key in ("range", "trend"):
        assert texts["selector"][key]["options"] == entities[key]["state"]
    kinds = texts["entity"]["event"]["diary"]["state_attributes"]["event_type"]["state"]
    assert texts["selector"]["kind"]["options"] == kinds


# What is offered for a person.


async def test_a_persons_device_is_offered_all_of_them(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    target = device_target(hass, "sensor.alex_example_glucose")
    found = await offers.async_get_triggers_for_target(hass, target, expand_group=False)
    assert {f"libreview.{key}" for key in TRIGGERS} <= set(found)
    found = await offers.async_get_conditions_for_target(hass, target, expand_group=False)
    assert {f"libreview.{key}" for key in CONDITIONS} <= set(found)


@pytest.mark.parametrize(
    ("entity_id", "device_class"),
    [
        ("sensor.other", "blood_glucose_concentration"),
        ("sensor.other", "enum"),
        ("sensor.other", "timestamp"),
        ("binary_sensor.other", "problem"),
        ("event.other", None),
    ],
)
async def test_nothing_is_offered_for_what_is_not_ours(
    hass: HomeAssistant, loaded: MockConfigEntry, entity_id: str, device_class: str | None
) -> None:
    # An alarm that is offered for glucose of another integration would never go off.
    hass.states.async_set(entity_id, "1", {"device_class": device_class})
    target = {"entity_id": [entity_id]}
    for found in (
        await offers.async_get_triggers_for_target(hass, target, expand_group=False),
        await offers.async_get_conditions_for_target(hass, target, expand_group=False),
    ):
        assert not any(each.startswith("libreview.") for each in found)


# The page about them.


def test_the_page_has_an_example_of_each() -> None:
    named = set(re.findall(r"libreview\.(\w+)$", "\n".join(EXAMPLES), re.MULTILINE))
    assert named == TRIGGERS.keys() | CONDITIONS.keys()


def test_the_page_has_a_heading_with_the_name_of_each_trigger() -> None:
    headings = re.findall(r"^### (.+)$", PAGE, re.MULTILINE)
    names = {text["name"] for text in json_of("translations/en.json")["triggers"].values()}
    assert names <= set(headings)


def _automations() -> Iterator[Any]:
    for example in EXAMPLES:
        parsed = parse_yaml(example)
        assert isinstance(parsed, dict)
        for automation in parsed["automation"]:
            yield pytest.param(automation, id=automation["alias"])


@pytest.mark.parametrize("automation", _automations())
async def test_an_example_of_the_page_is_a_valid_automation(
    hass: HomeAssistant, loaded: MockConfigEntry, automation: dict[str, Any]
) -> None:
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    (state,) = hass.states.async_all("automation")
    assert state.state == "on"
    await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)
