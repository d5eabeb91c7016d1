"""The number people see, and their limits in mg/dL."""

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.units import high_limit_mg_dl, low_limit_mg_dl, to_display
from custom_components.libreview.models import GlucoseUnit

MG_DL, MMOL_L = GlucoseUnit.MG_DL, GlucoseUnit.MMOL_L
glucose = st.integers(0, 600)
units = st.sampled_from(GlucoseUnit)
mmol_limits = st.integers(0, 300).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("mg_dl", "mmol_l"),
    [(54, 3.0), (70, 3.9), (72, 4.0), (99, 5.5), (115, 6.4), (180, 10.0), (250, 13.9), (400, 22.2)],
)
def test_mmol_per_litre_is_shown_as_the_libre_app_rounds_it(mg_dl: int, mmol_l: float) -> None:
    assert to_display(mg_dl, MMOL_L) == mmol_l


@given(glucose)
def test_mg_per_decilitre_is_shown_as_it_is(mg_dl: int) -> None:
    assert to_display(mg_dl, MG_DL) == mg_dl
    assert isinstance(to_display(mg_dl, MG_DL), int)


@given(glucose, units)
def test_more_glucose_is_never_shown_as_less(mg_dl: int, unit: GlucoseUnit) -> None:
    assert to_display(mg_dl + 1, unit) >= to_display(mg_dl, unit)


@pytest.mark.parametrize(("mmol_l", "mg_dl"), [(3.0, 54), (3.9, 70), (4.1, 73)])
def test_a_low_limit_is_the_least_glucose_shown_as_it(mmol_l: float, mg_dl: int) -> None:
    assert low_limit_mg_dl(mmol_l, MMOL_L) == mg_dl


@pytest.mark.parametrize(("mmol_l", "mg_dl"), [(7.8, 141), (10.0, 180), (13.9, 251)])
def test_a_high_limit_is_the_most_glucose_shown_as_it(mmol_l: float, mg_dl: int) -> None:
    assert high_limit_mg_dl(mmol_l, MMOL_L) == mg_dl


@given(glucose, mmol_limits)
def test_a_reading_is_below_a_low_limit_exactly_when_the_number_shown_is(mg_dl: int, limit: float) -> None:
    assert (mg_dl < low_limit_mg_dl(limit, MMOL_L)) == (to_display(mg_dl, MMOL_L) < limit)


@given(glucose, mmol_limits)
def test_a_reading_is_above_a_high_limit_exactly_when_the_number_shown_is(mg_dl: int, limit: float) -> None:
    assert (mg_dl > high_limit_mg_dl(limit, MMOL_L)) == (to_display(mg_dl, MMOL_L) > limit)


@given(glucose, st.floats(0, 30))
def test_a_limit_between_two_tenths_agrees_with_the_numbers_shown_too(mg_dl: int, limit: float) -> None:
    # Floats that differ from a tenth by less than anybody can type count as that tenth.
    if abs(limit * 10 - round(limit * 10)) > 1e-5:
        assert (mg_dl < low_limit_mg_dl(limit, MMOL_L)) == (to_display(mg_dl, MMOL_L) < limit)
        assert (mg_dl > high_limit_mg_dl(limit, MMOL_L)) == (to_display(mg_dl, MMOL_L) > limit)


@given(st.integers(0, 300), units)
def test_limits_come_back_as_they_were_entered(entered: int, unit: GlucoseUnit) -> None:
    limit = entered if unit is MG_DL else entered / 10
    assert to_display(low_limit_mg_dl(limit, unit), unit) == limit
    assert to_display(high_limit_mg_dl(limit, unit), unit) == limit


@given(glucose, st.floats(0, 600))
def test_a_limit_in_mg_per_decilitre_may_have_a_fraction(mg_dl: int, limit: float) -> None:
    assert (mg_dl < low_limit_mg_dl(limit, MG_DL)) == (mg_dl < limit)
    assert (mg_dl > high_limit_mg_dl(limit, MG_DL)) == (mg_dl > limit)
