"""The translations use the words of the glossary, and none that it has given up."""

import re
import tomllib
from typing import Any, Final

import pytest

from tests.support.translated import ROOT, TRANSLATIONS, card_in, frontend_in, texts_in

GLOSSARY: Final = tomllib.loads((ROOT / "docs" / "glossary.toml").read_text(encoding="utf-8"))
TERMS: Final[list[dict[str, Any]]] = GLOSSARY["term"]
LANGUAGES: Final = sorted(file.stem for file in TRANSLATIONS.iterdir())
every_language = pytest.mark.parametrize("language", LANGUAGES)


def _all_texts(language: str) -> dict[str, str]:
    return texts_in(language) | {f"card:{key}": text for key, text in card_in(language).items()}


def _words(term: dict[str, Any], language: str) -> list[str]:
    found = term[language]
    return found if isinstance(found, list) else [found]


def _stands_in(text: str, term: dict[str, Any], language: str) -> bool:
    bent = term.get("bent", {}).get(language)
    words = [bent] if bent else _words(term, language)
    return any(word.casefold() in text.casefold() for word in words)


def test_each_term_has_a_name_of_its_own_and_a_word_in_each_language() -> None:
    names = [term["name"] for term in TERMS]
    assert len(names) == len(set(names))
    about = {"name", "at", "frontend", "unconfirmed", "bent"}
    assert {term["name"]: sorted(term.keys() - about) for term in TERMS} == dict.fromkeys(names, LANGUAGES)
    assert sorted(GLOSSARY["avoid"]) == LANGUAGES


@every_language
def test_a_text_has_the_word_that_the_glossary_has_for_it(language: str) -> None:
    texts = _all_texts(language)
    missing = [
        (term["name"], key, texts[key])
        for term in TERMS
        for key in term.get("at", ())
        if not _stands_in(texts[key], term, language)
    ]
    assert missing == []


@every_language
def test_a_label_of_home_assistant_is_the_one_on_the_screen(language: str) -> None:
    labels = {term["frontend"]: _words(term, language) for term in TERMS if "frontend" in term}
    assert labels == {key: [frontend_in(language)[key]] for key in labels}


@every_language
def test_no_text_has_a_word_that_was_given_up(language: str) -> None:
    given_up = re.compile(rf"\b(?:{'|'.join(map(re.escape, GLOSSARY['avoid'][language]))})\b", re.IGNORECASE)
    assert {key: text for key, text in _all_texts(language).items() if given_up.search(text)} == {}
