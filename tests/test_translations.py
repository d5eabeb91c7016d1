"""Ten languages that say the same, about everything that is shown and nothing else."""

import ast
from collections.abc import Iterator
import json
import re
from typing import Any, Final

from homeassistant import const as ha_const
from homeassistant.const import CONF_EMAIL, CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.libreview.binary_sensor import BINARY_SENSORS
from custom_components.libreview.button import BUTTONS
from custom_components.libreview.calendar import CALENDARS
from custom_components.libreview.cloud.csv.problems import ExportProblem
from custom_components.libreview.cloud.errors import (
    CloudError,
    SecondFactorRequiredError,
    StepRequiredError,
)
from custom_components.libreview.cloud.services import LIBREVIEW
from custom_components.libreview.cloud.session_state import Step
from custom_components.libreview.const import DOMAIN, SUBENTRY_PERSON
from custom_components.libreview.entry_data import own_login
from custom_components.libreview.event import EVENTS
from custom_components.libreview.failures.issue_kinds import (
    DIARY_REJECTED,
    DIARY_UNREADABLE,
    HISTORY_UNUSABLE,
    KINDS,
    LASTING_FAILURE,
    LASTING_LOCK,
    LOGIN_KINDS,
    PATIENT_GONE,
    PERSON_GONE,
)
from custom_components.libreview.failures.issues import (
    KeptAside,
    set_account_kept_aside,
    set_clock_ahead,
    set_history_set_aside,
    set_history_unusable,
    set_own_clock_wrong,
    set_storage_unwritable,
    update_kept_aside,
    update_patients_gone,
    update_person_issues,
)
from custom_components.libreview.failures.login_issues import login_placeholders, set_login_issue
from custom_components.libreview.failures.problems import Problem, Reaction, to_problem
from custom_components.libreview.failures.send_issues import set_send_failing, set_send_refused
from custom_components.libreview.flows.person_form import AUTOMATIC, LIVES
from custom_components.libreview.models import Connection, EntryKind, MeasuringRange
from custom_components.libreview.sensor import SENSORS
from tests.support.translated import PACKAGE, TRANSLATIONS, card_in, flat, frontend_in, texts_in, tree_in

SERVICES: Final = load_yaml_dict(str(PACKAGE / "services.yaml"))

SAME_AS_ENGLISH: Final = {
    "da": {"LibreView", "Person", "Alarm", "Format", "Note", "Start", "{person_plain}", "{name_plain}"},
    "de": {
        "LibreView",
        "Person",
        "Trend",
        "Alarm",
        "Code",
        "Format",
        "Name",
        "Text",
        "{person_plain}",
        "{name_plain}",
    },
    "es": {"LibreView", "{person_plain}", "{name_plain}"},
    "fr": {"LibreView", "Format", "Glucose", "Stable", "Code", "Note", "{person_plain}", "{name_plain}"},
    "it": {"LibreView", "Password", "{person_plain}", "{name_plain}"},
    "nl": {
        "LibreView",
        "Glucose",
        "Glucose is",
        "Trend",
        "Alarm",
        "Accounts",
        "Code",
        "{person_plain}",
        "{name_plain}",
    },
    "pl": {"LibreView", "Format", "Trend", "Alarm", "{person_plain}", "{name_plain}"},
    "pt": {"LibreView", "{person_plain}", "{name_plain}"},
    "sv": {"Format", "LibreView", "Person", "Start", "Trend", "Text", "{person_plain}", "{name_plain}"},
}
LANGUAGES: Final = ("en", *SAME_AS_ENGLISH)

# Texts that send people to another label of ours, and to labels of Home Assistant's own frontend.
OUR_LABELS: Final = {
    "config.abort.already_configured": "config_subentries.person.initiate_flow.user",
    "config.abort.already_followed": "config_subentries.person.step.reconfigure.menu_options.diary",
    "config_subentries.person.step.settings.data_description.max_age": "entity.binary_sensor.stale.name",
    "issues.client_refused.description": "config.step.reconfigure.sections.advanced.name",
    "issues.redirect_refused.description": "config.step.reconfigure.sections.advanced.name",
}
_RECONFIGURE: Final = ("ui.panel.config.integrations.config_entry.reconfigure",)
_INTEGRATIONS: Final = ("panel.config", "ui.panel.config.dashboard.devices.main")
FRONTEND_LABELS: Final = {
    "issues.client_refused.description": _RECONFIGURE,
    "issues.redirect_refused.description": _RECONFIGURE,
    "config.create_entry.without_live": _RECONFIGURE,
    "config_subentries.person.abort.no_live": _RECONFIGURE,
    "issues.password_expired.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.second_factor.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.diary_rejected.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.send_refused.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.terms.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.privacy_policy.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.verify_email.fix_flow.abort.go_on": _INTEGRATIONS,
    "issues.unknown_step.fix_flow.abort.go_on": _INTEGRATIONS,
}

