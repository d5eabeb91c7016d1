"""Templates, quickened: what was compiled for another home tells of this one, and a wrong one stays wrong."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import TemplateError
from homeassistant.helpers.template import Template
import pytest


@pytest.mark.parametrize("state", ["on", "off"])
async def test_a_template_that_is_compiled_tells_of_this_home(hass: HomeAssistant, state: str) -> None:
    hass.states.async_set("light.lamp", state)
    assert Template("{{ states('light.lamp') }}", hass).async_render() == state


@pytest.mark.parametrize("strict", [False, True])
async def test_only_a_strict_template_refuses_what_is_not_there(hass: HomeAssistant, strict: bool) -> None:
    template = Template("{{ gone }}", hass)
    if strict:
        with pytest.raises(TemplateError):
            template.async_render(strict=True)
    else:
        assert template.async_render() == ""


async def test_a_limited_template_knows_no_states_though_another_does(hass: HomeAssistant) -> None:
    assert Template("{{ states('light.lamp') }}", hass).async_render() == "unknown"
    with pytest.raises(TemplateError):
        Template("{{ states('light.lamp') }}", hass).async_render(limited=True)


@pytest.mark.parametrize("_time", [1, 2])
async def test_a_template_that_cannot_be_compiled_is_refused_each_time(
    hass: HomeAssistant, _time: int
) -> None:
    with pytest.raises(TemplateError):
        Template("{{ 1 | no_such_filter }}", hass).ensure_valid()
