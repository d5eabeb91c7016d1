"""The words on the screen, in the language of the person before it."""

from functools import cache
import json
from pathlib import Path
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


def ours(language: str, key: str) -> str:
    """A text of the integration, by its place in the translations (`config.step.follow.title`)."""
    text = texts(language, key)
    assert isinstance(text, str)
    return text