PLATFORMS: Final[dict[str, tuple[EntityDescription, ...]]] = {
    "binary_sensor": BINARY_SENSORS,
    "button": BUTTONS,
    "calendar": CALENDARS,
    "event": EVENTS,
    "sensor": SENSORS,
}
ENTITIES: Final = [
    pytest.param(platform, description, id=f"{platform}-{description.key}")
    for platform, descriptions in PLATFORMS.items()
    for description in descriptions
]

# What Home Assistant itself looks for: the furniture between our own keys, and the reason it gives by itself
# when an account is added twice.
_FURNITURE: Final = frozenset(
    "abort already_configured config config_subentries create_entry data data_description description entity "
    "entry_type error exceptions fields fix_flow info initiate_flow issues menu_option_descriptions "
    "menu_options message name options progress sections selector services step submit system_health "
    "title".split()
)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


ONLY_IN_DIALOGS = {"slow_down", "step_expired", "code_not_sent", "too_many_codes"}
"""Failures that nothing but a dialog can meet."""


def _failures() -> Iterator[Problem]:
    """Everything that can go wrong with the cloud, as people are told of it."""

    def kinds(base: type[CloudError]) -> Iterator[type[CloudError]]:
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    for kind in kinds(CloudError):
        if not issubclass(kind, StepRequiredError):
            yield to_problem(kind("something"))
    for step in ("tou", "pp", "verifyEmail", "something new"):
        yield to_problem(StepRequiredError(Step(kind=step, region="eu")))
    yield to_problem(SecondFactorRequiredError(Step(kind="2faVerify", region="eu")))


FAILURES: Final = [
    pytest.param(problem, id=key) for key, problem in {each.key: each for each in _failures()}.items()
]
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_other_language = pytest.mark.parametrize("language", SAME_AS_ENGLISH)


def test_there_is_a_file_for_every_language_and_no_other() -> None:
    assert {file.name for file in TRANSLATIONS.iterdir()} == {f"{language}.json" for language in LANGUAGES}


