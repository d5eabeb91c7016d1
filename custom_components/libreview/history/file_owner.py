"""Whose a CSV file is, by the name in it: pure. Siblings share a name, and a practitioner may, too."""

from collections.abc import Iterable
import re
from typing import Final
import unicodedata

_WORD: Final = re.compile(r"[^\W_]+")
_FEWEST_WORDS: Final = 2
"""Words that two names need in common: a family name alone may be a sibling's, a first name anybody's."""


def is_clearly_one_of(named: str, names: Iterable[str], other_names: Iterable[str]) -> bool:
    """Return True if the name in a file is one of a person's, and fits nobody else's as well or better."""
    fits = [_fit(named, name) for name in names if is_clearly_the_name(named, name)]
    others = [_fit(named, name) for name in other_names if is_clearly_the_name(named, name)]
    return bool(fits) and all(max(fits) > other for other in others)


def is_clearly_the_name(named: str, title: str) -> bool:
    """Return True if the name in a file is a person's: all words of the shorter one stand in the longer one.

    An initial stands for its word. One word is enough only where neither name has more.
    """
    words, others = sorted((_words(named), _words(title)), key=len)
    if not words or (len(words) < _FEWEST_WORDS and len(others) >= _FEWEST_WORDS):
        return False
    unmatched = list(others)
    for word in sorted(words, key=len, reverse=True):  # Whole words take theirs before initials do.
        same = next((other for other in unmatched if _is_same(word, other)), None)
        if same is None:
            return False
        unmatched.remove(same)
    return not set(words).isdisjoint(others)  # Initials alone are nobody's name.


def _fit(named: str, title: str) -> tuple[int, int]:
    """Return how well two names fit: by the words that they share, then by how few either has beyond."""
    words, others = _words(named), _words(title)
    return len(set(words) & set(others)), -abs(len(words) - len(others))


def _is_same(word: str, other: str) -> bool:
    return word == other or (min(len(word), len(other)) == 1 and word[0] == other[0])


def _words(name: str) -> list[str]:
    """Return the words of a name without accents, which not every device can write."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
