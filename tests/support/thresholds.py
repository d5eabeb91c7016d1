"""Thresholds as Home Assistant's triggers and conditions take them."""

from typing import Any


def mg_dl(kind: str, *numbers: float) -> dict[str, Any]:
    """Return a threshold in mg/dL: `kind` is below, above, between or outside."""
    return _threshold(kind, "mg/dL", *numbers)


def mmol_l(kind: str, *numbers: float) -> dict[str, Any]:
    """Return a threshold in mmol/L."""
    return _threshold(kind, "mmol/L", *numbers)


def _threshold(kind: str, unit: str, *numbers: float) -> dict[str, Any]:
    keys = ("value_min", "value_max") if len(numbers) > 1 else ("value",)
    values = ({"number": number, "unit_of_measurement": unit} for number in numbers)
    return {"type": kind, **dict(zip(keys, values, strict=True))}
