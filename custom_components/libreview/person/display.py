"""Values as people read them: amounts of diary entries, metrics and thresholds in a unit, percentages."""

from typing import Final, NamedTuple

from ..const import THRESHOLDS
from ..glucose.metrics import Metrics
from ..glucose.ranges import Thresholds
from ..glucose.units import to_display
from ..models import MG_DL_PER_MMOL_L, DiaryEntry, EntryKind, GlucoseUnit, JsonObjectType

AMOUNT_UNITS: Final = {
    EntryKind.CARBOHYDRATES: "g",
    EntryKind.RAPID_ACTING_INSULIN: "U",
    EntryKind.LONG_ACTING_INSULIN: "U",
    EntryKind.BLOOD_GLUCOSE: GlucoseUnit.MG_DL,
    EntryKind.KETONES: "mmol/L",
}
"""The units that amounts are kept in, by the kind of entry; a note has no amount."""


class DisplayAmount(NamedTuple):
    """An amount as it is shown."""

    value: float
    unit: str


def display_amount(entry: DiaryEntry, unit: GlucoseUnit) -> DisplayAmount | None:
    """Return the amount of an entry, blood glucose in that unit; None for an entry without amount."""
    if entry.amount is None or entry.kind not in AMOUNT_UNITS:
        return None
    if entry.kind is EntryKind.BLOOD_GLUCOSE:
        return DisplayAmount(trim_zero(to_display(round(entry.amount), unit)), unit)
    return DisplayAmount(trim_zero(entry.amount), AMOUNT_UNITS[entry.kind])


def entry_as_json(entry: DiaryEntry, unit: GlucoseUnit, *, at: str | int) -> JsonObjectType:
    """Return an entry as plain data for JSON and templates, with its time as the receiver reads it."""
    amount = display_amount(entry, unit)
    return {
        "kind": entry.kind.value,
        "at": at,
        "precision": entry.precision.value,
        "amount": amount.value if amount else None,
        "unit": str(amount.unit) if amount else None,
        "text": entry.text,
    }


class DisplayMetrics(NamedTuple):
    """Metrics as they are shown, None where there are too few readings to compute them."""

    mean: float | None
    """In the unit asked for, as `sd`."""
    sd: float | None
    cv: float | None
    """In percent, as `gmi`."""
    gmi: float | None


def display_metrics(metrics: Metrics, unit: GlucoseUnit) -> DisplayMetrics:
    """Return the metrics in that unit, rounded."""
    return DisplayMetrics(
        mean=display_average(metrics.mean, unit),
        sd=display_average(metrics.sd, unit),
        cv=to_percent(metrics.cv),
        gmi=None if metrics.gmi is None else round(metrics.gmi, 2),
    )


def display_average(mg_dl: float | None, unit: GlucoseUnit) -> float | None:
    """Return a mean, deviation or percentile in that unit, with one decimal more than readings have."""
    if mg_dl is None:
        return None
    return round(mg_dl / MG_DL_PER_MMOL_L, 2) if unit is GlucoseUnit.MMOL_L else round(mg_dl, 1)


def display_thresholds(thresholds: Thresholds, unit: GlucoseUnit) -> dict[str, float]:
    """Return the thresholds by name, as the Libre app shows them in that unit."""
    return {name: to_display(getattr(thresholds, name), unit) for name in THRESHOLDS}


def to_percent(share: float | None) -> float | None:
    """Return a share of one in percent, rounded to one decimal."""
    return None if share is None else round(100 * share, 1)


def trim_zero(amount: float) -> float:
    """Return the amount as an integer where nothing follows its decimal point."""
    return int(amount) if amount == int(amount) else amount
