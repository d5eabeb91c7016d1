"""The words on the screen, in the language of the person before it."""

from collections.abc import Iterator
from functools import cache
import json
from pathlib import Path
import re
from typing import Any

TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / "libreview" / "translations"

# Home Assistant's own, as of 2026.10.
ADD = {"en": "Add integration", "de": "Integration hinzufügen"}
SUBMIT = {"en": "Submit", "de": "OK"}
PERFORM = {"en": "Perform action", "de": "Aktion ausführen"}
DEVICE = {"en": "Select a device", "de": "Gerät auswählen"}
FINISH = {"en": "Skip and finish", "de": "Überspringen und fertigstellen"}
ADD_TRIGGER = {"en": "Add trigger", "de": "Auslöser hinzufügen"}
ADD_CONDITION = {"en": "Add condition", "de": "Bedingung hinzufügen"}
ADD_ACTION = {"en": "Add action", "de": "Aktion hinzufügen"}
DEVICES = {"en": "Devices", "de": "Geräte"}
BELOW = {"en": "Below", "de": "Unter"}
DELETE = {"en": "Delete", "de": "Löschen"}
SAVE = {"en": "Save", "de": "Speichern"}


@cache
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def texts(language: str, key: str) -> Any:
    """What stands at a place of the integration's translations (`config.step.follow`)."""
    found: Any = _texts(language)
    for part in key.split("."):
        found = found[part]
    return found


def logged_error(key: str) -> str:
    """Return a pattern of the English text that the log has of one of our exceptions."""
    text = str(texts("en", f"exceptions.{key}.message")).rstrip(".")  # as Home Assistant logs it
    return ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", text))


def submits(language: str) -> set[str]:
    """What our steps call the button that goes on, those of them that have a word of their own."""

    def found(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, each in node.items():
                if key == "submit":
                    yield each
                else:
                    yield from found(each)

    return set(found(_texts(language)))


def ours(language: str, key: str, **named: str) -> str:
    """A text of ours with names in it, by its place in the translations (`config.step.follow.title`)."""
    text = texts(language, key)
    assert isinstance(text, str)
    return text.format(**named, **{f"{name}_plain": each for name, each in named.items()}) if named else text
