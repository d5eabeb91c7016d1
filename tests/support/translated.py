"""The texts of the integration and of its card, and Home Assistant's own labels, in a language."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "custom_components" / "libreview"
TRANSLATIONS: Final = PACKAGE / "translations"
CARD: Final = ROOT / "frontend" / "src" / "languages"


def flat(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a tree, with its dotted place."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


@cache
def tree_in(language: str) -> dict[str, Any]:
    """The integration's translations as they stand in the file."""
    tree: dict[str, Any] = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    return tree


@cache
def texts_in(language: str) -> dict[str, str]:
    """All texts of the integration by their dotted place, in the order of the file."""
    return dict(flat(tree_in(language)))


@cache
def card_in(language: str) -> dict[str, str]:
    """All texts of the card by their key."""
    texts: dict[str, str] = json.loads((CARD / f"{language}.json").read_text(encoding="utf-8"))
    return texts


@cache
def frontend_in(language: str) -> dict[str, str]:
    """Home Assistant's own labels."""
    root = Path(str(files("hass_frontend"))) / "static" / "translations"
    texts: dict[str, str] = {}
    for folder in (root, root / "config"):
        (file,) = folder.glob(f"{language}-{'[0-9a-f]' * 32}.json")
        texts |= flat(json.loads(file.read_text(encoding="utf-8")))
    return texts
