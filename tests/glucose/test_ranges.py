"""The zones and their borders."""

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.ranges import Thresholds, find_range
from custom_components.libreview.models import Range


@pytest.mark.parametrize(
    ("mg_dl", "zone"),
    [
        (53, Range.VERY_LOW),
        (54, Range.LOW),
        (69, Range.LOW),
        (70, Range.IN_RANGE),
        (180, Range.IN_RANGE),
        (181, Range.HIGH),
        (250, Range.HIGH),
        (251, Range.VERY_HIGH),
    ],
)
def test_the_default_zones_are_those_of_the_consensus(mg_dl: int, zone: Range) -> None:
    assert find_range(mg_dl) is zone


def test_a_persons_own_thresholds_move_the_zones() -> None:
    thresholds = Thresholds(very_low=60, low=80, high=140, very_high=200)

    zones = [find_range(mg_dl, thresholds) for mg_dl in (59, 60, 79, 80, 140, 141, 200, 201)]

    assert zones == [
        Range.VERY_LOW,
        Range.LOW,
        Range.LOW,
        Range.IN_RANGE,
        Range.IN_RANGE,
        Range.HIGH,
        Range.HIGH,
        Range.VERY_HIGH,
    ]


@given(st.lists(st.integers(20, 500), min_size=4, max_size=4, unique=True), st.integers(0, 600))
def test_more_glucose_never_lies_in_a_lower_zone(borders: list[int], mg_dl: int) -> None:
    very_low, low, high, very_high = sorted(borders)
    thresholds = Thresholds(very_low=very_low, low=low, high=high, very_high=very_high)
    order = list(Range)

    assert order.index(find_range(mg_dl, thresholds)) <= order.index(find_range(mg_dl + 1, thresholds))


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ({"very_low": 70}, r"very_low \(70 mg/dL\) must be below low \(70 mg/dL\)"),
        ({"low": 200}, r"low \(200 mg/dL\) must be below high \(180 mg/dL\)"),
        ({"very_high": 100}, r"high \(180 mg/dL\) must be below very_high \(100 mg/dL\)"),
    ],
)
def test_thresholds_out_of_order_are_refused_by_name(thresholds: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Thresholds(**thresholds)
