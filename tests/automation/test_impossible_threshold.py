"""A threshold that no sensor can show, such as 3.9 mg/dL, is refused instead of never being crossed."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
import voluptuous as vol

from custom_components.libreview.condition import GlucoseCondition
from custom_components.libreview.trigger import GlucoseCrossedTrigger
from tests.support.thresholds import mg_dl, mmol_l

BOTH = pytest.mark.parametrize(
    "kind", [GlucoseCrossedTrigger, GlucoseCondition], ids=["trigger", "condition"]
)


def config_of(threshold: dict[str, Any]) -> dict[str, Any]:
    return {"target": {"entity_id": "sensor.alex_example_glucose"}, "options": {"threshold": threshold}}


@BOTH
@pytest.mark.parametrize(
    ("threshold", "hint"),
    [
        (mg_dl("below", 3.9), "Did you mean 3.9 mmol/L?"),
        (mmol_l("below", 70), "Did you mean 70 mg/dL?"),
        (mmol_l("outside", 3.9, 180), "Did you mean 180 mg/dL?"),
        (mg_dl("below", 39), "40 to 500 mg/dL, or 2.2 to 27.8 mmol/L"),
        (mmol_l("above", 28), "2.2 to 27.8 mmol/L"),
        (mg_dl("between", 3, 3.9), "Did you mean 3.9 mmol/L?"),
        (mg_dl("between", 0, 39), "40 to 500 mg/dL"),
        (mmol_l("between", 70, 180), "Did you mean 70 mg/dL?"),
        (mmol_l("between", 28, 30), "2.2 to 27.8 mmol/L"),
        (mmol_l("between", 0, 70), "Did you mean 70 mg/dL?"),
        (mg_dl("outside", 0, 70), "40 to 500 mg/dL"),
    ],
)
async def test_it_is_refused_with_the_other_unit_named(
    hass: HomeAssistant, kind: Any, threshold: dict[str, Any], hint: str
) -> None:
    with pytest.raises(vol.Invalid) as refused:
        await kind.async_validate_config(hass, config_of(threshold))
    assert hint in str(refused.value)


@BOTH
@pytest.mark.parametrize(
    "threshold",
    [
        mg_dl("below", 40),
        mg_dl("above", 500),
        mmol_l("below", 2.2),
        mmol_l("between", 3.9, 27.8),
        mg_dl("between", 0, 70),
        mg_dl("between", 250, 1000),
        mmol_l("between", 0, 3.9),
        mmol_l("between", 10, 40),
        mg_dl("between", 40, 500),
    ],
)
async def test_what_a_sensor_can_show_is_taken(
    hass: HomeAssistant, kind: Any, threshold: dict[str, Any]
) -> None:
    assert await kind.async_validate_config(hass, config_of(threshold))
