"""A field for a number that is one: Home Assistant's own takes the text `nan` too."""

from math import isfinite
from typing import Any, override

from homeassistant.helpers.selector import NumberSelector
import voluptuous as vol


class FiniteNumberSelector(NumberSelector):
    """A number selector that refuses what is no number, which is neither too small nor too large for it."""

    @override
    def __call__(self, data: Any) -> float:
        """Return the number. Raises vol.Invalid where it is none."""
        value: float = super().__call__(data)
        if not isfinite(value):
            raise vol.Invalid("Value should be a number")
        return value
