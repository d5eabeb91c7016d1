"""Splitting names of a report into words, be they written in camelCase, in snake_case or with spaces."""

from functools import lru_cache
import re
from typing import Final
import unicodedata

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LONGEST_NAME: Final = 80
"""Characters: a longer one is no name."""


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, without accents."""
    return _split_name(text) if len(text) <= LONGEST_NAME else _split(text)


@lru_cache(maxsize=2048)
def _split_name(name: str) -> tuple[str, ...]:
    return _split(name)


def _split(text: str) -> tuple[str, ...]:
    plain = text if text.isascii() else _without_accents(text)
    return tuple(word.lower() for word in _WORD.findall(plain))


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
