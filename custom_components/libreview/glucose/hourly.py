"""Mean, lowest and highest glucose of single hours, as Home Assistant's statistics keep them."""

from dataclasses import dataclass
from typing import Final

HOUR: Final = 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The glucose of one hour in mg/dL: the mean weighted by time, the least and the most."""

    mean: float
    low: int
    high: int
    covered: int
    """How many seconds of the hour readings stand for."""
