"""Names of others in the texts of dialogs."""

import pytest

from custom_components.libreview.flows.markdown import escape_markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alex Example", "Alex Example"),
        ("Zoë\n\n# O'Neil", r"Zoë \# O\'Neil"),
        ("![x](https://a.example/p)", r"\!\[x\]\(https\:\/\/a\.example\/p\)"),
        ("<img src=x>", r"\<img src\=x\>"),
        ("www.a.example", r"www\.a\.example"),
    ],
)
def test_a_name_is_neither_a_link_nor_an_image(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown
