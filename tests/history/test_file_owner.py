"""Whose a CSV file is, by the name in it."""

import pytest

from custom_components.libreview.history.file_owner import is_clearly_one_of, is_clearly_the_name


@pytest.mark.parametrize(
    "named",
    [
        "Alex Example",
        "EXAMPLE, Alex",
        "Alex Maria Example",
        "Alex M. Example",
        "A. Example",
        "Patient: Alex Example",
        "Alèx Exämple",
    ],
)
def test_the_name_is_the_persons_however_it_is_written(named: str) -> None:
    assert is_clearly_the_name(named, "Alex Example")


@pytest.mark.parametrize(
    "named",
    [
        "Robin Example",  # a sister
        "R. Example",
        "Alex Miller",  # shares a first name
        "Alex",
        "Example",
        "A. E.",
        "Dr. Sample",
        "Charlie Sample",
        "05 / 1982",
        "",
    ],
)
def test_a_shared_word_makes_no_name_the_persons(named: str) -> None:
    assert not is_clearly_the_name(named, "Alex Example")
    assert not is_clearly_the_name("Alex Example", named)


def test_a_name_of_one_word_is_only_its_own() -> None:
    assert is_clearly_the_name("Alex", "alex")
    assert is_clearly_the_name("王小明", "王小明")
    assert not is_clearly_the_name("Alex", "Robin")
    assert not is_clearly_the_name("", "")


def test_of_two_persons_a_name_is_that_of_the_one_whom_it_fits_better() -> None:
    names = ("Mum", "Maria Example")
    assert is_clearly_one_of("Maria Example", names, ["Anna Maria Example", "Robin Example"])
    assert not is_clearly_one_of("Anna Maria Example", names, ["Anna Maria Example"])
    assert not is_clearly_one_of("Maria Example", names, ["Maria Example"])
    assert not is_clearly_one_of("M. Example", names, ["Mona Example"])
