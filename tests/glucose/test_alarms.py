"""What an alarm warned of."""

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.glucose.alarms import alarm_kind
from custom_components.libreview.models import AlarmKind

URGENT_LOW, LOW, HIGH = AlarmKind.URGENT_LOW, AlarmKind.LOW, AlarmKind.HIGH
alarm_types = st.sampled_from([None, 0, 1, 2, 3, -1])


@pytest.mark.parametrize(
    ("alarm_type", "mg_dl", "kind"),
    [
        (1, 69, LOW),
        (1, 53, LOW),
        (2, 252, HIGH),
        (0, 54, URGENT_LOW),
        (0, 60, URGENT_LOW),
        (1, 105, LOW),
        (2, 115, HIGH),
    ],
)
def test_an_alarm_with_its_reading_is_what_the_cloud_says(
    alarm_type: int, mg_dl: int, kind: AlarmKind
) -> None:
    assert alarm_kind(alarm_type, mg_dl, has_reading=True) is kind


@pytest.mark.parametrize(
    ("alarm_type", "mg_dl", "kind"),
    [
        (2, 65, LOW),
        (2, 50, URGENT_LOW),
        (1, 260, HIGH),
        (0, 260, HIGH),
        (0, 85, LOW),
        (0, 110, None),
        (7, 260, HIGH),
        (None, 50, URGENT_LOW),
    ],
)
def test_a_value_that_contradicts_the_cloud_decides(
    alarm_type: int | None, mg_dl: int, kind: AlarmKind | None
) -> None:
    assert alarm_kind(alarm_type, mg_dl, has_reading=True) is kind


@pytest.mark.parametrize(
    ("mg_dl", "kind"), [(54, URGENT_LOW), (55, LOW), (100, LOW), (101, None), (119, None), (120, HIGH)]
)
@pytest.mark.parametrize("alarm_type", [None, 0, 1, 2])
def test_an_alarm_without_reading_has_the_kind_of_its_value(
    alarm_type: int | None, mg_dl: int, kind: AlarmKind | None
) -> None:
    assert alarm_kind(alarm_type, mg_dl, has_reading=False) is kind


@given(alarm_types, st.booleans())
def test_without_a_value_nothing_is_guessed(alarm_type: int | None, has_reading: bool) -> None:
    assert alarm_kind(alarm_type, None, has_reading=has_reading) is None


@given(alarm_types, st.integers(20, 500), st.booleans())
def test_no_low_alarm_comes_with_a_high_value_nor_the_other_way_round(
    alarm_type: int | None,
    mg_dl: int,
    has_reading: bool,
) -> None:
    kind = alarm_kind(alarm_type, mg_dl, has_reading=has_reading)

    assert not (kind in {LOW, URGENT_LOW} and mg_dl >= 120)
    assert not (kind is HIGH and mg_dl <= 100)
