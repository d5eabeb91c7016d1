"""Conversion of glucose between mg/dL and mmol/L, as the Libre app rounds it.

Abbott's cloud states every value in whole mg/dL and shows mmol/L as that divided by 18, to one decimal. All
114 pairs in the recordings of pylibrelinkup, nightscout-librelink-up and libreview-unofficial agree, whereas
the molar mass of glucose (18.016) would miss a dozen of them by 0.1. The numbers that the Libre app shows are
computed here, and nowhere else.
"""

from math import ceil, floor

from ..models import MG_DL_PER_MMOL_L, GlucoseUnit


def to_display(mg_dl: int, unit: GlucoseUnit) -> float:
    """Return the number that the Libre app shows: whole mg/dL, or mmol/L to one decimal."""
    return mg_dl if unit is GlucoseUnit.MG_DL else round(mg_dl / MG_DL_PER_MMOL_L, 1)


def low_limit_mg_dl(limit: float, unit: GlucoseUnit) -> int:
    """Convert a low limit in `unit` to mg/dL: the least glucose that is shown as `limit` or more.

    So a reading is below the result exactly when the number people see is below their limit: 3.9 mmol/L is
    70 mg/dL.
    """
    if unit is GlucoseUnit.MG_DL:
        return ceil(limit)
    # Shown as t tenths is what lies within 1.8 * (t ± 0.5) mg/dL; whole mg/dL never fall on that edge.
    tenths = ceil(_tenths(limit))
    return 9 * (2 * tenths - 1) // 10 + 1


def high_limit_mg_dl(limit: float, unit: GlucoseUnit) -> int:
    """Convert a high limit in `unit` to mg/dL: the most glucose that is shown as `limit` or less.

    So a reading is above the result exactly when the number people see is above their limit: 10.0 mmol/L is
    180 mg/dL, and 13.9 mmol/L is 251 mg/dL, for that is still shown as 13.9.
    """
    if unit is GlucoseUnit.MG_DL:
        return floor(limit)
    tenths = floor(_tenths(limit))
    return 9 * (2 * tenths + 1) // 10


def _tenths(limit: float) -> float:
    """Return tenths without the last binary digits: 4.1 * 10 is a little less than 41 in floating point."""
    return round(limit * 10, 6)
