"""How many examples a property test tries: few in every run, many in a long run that somebody asks for.

The long run is `LIBREVIEW_HYPOTHESIS=long pytest ...`, or `pytest --hypothesis-profile=long ...`.
"""

import os

from hypothesis import settings

_EXAMPLES = {"quick": 50, "long": 1000}
"""By the name of the profile, for a test that does not ask for more or fewer."""


def load_profile() -> None:
    """Make the profiles known, and load the one that the environment names."""
    for name, number in _EXAMPLES.items():
        # Without a deadline: a busy machine is slow, which says nothing about the code.
        settings.register_profile(name, deadline=None, max_examples=number)
    settings.load_profile(os.environ.get("LIBREVIEW_HYPOTHESIS", "quick"))


def times(factor: float) -> int:
    """Return so many times the examples of the profile, for a test that needs more or fewer than others."""
    return round(settings().max_examples * factor)
