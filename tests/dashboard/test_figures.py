"""The figures and the usual day that the dashboard card asks for."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

from tests.cloud_double import Person
from tests.conftest import NOON
from tests.support.card_client import AGP, METRICS, answer, device_of, epoch
from tests.support.stored_history import DAY, keep, readings_before


async def test_the_figures_are_those_of_the_last_days(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    day = [60] * 72 + [120] * 144 + [200] * 72
    await keep(hass, quiet, person, readings_before(NOON, day * 14))

    assert (await answer(card, METRICS))["result"] == {
        "device_id": device_of(hass),
        "start": epoch(NOON - 14 * DAY),
        "end": epoch(NOON),
        "unit": "mg/dL",
        "completeness": 1,
        "enough": True,
        "mean": 125,
        "sd": 49.7,
        "cv": 39.8,
        "gmi": 6.3,
        "shares": {"very_low": 0, "low": 0.25, "in_range": 0.5, "high": 0.25, "very_high": 0},
        "episodes": {"low": 14, "very_low": 0, "high": 14, "very_high": 0},
    }
    one = (await answer(card, METRICS, days=1))["result"]
    assert (one["start"], one["episodes"]["low"]) == (epoch(NOON - DAY), 1)


async def test_figures_have_no_endless_decimals(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    await keep(hass, quiet, person, readings_before(NOON, [61, 113, 287] * 1000))

    figures = (await answer(card, METRICS))["result"]

    assert max(len(str(each)) for each in (figures["completeness"], figures["cv"], figures["gmi"])) <= 6
    assert sum(figures["shares"].values()) == pytest.approx(1, abs=0.001)
    assert all(len(str(share)) <= 6 for share in figures["shares"].values())


async def test_a_person_without_data_has_no_figures_and_an_empty_day(card: MockHAClientWebSocket) -> None:
    figures = (await answer(card, METRICS))["result"]
    usual = (await answer(card, AGP))["result"]

    assert (figures["completeness"], figures["enough"], figures["shares"]) == (0, False, None)
    assert {figures[key] for key in ("mean", "sd", "cv", "gmi")} == {None}
    assert (usual["days"], usual["enough"]) == (0, False)
    assert {each["p50"] for each in usual["bins"]} == {None}


async def test_the_usual_day_goes_by_the_persons_own_clock(
    hass: HomeAssistant, quiet: MockConfigEntry, card: MockHAClientWebSocket, person: Person
) -> None:
    # From noon to noon UTC, which is 5 in the morning in Los Angeles: the first six hours are low.
    await keep(hass, quiet, person, readings_before(NOON, ([60] * 72 + [120] * 216) * 14))

    usual = (await answer(card, AGP))["result"]

    assert (usual["start"], usual["end"]) == (epoch(NOON - 14 * DAY), epoch(NOON))
    assert (usual["unit"], usual["zone"], usual["days"], usual["enough"]) == ("mg/dL", "US/Pacific", 14, True)
    assert [each["minute"] for each in usual["bins"]] == list(range(0, 1440, 15))
    low = [each["minute"] for each in usual["bins"] if each["p50"] == 60]
    assert low == list(range(5 * 60, 11 * 60, 15))
    assert usual["bins"][0] == {"minute": 0, "p5": 120, "p25": 120, "p50": 120, "p75": 120, "p95": 120}


@pytest.mark.parametrize("days", [0, 91, "many", None])
@pytest.mark.parametrize("command", [METRICS, AGP], ids=["metrics", "agp"])
async def test_less_than_a_day_or_more_than_ninety_days_is_refused(
    card: MockHAClientWebSocket, command: dict[str, Any], days: Any
) -> None:
    assert (await answer(card, command, days=days))["error"]["code"] == "invalid_format"
