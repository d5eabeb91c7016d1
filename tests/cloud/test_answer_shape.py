"""What may be told of an answer: keys and types, and nothing that stands in it."""

import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.answer_shape import describe
from custom_components.libreview.cloud.answer_shapes import (
    LARGEST,
    AnswerShapes,
    Outcome,
    from_json,
    to_json,
)
from custom_components.libreview.cloud.known_names import show_key
from tests.support.json_values import ANYTHING
from tests.support.secrets_planted import EMAIL, MG_DL, PASSWORD, PATIENT_ID, SERIAL

RECORDED = sorted(Path("tests/recorded").glob("*.json"))
SECRETS = [
    EMAIL, PASSWORD, PATIENT_ID, SERIAL, "Xanthippe", "Quillfeather", "xanthippe", "XanthippeQuillfeather",
    "xanthippe_quillfeather", "noteXanthippe", "Max Mustermann", "2026-06-01", "6/1/2026 2:00:00 PM",
    "1780315200", "eyJhbGciOi", "+491701234567",
]  # fmt: skip


def test_a_shape_has_a_line_for_each_object_with_its_members() -> None:
    answer = {"status": 0, "data": [{"sn": "0X1", "pt": 4}, {"sn": None, "pt": 4}]}
    assert describe(answer) == {
        "": "data list, status int",
        "data": "[] 2 x object",
        "data[]": "pt int, sn 1 x null 1 x string",
    }


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_of_the_recorded_answers_only_keys_are_told(path: Path) -> None:
    answer = json.loads(path.read_text(encoding="utf-8"))
    told = json.dumps(describe(answer))

    def values(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in values(each)]
        if isinstance(value, list):
            return [text for each in value for text in values(each)]
        return [value] if isinstance(value, str) and len(value) > 8 else []

    assert "…" not in describe(answer)
    assert [value for value in values(answer) if value in told] == []


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("patientId", "patientId"),
        ("PasswordExpired", "PasswordExpired?"),
        ("mood_log", "mood_log?"),
        ("Xanthippe", "<key>"),
        ("noteXanthippe", "<key>"),
        ("Max", "<key>"),
        ("Mark", "<key>"),
        ("will", "<key>"),
        ("Page_Day", "<key>"),
        ("MaxMark", "<key>"),
        ("2026-06-01", "<key>"),
        (PATIENT_ID, "<key>"),
        (EMAIL, "<key>"),
        ("", "<key>"),
    ],
)
def test_a_key_is_shown_if_it_consists_of_common_words(key: str, shown: str) -> None:
    assert show_key(key) == shown


def test_new_names_in_an_object_of_many_keys_are_not_shown() -> None:
    told = describe({**{f"{word}{other}": 1 for word in WORDS for other in WORDS}, "status": 0})
    assert told == {"": "<key> 49 x int, status int"}


WORDS = ("Food", "Carb", "Dose", "Note", "Meal", "Unit", "Hour")


def planted() -> st.SearchStrategy[Any]:
    """An answer with secrets as keys and as values, wherever they can stand."""
    secret = st.sampled_from(SECRETS)
    leaf = secret | st.just(MG_DL) | st.just(float(MG_DL))
    key = secret | st.sampled_from(["data", "status", "message", "step", "type", "error", "sensor"])
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(key, inner, max_size=4),
        max_leaves=12,
    )


@given(st.dictionaries(st.sampled_from([*SECRETS, "data", "status", "message", "error"]), planted()))
def test_nothing_planted_is_told_wherever_it_stands(body: dict[str, Any]) -> None:
    shapes = AnswerShapes()
    shapes.note("LibreLinkUp sign-in", 200, body)
    told = json.dumps(to_json(shapes.items()))
    assert [secret for secret in [*SECRETS, str(MG_DL)] if secret in told] == []


@given(ANYTHING)
def test_whatever_an_answer_holds_its_shape_is_short(value: Any) -> None:
    assert len(json.dumps(describe(value))) < 4000


def test_all_shapes_together_are_small_and_the_newest_are_kept() -> None:
    shapes = AnswerShapes()
    for kind in range(30):
        body = {first + second: {word: [0] for word in WORDS} for first in WORDS[:5] for second in WORDS}
        shapes.note(f"kind {kind}", 200, body)
    told = to_json(shapes.items())
    assert LARGEST * 0.7 < len(json.dumps(told, indent=4)) <= LARGEST
    assert told[-1]["kind"] == "kind 29"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"message": "PasswordExpired"}, {"message": "PasswordExpired"}),
        ({"message": f"{EMAIL} is locked"}, {}),
        (
            {"status": 2, "error": {"message": "notAuthenticated"}},
            {"status": 2, "message": "notAuthenticated"},
        ),
        ({"status": 137}, {}),
        ({"status": 4, "data": {"step": {"type": "tou"}}}, {"status": 4, "step": "tou"}),
        ({"status": 4, "data": {"step": {"type": "resetPassword"}}}, {"status": 4, "step": "resetPassword"}),
        ({"status": 4, "data": {"step": {"type": "Xanthippe"}}}, {"status": 4, "step": "<other>"}),
    ],
)
def test_of_what_came_of_a_request_known_numbers_and_words_are_told(
    body: dict[str, Any], outcome: dict[str, Any]
) -> None:
    assert Outcome.parse("sign-in", 403, body) == Outcome(kind="sign-in", http=403, **outcome)


def test_an_answer_is_looked_at_again_after_an_hour_or_when_its_outcome_is_another(
    freezer: FrozenDateTimeFactory,
) -> None:
    shapes, changes = AnswerShapes(), []
    shapes.listen(lambda: changes.append(1))
    shapes.note("connections", 200, {"status": 0, "data": []})
    shapes.note("connections", 200, {"status": 0, "data": None})
    assert len(changes) == 1
    shapes.note("connections", 403, {"status": 920})
    assert len(changes) == 2
    freezer.tick(3601)
    shapes.note("connections", 403, {"status": 920})
    assert len(changes) == 2
    shapes.note("connections", 200, {"status": 0, "data": None})
    assert len(changes) == 3
    assert [each["shape"][""] for each in to_json(shapes.items())] == ["status int", "data null, status int"]


def test_a_body_that_is_no_object_is_told_as_such() -> None:
    shapes = AnswerShapes()
    shapes.note("connections", 403, None)
    assert to_json(shapes.items()) == [{"kind": "connections", "http": 403, "shape": {"": "no JSON object"}}]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        7,
        [7],
        [{"shape": {}}],
        [{"kind": "x"}],
        [{"kind": "x", "odd": 1}],
        [{"kind": ["x"], "http": 200, "shape": {}}],
    ],
)
def test_what_is_no_longer_understood_on_disk_is_left_out(stored: Any) -> None:
    assert from_json(stored) == {}
