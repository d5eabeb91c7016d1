"""The figures of a day and of a fortnight."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import (
    EntityCategory,
)
from homeassistant.helpers.typing import StateType

from ..glucose.metrics import Metrics
from ..glucose.summary import Summary
from ..models import MG_DL_PER_MMOL_L, GlucoseUnit, Range
from ..person.display import to_percent
from ..person.snapshot import Snapshot
from .description import (
    PersonSensorDescription,
    percent_unit,
    plain_unit,
)


def _summary_sensor(
    key: str,
    value_fn: Callable[[Metrics, GlucoseUnit], float | None],
    *,
    metrics_fn: Callable[[Summary], Metrics] = lambda summary: summary.fortnight,
    unit_fn: Callable[[GlucoseUnit], str] = percent_unit,
    digits: int | None = 0,
    needs_enough: bool = True,
    category: EntityCategory | None = None,
    enabled: bool = True,
) -> PersonSensorDescription:
    """Describe the sensor of a metric, by default of a fortnight and in percent.

    It is unknown while the readings are too few for the metrics, unless it does not need enough of them.
    """

    def value(snapshot: Snapshot, unit: GlucoseUnit) -> StateType | datetime:
        metrics = metrics_fn(snapshot.summary) if snapshot.summary else None
        return value_fn(metrics, unit) if metrics and (metrics.is_enough or not needs_enough) else None

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=category,
        entity_registry_enabled_default=enabled,
        suggested_display_precision=digits,
        value_fn=value,
        unit_fn=unit_fn,
    )


def _mean(metrics: Metrics, unit: GlucoseUnit) -> float | None:
    if metrics.mean is None:
        return None
    return round(metrics.mean / MG_DL_PER_MMOL_L, 1) if unit is GlucoseUnit.MMOL_L else round(metrics.mean)


SUMMARY_SENSORS: Final = (
    _summary_sensor(
        "time_in_range_24h",
        lambda metrics, _: to_percent(metrics.share(Range.IN_RANGE)),
        metrics_fn=lambda summary: summary.day,
    ),
    _summary_sensor("time_in_range_14d", lambda metrics, _: to_percent(metrics.share(Range.IN_RANGE))),
    _summary_sensor(
        "time_below", lambda metrics, _: to_percent(metrics.share(Range.VERY_LOW, Range.LOW)), digits=1
    ),
    _summary_sensor("time_above", lambda metrics, _: to_percent(metrics.share(Range.HIGH, Range.VERY_HIGH))),
    # An average has no device class, for the same reason as a difference.
    _summary_sensor("average_glucose", _mean, unit_fn=plain_unit, digits=None),
    _summary_sensor("gmi", lambda metrics, _: metrics.gmi and round(metrics.gmi, 1), digits=1),
    _summary_sensor("coefficient_of_variation", lambda metrics, _: to_percent(metrics.cv), enabled=False),
    _summary_sensor(
        "data_completeness",
        lambda metrics, _: to_percent(metrics.completeness),
        needs_enough=False,
        category=EntityCategory.DIAGNOSTIC,
        enabled=False,
    ),
)
