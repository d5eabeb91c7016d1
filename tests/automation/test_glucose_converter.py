"""Two glucose values in one unit, as people see them there."""

from homeassistant.exceptions import HomeAssistantError
from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.automation.glucose_converter import MG_DL, MMOL_L, GlucoseConverter
from custom_components.libreview.glucose.units import high_limit_mg_dl, low_limit_mg_dl, to_display
from custom_components.libreview.models import GlucoseUnit

glucose = st.integers(20, 600)
tenths = st.integers(10, 330).map(lambda number: number / 10)


@given(glucose)
def test_mmol_l_is_what_the_libre_app_shows(mg_dl: int) -> None:
    assert GlucoseConverter.convert(mg_dl, MG_DL, MMOL_L) == to_display(mg_dl, GlucoseUnit.MMOL_L)


@given(tenths)
def test_mg_dl_is_a_whole_number_that_is_shown_as_the_mmol_l_it_comes_from(mmol_l: float) -> None:
    mg_dl = GlucoseConverter.convert(mmol_l, MMOL_L, MG_DL)
    assert mg_dl == int(mg_dl)
    assert to_display(int(mg_dl), GlucoseUnit.MMOL_L) == mmol_l


@given(glucose, tenths)
def test_a_limit_in_mmol_l_means_the_same_as_in_the_settings_of_a_person(mg_dl: int, limit: float) -> None:
    value = GlucoseConverter.convert(mg_dl, MG_DL, MMOL_L)
    assert (value < limit) == (mg_dl < low_limit_mg_dl(limit, GlucoseUnit.MMOL_L))
    assert (value > limit) == (mg_dl > high_limit_mg_dl(limit, GlucoseUnit.MMOL_L))


@given(st.floats(1, 600), st.sampled_from([MG_DL, MMOL_L]))
def test_what_is_in_the_right_unit_already_is_left_alone(value: float, unit: str) -> None:
    assert GlucoseConverter.convert(value, unit, unit) == value


@pytest.mark.parametrize("unit", [None, "", "g/L", "mg/dl"])
def test_a_unit_that_is_not_one_of_glucose_is_refused(unit: str | None) -> None:
    with pytest.raises(HomeAssistantError):
        GlucoseConverter.convert(5, unit, MG_DL)
