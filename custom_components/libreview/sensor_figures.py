"""The sensors of a person's figures over a day and over two weeks."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from .glucose.units import MG_DL_PER_MMOL_L
from .models import GlucoseUnit, Range
from .sensor_description import PersonSensorDescription, Value

if TYPE_CHECKING:
    from .figures import Figures
    from .glucose.metrics import Metrics
    from .person import Snapshot


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _figure(
    key: str,
    value: Callable[[Metrics, GlucoseUnit], Value],
    *,
    of: Callable[[Figures], Metrics] = lambda figures: figures.fortnight,
    unit: Callable[[GlucoseUnit], str] = lambda _: PERCENTAGE,
    digits: int | None = 0,
    always: bool = False,
    category: EntityCategory | None = None,
) -> PersonSensorDescription:
    """A figure of two weeks unless said otherwise, unknown without enough data unless `always` is said."""

    def shown_value(snapshot: Snapshot, unit: GlucoseUnit) -> Value:
        metrics = of(snapshot.figures) if snapshot.figures else None
        return value(metrics, unit) if metrics and (always or metrics.is_enough) else None

    return PersonSensorDescription(
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=category,
        suggested_display_precision=digits,
        value=shown_value,
        unit=unit,
    )


def _mean(metrics: Metrics, unit: GlucoseUnit) -> Value:
    if metrics.mean is None:
        return None
    return round(metrics.mean / MG_DL_PER_MMOL_L, 1) if unit is GlucoseUnit.MMOL_L else round(metrics.mean)


FIGURE_SENSORS: Final = (
    _figure(
        "time_in_range_24h",
        lambda metrics, _: _percent(metrics.share(Range.IN_RANGE)),
        of=lambda figures: figures.day,
    ),
    _figure("time_in_range_14d", lambda metrics, _: _percent(metrics.share(Range.IN_RANGE))),
    _figure("time_below", lambda metrics, _: _percent(metrics.share(Range.VERY_LOW, Range.LOW)), digits=1),
    _figure("time_above", lambda metrics, _: _percent(metrics.share(Range.HIGH, Range.VERY_HIGH))),
    # An average has no device class, just as a difference has none.
    _figure("average_glucose", _mean, unit=str, digits=None),
    _figure("gmi", lambda metrics, _: metrics.gmi and round(metrics.gmi, 1), digits=1),
    _figure("coefficient_of_variation", lambda metrics, _: _percent(metrics.cv)),
    _figure(
        "data_completeness",
        lambda metrics, _: _percent(metrics.completeness),
        always=True,
        category=EntityCategory.DIAGNOSTIC,
    ),
)
