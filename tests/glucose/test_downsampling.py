"""What is left for a drawing."""

from hypothesis import given, strategies as st

from custom_components.libreview.glucose.columns import Trace, downsample
from tests.support.traces import MINUTE, any_trace, evenly

limits = st.integers(2, 50)


def pairs(trace: Trace) -> list[tuple[int, int]]:
    return list(zip(trace.at, trace.mg_dl, strict=True))


@given(any_trace, limits)
def test_at_most_so_many_are_left_and_all_were_there_in_this_order(trace: Trace, most: int) -> None:
    left = pairs(downsample(trace, most))

    assert len(left) <= most
    rest = iter(pairs(trace))
    assert all(each in rest for each in left)


@given(any_trace, limits)
def test_the_lowest_and_the_highest_stay(trace: Trace, most: int) -> None:
    left = downsample(trace, most)

    assert min(left.mg_dl, default=None) == min(trace.mg_dl, default=None)
    assert max(left.mg_dl, default=None) == max(trace.mg_dl, default=None)


@given(any_trace, limits)
def test_no_part_of_the_time_loses_its_curve(trace: Trace, most: int) -> None:
    left = downsample(trace, most)
    if len(trace) <= 1:
        return
    part = (trace.at[-1] - trace.at[0]) / (most // 2) + 1

    assert all(any(abs(at - other) <= part for other in left.at) for at in trace.at)


@given(any_trace)
def test_a_trace_short_enough_is_returned_as_it_is(trace: Trace) -> None:
    assert downsample(trace, max(len(trace), 2)) == trace


def test_a_short_low_between_many_readings_stays() -> None:
    values = [120] * 1000
    values[417] = 49
    values[418] = 48

    left = pairs(downsample(evenly(values, every=MINUTE), 100))

    assert 48 in [mg_dl for _, mg_dl in left]
    assert len(left) <= 100


def test_a_steep_curve_keeps_both_ends_of_each_part() -> None:
    left = downsample(evenly(range(40, 140), every=MINUTE), 20)

    assert list(left.mg_dl) == sorted(left.mg_dl)
    assert len(left) == 20
    assert (left.mg_dl[0], left.mg_dl[-1]) == (40, 139)
