"""The days of a diary: their borders and sums, and when entries stand on the calendar."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.models import DiaryEntry, EntryKind, GlucoseUnit, Precision
from custom_components.libreview.person.display import display_amount
from custom_components.libreview.person.entry_times import calendar_span, change_times, find_current_entry
from custom_components.libreview.person.totals import midnight, sum_of_day

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CARBOHYDRATES = EntryKind.CARBOHYDRATES
RAPID = EntryKind.RAPID_ACTING_INSULIN


def wall(text: str) -> datetime:
    """What a clock shows."""
    return datetime.fromisoformat(text)


instants = st.datetimes(wall("2020-01-01 00:00"), wall("2032-01-01 00:00"), timezones=st.just(UTC))
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
# A phone away from home is known by its offset alone.
clocks = zones | st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(quarters * timedelta(minutes=15)))
amounts = st.none() | st.integers(1, 3000).map(lambda tenths: tenths / 10)


def entry(
    when: datetime,
    amount: float | None = 10.0,
    kind: EntryKind = CARBOHYDRATES,
    precision: Precision = Precision.HOUR,
) -> DiaryEntry:
    return DiaryEntry(kind=kind, wall=when, at=when.replace(tzinfo=UTC), amount=amount, precision=precision)


# Sums.


def test_a_day_is_the_persons_own_by_their_own_clock() -> None:
    entries = [
        entry(wall("2026-05-31 23:00")),
        entry(wall("2026-06-01 00:00")),
        entry(wall("2026-06-01 23:00")),
        entry(wall("2026-06-02 00:00")),
    ]
    total = sum_of_day(entries, CARBOHYDRATES, date(2026, 6, 1))
    assert (total.amount, total.entries, total.without_amount) == (20, 2, 0)


def test_a_day_without_entries_has_the_sum_zero() -> None:
    total = sum_of_day([], RAPID, date(2026, 6, 1))
    assert (total.amount, total.known_amount, total.entries) == (0, 0, 0)


def test_a_dose_without_amount_leaves_no_sum_but_the_known_part() -> None:
    entries = [entry(wall("2026-06-01 08:00"), 4.5, RAPID), entry(wall("2026-06-01 09:00"), None, RAPID)]
    total = sum_of_day(entries, RAPID, date(2026, 6, 1))
    assert total.amount is None
    assert (total.known_amount, total.entries, total.without_amount) == (4.5, 2, 1)


def test_sums_of_tenths_have_no_binary_rounding() -> None:
    total = sum_of_day([entry(wall("2026-06-01 08:00"), 0.1)] * 3, CARBOHYDRATES, date(2026, 6, 1))
    assert total.amount == 0.3


@given(
    walls=st.lists(st.tuples(st.datetimes(wall("2026-05-29 00:00"), wall("2026-06-04 00:00")), amounts)),
    kinds=st.lists(st.sampled_from([CARBOHYDRATES, RAPID])),
)
def test_every_dose_counts_on_one_day_and_under_one_kind(
    walls: list[tuple[datetime, float | None]], kinds: list[EntryKind]
) -> None:
    entries = [entry(when, amount, kind) for (when, amount), kind in zip(walls, kinds, strict=False)]
    days = [date(2026, 5, 28) + timedelta(days=day) for day in range(9)]
    totals = [sum_of_day(entries, kind, day) for day in days for kind in (CARBOHYDRATES, RAPID)]
    assert sum(total.entries for total in totals) == len(entries)
    assert sum(total.known_amount for total in totals) == pytest.approx(
        sum(each.amount for each in entries if each.amount is not None)
    )
    assert sum(total.without_amount for total in totals) == sum(each.amount is None for each in entries)


# Borders of days.


@given(now=instants, clock=clocks)
def test_today_is_from_midnight_to_midnight(now: datetime, clock: tzinfo) -> None:
    today = now.astimezone(clock).date()
    assert midnight(today, clock) <= now < midnight(today + timedelta(days=1), clock)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        # Here the clocks skip midnight, and there they are set back at it.
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    clock = ZoneInfo(zone)
    length = midnight(day + timedelta(days=1), clock) - midnight(day, clock)
    assert length == timedelta(hours=hours)


# The calendar.


def test_an_entry_lasts_an_hour_or_five_minutes_by_its_precision() -> None:
    assert calendar_span(entry(wall("2026-06-01 12:00"))) == (NOON, NOON + timedelta(hours=1))
    exact = entry(wall("2026-06-01 12:00"), precision=Precision.MINUTE)
    assert calendar_span(exact) == (NOON, NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("minutes", "hour"), [(-1, None), (0, 12), (59, 12), (60, 13), (119, 13), (120, None)]
)
def test_the_current_entry_is_the_one_whose_hour_it_is(minutes: int, hour: int | None) -> None:
    entries = [entry(wall(f"2026-06-01 {hour:02}:00")) for hour in (7, 12, 13)]
    now = find_current_entry(entries, NOON + timedelta(minutes=minutes))
    assert (now and now.wall.hour) == hour


def test_the_latest_of_several_goes_on_until_it_is_over() -> None:
    meal, dose = (
        entry(wall("2026-06-01 12:00")),
        entry(wall("2026-06-01 12:10"), 4, RAPID, Precision.MINUTE),
    )
    assert find_current_entry([meal, dose], NOON + timedelta(minutes=12)) is dose
    assert find_current_entry([meal, dose], NOON + timedelta(minutes=15)) is meal


def test_an_entry_of_the_future_does_not_hide_the_one_going_on() -> None:
    meal, ahead = entry(wall("2026-06-01 12:00")), entry(wall("2026-06-01 15:00"))
    assert find_current_entry([meal, ahead], NOON + timedelta(minutes=12)) is meal


@given(
    now=st.integers(0, 600),
    entries=st.lists(st.tuples(st.integers(0, 600), st.sampled_from(Precision)), max_size=12),
)
def test_the_current_entry_changes_only_at_the_change_times(
    now: int, entries: list[tuple[int, Precision]]
) -> None:
    began = wall("2026-06-01 00:00")
    diary = [
        entry(began + timedelta(minutes=minute), precision=precision) for minute, precision in sorted(entries)
    ]
    at = (began + timedelta(minutes=now)).replace(tzinfo=UTC)
    told = min(
        (moment for moment in change_times(diary, at) if moment > at), default=at + timedelta(hours=10)
    )
    while at < told:
        assert find_current_entry(diary, at) == find_current_entry(diary, told - timedelta(seconds=1))
        at += timedelta(minutes=1)


# Amounts.


@pytest.mark.parametrize(
    ("kind", "amount", "in_mg_dl", "in_mmol_l"),
    [
        (CARBOHYDRATES, 45.0, (45, "g"), (45, "g")),
        (RAPID, 4.5, (4.5, "U"), (4.5, "U")),
        (EntryKind.KETONES, 0.3, (0.3, "mmol/L"), (0.3, "mmol/L")),
        (EntryKind.BLOOD_GLUCOSE, 115.0, (115, "mg/dL"), (6.4, "mmol/L")),
        (EntryKind.BLOOD_GLUCOSE, None, None, None),
        (EntryKind.NOTE, None, None, None),
    ],
)
def test_an_amount_is_shown_in_the_unit_that_the_person_reads(
    kind: EntryKind,
    amount: float | None,
    in_mg_dl: tuple[float, str] | None,
    in_mmol_l: tuple[float, str] | None,
) -> None:
    found = entry(NOON.replace(tzinfo=None), amount, kind)
    assert display_amount(found, GlucoseUnit.MG_DL) == in_mg_dl
    assert display_amount(found, GlucoseUnit.MMOL_L) == in_mmol_l
