"""The settings of a followed person, as the subentry holds them.

Thresholds that are not chosen follow the targets in the person's own LibreLinkUp settings. What is stored may
be more than the dialog would accept today: numbers are moved into its limits, what is no number counts as
not chosen, and chosen thresholds that contradict each other give way to those of the consensus.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from ..cloud.fields import whole, whole_within
from ..const import CONF_MAX_AGE, CONF_SENSOR_LIFE, CONF_TIME_ZONE, CONF_UNIT, THRESHOLDS
from ..glucose.ranges import CONSENSUS, Thresholds
from ..glucose.upload_rhythm import SLOW_RHYTHM
from ..models import Connection, GlucoseUnit

DEFAULT_MAX_AGE: Final = 15
"""Minutes. An older reading is not shown as current. Nightscout warns after as long without data."""
SHORTEST_MAX_AGE: Final = 5
LONGEST_MAX_AGE: Final = 60
LOWEST_THRESHOLD: Final = 40
HIGHEST_THRESHOLD: Final = 400
"""mg/dL. The range that the sensors can measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSettings:
    """The settings chosen for a person, None where nothing was. Thresholds are in mg/dL."""

    unit: GlucoseUnit | None = None
    max_age: timedelta = timedelta(minutes=DEFAULT_MAX_AGE)
    sensor_life_days: int | None = None
    thresholds: dict[str, int] = field(default_factory=dict)
    time_zone: str | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> PersonSettings:
        """Return the settings in a subentry's data."""
        unit, zone = data.get(CONF_UNIT), data.get(CONF_TIME_ZONE)
        max_age = whole_within(data.get(CONF_MAX_AGE), SHORTEST_MAX_AGE, LONGEST_MAX_AGE)
        # 2.2 mmol/L as a low limit are 39 mg/dL.
        thresholds = {
            key: whole_within(data.get(key), LOWEST_THRESHOLD - 1, HIGHEST_THRESHOLD) for key in THRESHOLDS
        }
        return cls(
            unit=GlucoseUnit(unit) if isinstance(unit, str) and unit in GlucoseUnit else None,
            max_age=timedelta(minutes=max_age or DEFAULT_MAX_AGE),
            sensor_life_days=whole(data.get(CONF_SENSOR_LIFE)),
            thresholds={key: mg_dl for key, mg_dl in thresholds.items() if mg_dl is not None},
            time_zone=zone if isinstance(zone, str) else None,
        )

    def max_age_for(self, next_upload: timedelta | None) -> timedelta:
        """Return for how long a reading counts, where the next upload is seen within `next_upload` of it.

        None is any time. A maximum age that spans the rhythm of a slow phone also spans the upload itself, or
        each upload would be seconds too late. One that was chosen shorter than the rhythm stays as it is.
        """
        if next_upload is None or self.max_age < SLOW_RHYTHM:
            return self.max_age
        return max(self.max_age, next_upload)

    def thresholds_for(self, person: Connection | None) -> Thresholds:
        """Return the chosen thresholds, else the person's own targets, else the international consensus."""
        try:
            return self.checked_thresholds(person)
        except ValueError:
            pass  # Targets that contradict each other, or that moved past a threshold chosen here.
        try:
            return Thresholds(**self._squeeze(self._targets(person) | self.thresholds))
        except ValueError:
            return CONSENSUS

    def _squeeze(self, values: dict[str, int]) -> dict[str, int]:
        """Return the thresholds with the chosen ones untouched, and the others moved into the gaps."""
        for lower, upper in pairwise(THRESHOLDS):
            if upper not in self.thresholds:
                values[upper] = max(values[upper], values[lower] + 1)
        for lower, upper in reversed(list(pairwise(THRESHOLDS))):
            if lower not in self.thresholds:
                values[lower] = min(values[lower], values[upper] - 1)
        return values

    def checked_thresholds(self, person: Connection | None) -> Thresholds:
        """Return the chosen thresholds, else the person's targets. Raises ValueError for an empty range."""
        return Thresholds(**(self._targets(person) | self.thresholds))

    @staticmethod
    def _targets(person: Connection | None) -> dict[str, int]:
        """Return thresholds by the targets of the person's app, in mg/dL."""
        low = (person and person.target_low) or CONSENSUS.low
        high = (person and person.target_high) or CONSENSUS.high
        return {
            "very_low": min(CONSENSUS.very_low, low - 1),
            "low": low,
            "high": high,
            "very_high": max(CONSENSUS.very_high, high + 1),
        }
