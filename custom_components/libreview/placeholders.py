"""What stands in the place of a name in the texts of dialogs and repairs.

Home Assistant shows their descriptions as Markdown, but titles, labels and errors as they are. Names come
from the cloud, from files and from people, so that a link or an image of somebody else's could be among them.
Each name is therefore given twice: `{person}` for Markdown, `{person_plain}` for all else. Exceptions are
shown as they are.
"""

from collections.abc import Mapping
import re
from typing import Final

from .const import ISSUES_URL, RELEASES_URL, SERVICE_LINKS

_PLAIN: Final = "_plain"
_MARKS: Final = re.compile(r"([!-/:-@\[-`{-~])")
"""The signs that Markdown may take for marks, of a link or an image for instance."""


class Markdown(str):
    """A text that is Markdown on purpose: an address or a list of ours, never a text of others."""

    __slots__ = ()


LINKS: Final[Mapping[str, Markdown]] = {
    key: Markdown(url)
    for key, url in {**SERVICE_LINKS, "releases": RELEASES_URL, "issues": ISSUES_URL}.items()
}
"""The addresses that texts lead to."""


def as_placeholders(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders of a dialog or an issue. All of them go through here."""
    placeholders: dict[str, str] = {}
    for key, text in texts.items():
        line = " ".join(text.split())
        placeholders[key] = str(text) if isinstance(text, Markdown) else _MARKS.sub(r"\\\1", line)
        placeholders[f"{key}{_PLAIN}"] = line
    return placeholders


def plain_texts(placeholders: Mapping[str, str] | None) -> dict[str, str]:
    """Return the texts that placeholders were made of."""
    return {
        key.removesuffix(_PLAIN): text for key, text in (placeholders or {}).items() if key.endswith(_PLAIN)
    }