@every_language
def test_a_file_is_plain_readable_json(language: str) -> None:
    text = (TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@every_other_language
def test_a_language_has_the_texts_of_english_in_the_same_order(language: str) -> None:
    assert list(texts_in(language)) == list(texts_in("en"))


@every_other_language
def test_a_text_has_the_placeholders_of_the_english_one(language: str) -> None:
    english = {key: _placeholders(text) for key, text in texts_in("en").items()}
    assert {key: _placeholders(text) for key, text in texts_in(language).items()} == english


@every_other_language
def test_a_text_has_the_links_emphasis_and_paragraphs_of_the_english_one(language: str) -> None:
    def shape(text: str) -> tuple[list[str], int, int]:
        return re.findall(r"\]\((.*?)\)", text), text.count("**"), text.count("\n\n")

    english = {key: shape(text) for key, text in texts_in("en").items()}
    assert {key: shape(text) for key, text in texts_in(language).items()} == english


@every_other_language
def test_only_words_that_are_the_same_in_both_languages_are_left_in_english(language: str) -> None:
    texts, english = texts_in(language), texts_in("en")
    assert {text for key, text in texts.items() if text == english[key]} == SAME_AS_ENGLISH[language] | {
        "mg/dL",
        "mmol/L",
    }


@every_language
def test_no_text_is_empty_or_untidy(language: str) -> None:
    # Home Assistant refuses HTML, bare addresses and placeholders in single quotes.
    untidy = re.compile(r"^$|^\s|\s$| {2}|[<\"]|://|'{\w+}'|\bTODO\b")
    assert {key: text for key, text in texts_in(language).items() if untidy.search(text)} == {}


@every_language
@pytest.mark.parametrize("key", OUR_LABELS)
def test_a_text_calls_a_label_of_ours_by_its_name(language: str, key: str) -> None:
    texts = texts_in(language)
    assert texts[OUR_LABELS[key]].casefold() in texts[key].casefold()


@every_language
@pytest.mark.parametrize("key", FRONTEND_LABELS)
def test_a_text_calls_a_label_of_home_assistant_by_its_name(language: str, key: str) -> None:
    for label in FRONTEND_LABELS[key]:
        assert frontend_in(language)[label] in texts_in(language)[key]


def test_every_key_is_a_slug() -> None:
    keys = {part for key in texts_in("en") for part in key.split(".")}
    assert {key for key in keys if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", key)} == set()


@pytest.mark.parametrize(("platform", "description"), ENTITIES)
def test_an_entity_has_a_name_and_an_icon(platform: str, description: EntityDescription) -> None:
    icons = json.loads((PACKAGE / "icons.json").read_text(encoding="utf-8"))["entity"]
    assert f"entity.{platform}.{description.translation_key}.name" in texts_in("en")
    assert icons[platform][description.translation_key]["default"].startswith("mdi:")


@pytest.mark.parametrize(("platform", "description"), ENTITIES)
def test_an_entity_has_a_text_for_each_of_its_states_and_for_no_other(
    platform: str, description: EntityDescription
) -> None:
    texts = tree_in("en")["entity"][platform][description.translation_key]
    match platform:
        case "binary_sensor":
            assert set(texts["state"]) == {"off", "on"}
        case "event":
            # The calendar names entries by these words too, also of kinds that are never an event.
            types = EntryKind if description.key == "diary" else getattr(description, "event_types", [])
            assert set(texts["state_attributes"]["event_type"]["state"]) == set(types)
        case _:
            assert set(texts.get("state", ())) == set(getattr(description, "options", None) or ())


@pytest.mark.parametrize(("platform", "description"), ENTITIES)
def test_an_icon_of_a_state_is_for_a_state_that_exists(platform: str, description: EntityDescription) -> None:
    icons = json.loads((PACKAGE / "icons.json").read_text(encoding="utf-8"))["entity"]
    texts = tree_in("en")["entity"][platform][description.translation_key]
    assert set(icons[platform][description.translation_key].get("state", ())) <= set(texts.get("state", ()))


def test_no_text_or_icon_is_for_an_entity_that_does_not_exist() -> None:
    icons = json.loads((PACKAGE / "icons.json").read_text(encoding="utf-8"))
    existing = {
        platform: {description.translation_key for description in descriptions}
        for platform, descriptions in PLATFORMS.items()
    }
    for tree in (tree_in("en"), icons):
        assert {platform: set(entities) for platform, entities in tree["entity"].items()} == existing


def test_the_measuring_range_has_a_text_for_each_of_its_values() -> None:
    attribute = tree_in("en")["entity"]["sensor"]["glucose"]["state_attributes"]["measuring_range"]
    assert set(attribute["state"]) == set(MeasuringRange)


@every_language
@pytest.mark.parametrize("kind", ["carbohydrates", "rapid_acting", "long_acting"])
def test_a_dose_without_amount_is_called_the_same_on_a_tile_and_on_the_card(language: str, kind: str) -> None:
    tile = texts_in(language)[f"entity.sensor.last_{kind}_at.state_attributes.dose.state.no_amount"]
    assert tile == card_in(language)["no_amount"]


def test_the_choice_of_the_sensor_life_has_a_text_for_each_option() -> None:
    assert set(tree_in("en")["selector"]["sensor_life"]["options"]) == {AUTOMATIC, *LIVES}


@pytest.mark.parametrize("problem", FAILURES)
def test_a_failure_is_told_with_what_is_known_of_it(problem: Problem) -> None:
    told = [] if problem.key in ONLY_IN_DIALOGS else [texts_in("en")[f"exceptions.{problem.key}.message"]]
    if problem.key == "report_failed":
        pass  # No dialog orders a report.
    elif problem.step is None:
        told.append(texts_in("en")[f"config.error.{problem.key}"])
    else:
        assert f"config.step.{problem.key}.title" in texts_in("en")
    known = {*problem.placeholders, *login_placeholders(LIBREVIEW, "somebody@example.com")}
    named = {name.removesuffix("_plain") for text in told for name in _placeholders(text)}
    assert named <= known


def test_no_exception_has_a_text_that_nothing_raises() -> None:
    actions = {
        "person_unknown",
        "person_not_loaded",
        "end_before_start",
        "too_many_readings",
        "too_many_entries",
        "path_not_allowed",
        "file_unreadable",
        "file_unwritable",
        "file_exists",
        "date_order_unknown",
        "other_person",
        *(f"csv_{each}" for each in ExportProblem),
    }
    failures = {problem.key for problem in _failures()} - ONLY_IN_DIALOGS
    raised = failures | {"duplicate_account", *HISTORY_UNUSABLE} | actions
    assert set(tree_in("en")["exceptions"]) == raised


def test_no_issue_has_a_text_that_nothing_reports() -> None:
    assert set(tree_in("en")["issues"]) == set(KINDS)


def test_a_failure_that_only_a_person_can_end_has_an_issue() -> None:
    halting = {problem.key for problem in _failures() if problem.reaction is Reaction.HALT}
    assert halting <= set(LOGIN_KINDS)


def test_an_issue_has_the_texts_of_its_kind_and_all_that_they_speak_of(hass: HomeAssistant) -> None:
    gone = {"data": {}, "subentry_type": SUBENTRY_PERSON, "title": "Somebody", "unique_id": "gone"}
    data = {CONF_EMAIL: "somebody@example.com", CONF_PASSWORD: "none"}
    entry = MockConfigEntry(domain=DOMAIN, data=data, subentries_data=[gone])
    entry.add_to_hass(hass)
    now = dt_util.utcnow()
    for problem in _failures():
        if problem.key in LOGIN_KINDS:
            set_login_issue(hass, entry, own_login(entry), problem.key, problem.placeholders)
    for kind in (DIARY_REJECTED, DIARY_UNREADABLE, LASTING_FAILURE, LASTING_LOCK):
        set_login_issue(hass, entry, own_login(entry), kind, {})
    update_person_issues(hass, entry, {"new": Connection(patient_id="new")}, {"gone"})
    update_patients_gone(hass, entry, {"gone"})
    set_clock_ahead(hass, entry, {"gone"})
    set_own_clock_wrong(hass, entry, 20)
    update_kept_aside(hass, entry, {"removed": KeptAside(days=400, first=now, last=now, until=now)})
    set_account_kept_aside(hass, entry, days=400, until=now, file="a name")
    set_history_set_aside(hass, entry, "a name")
    for kind in HISTORY_UNUSABLE:
        set_history_unusable(hass, entry, kind)
    set_send_refused(hass, entry, "refused", "Somebody")
    set_send_failing(hass, entry, "failing", "Somebody")
    set_storage_unwritable(hass, entry)

    issues = ir.async_get(hass).issues.values()
    assert {issue.translation_key for issue in issues} == set(tree_in("en")["issues"])
    for issue in issues:
        assert issue.translation_key is not None
        texts = tree_in("en")["issues"][issue.translation_key]
        # Home Assistant wants the one or the other.
        assert ("fix_flow" in texts, "description" in texts) == (issue.is_fixable, not issue.is_fixable)
        spoken_of = {name for _, text in flat(texts) for name in _placeholders(text)}
        in_dialog = {"days"} if issue.translation_key in (PERSON_GONE, PATIENT_GONE) else set()
        assert spoken_of <= set(issue.translation_placeholders or ()) | in_dialog


def test_actions_and_their_fields_have_texts_and_icons_and_no_others_do() -> None:
    described = {name: set(action["fields"]) for name, action in SERVICES.items()}
    texts, icons = tree_in("en")["services"], json.loads((PACKAGE / "icons.json").read_text(encoding="utf-8"))

    assert {name: set(action["fields"]) for name, action in texts.items()} == described
    assert set(icons["services"]) == set(described)


def test_no_dialog_choice_or_information_has_a_text_that_nothing_refers_to() -> None:
    # These are put together in the code.
    referred_to = {*_names_in_the_code(), "unreadable_line", *(f"csv_{each}" for each in ExportProblem)}
    unused = {
        key
        for key in texts_in("en")
        if not key.startswith(("entity.", "triggers.", "conditions."))  # These are matched exactly elsewhere.
        for part in key.split(".")
        if part not in _FURNITURE and part not in referred_to
    }
    assert unused == set()


def _names_in_the_code() -> Iterator[str]:
    """Every text, every step of a dialog and every constant of Home Assistant's that the product names."""
    yield from _words(SERVICES)
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(value)):
                    yield value
                case ast.AsyncFunctionDef(name=name):
                    yield name.removeprefix("async_step_")
                case ast.ImportFrom(module="homeassistant.const", names=names):
                    yield from (str(getattr(ha_const, name.name)) for name in names)


def _words(node: Any) -> Iterator[str]:
    """All keys and texts of a file that Home Assistant reads."""
    match node:
        case str():
            yield node
        case list():
            for each in node:
                yield from _words(each)
        case dict():
            for key, each in node.items():
                yield key
                yield from _words(each)


@every_language
def test_every_field_of_a_dialog_is_explained(language: str) -> None:
    def fields(node: Any, path: str = "") -> Iterator[tuple[str, set[str], set[str]]]:
        if isinstance(node, dict):
            if "data" in node:
                yield path, set(node["data"]), set(node.get("data_description", ()))
            for key, value in node.items():
                yield from fields(value, f"{path}.{key}")

    found = list(fields(tree_in(language)))
    assert found
    assert [(path, names ^ explained) for path, names, explained in found if names != explained] == []
