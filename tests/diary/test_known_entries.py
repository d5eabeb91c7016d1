"""What of a diary is new, and what is kept of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
import hashlib
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.diary.known_entries import KnownEntries
from custom_components.libreview.diary.recent_entries import KEPT_DAYS, replace_days
from custom_components.libreview.history.entry_matching import NAMED_BY_TEXT, label_of
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
RAPID, NOTE = EntryKind.RAPID_ACTING_INSULIN, EntryKind.NOTE


def entry(
    clock: str = "07:00",
    amount: float | None = 4,
    *,
    day: date = TODAY,
    kind: EntryKind = RAPID,
    text: str = "",
    exact: bool = False,
    offset: timedelta = timedelta(),
) -> DiaryEntry:
    """An entry of the clock of a person whose zone is `offset` from UTC."""
    wall = datetime.fromisoformat(f"{day}T{clock}")
    return DiaryEntry(
        kind=kind,
        wall=wall,
        at=(wall - offset).replace(tzinfo=UTC),
        amount=amount,
        text=text,
        precision=Precision.MINUTE if exact else Precision.HOUR,
    )


def exact(clock: str, amount: float | None = 4) -> DiaryEntry:
    """An entry whose minute is known."""
    return entry(clock, amount, exact=True)


class Book:
    """What reports have brought, and the entries that are there while no history can be used."""

    def __init__(self, known: KnownEntries | None = None, entries: tuple[DiaryEntry, ...] = ()) -> None:
        self.known = known or KnownEntries()
        self.entries = entries

    @property
    def is_blank(self) -> bool:
        return self.known.is_blank

    @property
    def data(self) -> dict[str, Any]:
        return self.known.data


def new_in_report(
    book: Book,
    *entries: DiaryEntry,
    days: Iterable[date] = (TODAY,),
    since: int = 2,
    now: datetime = NOW,
) -> tuple[DiaryEntry, ...]:
    """What is new in a report on the last days."""
    today = now.date()
    window = today - timedelta(days=since), today + timedelta(days=1)
    covered = {*days, *(each.wall.date() for each in entries)}
    covered = {day for day in covered if window[0] <= day <= window[1]}
    book.entries = replace_days(book.entries, entries, covered, today)
    return book.known.update(entries, frozenset(days), window=window, now=now)


def again(book: Book) -> Book:
    """The book after a restart."""
    return Book(KnownEntries.parse(json.loads(json.dumps(book.data))), book.entries)


@pytest.fixture
def book() -> Book:
    """A book that was begun with a report on an empty day."""
    book = Book()
    new_in_report(book)
    return book


# What is new.


def test_nothing_of_the_first_report_is_new() -> None:
    book = Book()
    assert new_in_report(book, entry("07:00"), entry("08:00")) == ()
    assert book.entries == (entry("07:00"), entry("08:00"))
    assert new_in_report(book, entry("07:00"), entry("08:00"), entry("09:00")) == (entry("09:00"),)


def test_a_report_on_no_day_is_not_the_first_one() -> None:
    book = Book()
    assert new_in_report(book, days=()) == ()
    assert book.is_blank
    assert new_in_report(book, entry("07:00"), entry("11:00"), now=NOW + timedelta(hours=3)) == ()
    assert not book.is_blank


def test_what_was_made_after_the_beginning_is_new_even_in_the_first_report() -> None:
    book = Book()
    new_in_report(book, days=())
    later = NOW + timedelta(hours=3)
    assert new_in_report(book, entry("07:00"), entry("12:00"), entry("14:00"), now=later) == (
        entry("12:00"),
        entry("14:00"),
    )


def test_new_entries_come_in_the_order_of_time(book: Book) -> None:
    entries = [entry("09:00"), entry("08:00", kind=NOTE, amount=None, text="late"), entry("07:00", 2)]
    assert [each.wall.hour for each in new_in_report(book, *entries)] == [7, 8, 9]


def test_nothing_is_new_twice(book: Book) -> None:
    assert new_in_report(book, entry())
    assert not new_in_report(book, entry())
    assert not new_in_report(again(book), entry())


@pytest.mark.parametrize(
    "other",
    [
        entry("08:00"),
        entry("07:00", 5),
        entry("07:00", None),
        entry("07:00", kind=EntryKind.LONG_ACTING_INSULIN),
        entry("07:00", day=TODAY - timedelta(days=1)),
    ],
    ids=["hour", "amount", "no amount", "kind", "day"],
)
def test_what_differs_is_another_entry(book: Book, other: DiaryEntry) -> None:
    new_in_report(book, entry())
    assert new_in_report(book, entry(), other) == (other,)


@pytest.mark.parametrize("words", [("", "a word"), ("a word", "other words"), ("a word", "")], ids=str)
@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind not in NAMED_BY_TEXT])
def test_a_dose_whose_words_change_is_not_new(book: Book, kind: EntryKind, words: tuple[str, str]) -> None:
    before, after = (entry(kind=kind, text=text) for text in words)
    new_in_report(book, before)
    assert new_in_report(book, after) == ()
    assert new_in_report(again(book), before) == ()


def test_a_note_of_other_words_is_another_note(book: Book) -> None:
    before, after = (entry(kind=NOTE, amount=None, text=text) for text in ("run", "swim"))
    new_in_report(book, before)
    assert new_in_report(book, after) == (after,)


def test_a_dose_that_a_former_version_remembers_with_its_words_is_not_new() -> None:
    former = hashlib.sha256(b"rapid_acting_insulin\n07\n4.0\na word").hexdigest()[:16]
    data = {"begun_at": NOW.isoformat(), "is_blank": False, "handed_out": {f"{TODAY}": {former: [None]}}}
    book = Book(KnownEntries.parse(data))
    assert new_in_report(book, entry(text="a word")) == ()
    assert new_in_report(book, entry(text="other words")) == ()
    assert len(new_in_report(book, entry(), entry())) == 1


def test_two_equal_doses_are_two(book: Book) -> None:
    assert len(new_in_report(book, entry())) == 1
    assert len(new_in_report(book, entry(), entry())) == 1
    assert len(new_in_report(book, entry(), entry(), entry())) == 1
    assert len(book.entries) == 3


def test_an_amount_of_one_that_another_report_takes_for_a_flag_is_not_new(book: Book) -> None:
    assert new_in_report(book, entry("07:00", 1)) == (entry("07:00", 1),)
    assert not new_in_report(book, entry("07:00", None))
    assert new_in_report(again(book), entry("07:00", 1), entry("09:00", 2)) == (entry("09:00", 2),)
    assert new_in_report(book, entry("07:00", None), entry("07:00", 1)) != ()


def test_an_entry_whose_instant_is_corrected_is_not_new(book: Book) -> None:
    new_in_report(book, entry(offset=timedelta(hours=2)))
    travelled = entry(offset=timedelta(hours=9))
    assert not new_in_report(book, travelled)
    assert book.entries == (travelled,)


def test_what_vanished_and_came_back_is_not_new(book: Book) -> None:
    new_in_report(book, entry())
    new_in_report(book)
    assert book.entries == ()
    assert not new_in_report(again(book), entry())


def test_entries_outside_the_window_are_left_out(book: Book) -> None:
    days = [TODAY - timedelta(days=3), TODAY + timedelta(days=2)]
    assert not new_in_report(book, *(entry(day=day) for day in days), days=days)
    assert book.entries == ()


# What the days hold.


def test_a_changed_dose_is_there_once(book: Book) -> None:
    new_in_report(book, entry("07:00", 4))
    assert new_in_report(book, entry("07:00", 5)) == (entry("07:00", 5),)
    assert [each.amount for each in book.entries] == [5]


def test_a_deleted_entry_is_gone(book: Book) -> None:
    new_in_report(book, entry("07:00"), entry("08:00"))
    new_in_report(book, entry("08:00"))
    assert book.entries == (entry("08:00"),)


def test_days_that_a_report_does_not_speak_of_stay_as_they_were(book: Book) -> None:
    yesterday = entry(day=TODAY - timedelta(days=1))
    new_in_report(book, yesterday, days=[yesterday.wall.date()])
    new_in_report(book, entry(), days=[TODAY])
    assert book.entries == (yesterday, entry())


def test_days_before_the_window_stay_as_they_were(book: Book) -> None:
    before = entry(day=TODAY - timedelta(days=2))
    new_in_report(book, before, days=[before.wall.date()])
    new_in_report(book, days=[before.wall.date()], since=1)
    assert book.entries == (before,)


def test_entries_are_kept_for_ninety_days() -> None:
    book = Book()
    days = [TODAY - timedelta(days=number) for number in range(KEPT_DAYS + 1)]
    new_in_report(book, *(entry(day=day) for day in days), days=days, since=KEPT_DAYS)
    assert len(book.entries) == KEPT_DAYS + 1
    new_in_report(book, now=NOW + timedelta(days=30), days=[])
    assert book.entries[0].wall.date() == TODAY - timedelta(days=KEPT_DAYS - 30)


def test_reported_entries_are_remembered_for_longer_than_a_report_reaches_back(book: Book) -> None:
    new_in_report(book, entry())
    assert not new_in_report(book, entry(), since=KEPT_DAYS, now=NOW + timedelta(days=KEPT_DAYS))
    new_in_report(book, days=(), now=NOW + timedelta(days=KEPT_DAYS + 20))
    assert not book.data["handed_out"]


# How exactly the time is known.


@pytest.mark.parametrize("clock", ["07:00", "07:25", "07:59"])
def test_an_entry_whose_minute_becomes_known_is_no_new_one(book: Book, clock: str) -> None:
    new_in_report(book, entry("07:00"))
    assert not new_in_report(again(book), exact(clock))
    assert not new_in_report(book, exact(clock))
    assert book.entries == (exact(clock),)


def test_an_entry_whose_minute_is_forgotten_is_no_new_one(book: Book) -> None:
    new_in_report(book, exact("07:25"))
    assert not new_in_report(book, entry("07:00"))
    assert not new_in_report(book, exact("07:25"))


def test_of_two_exact_entries_in_place_of_one_the_later_is_new(book: Book) -> None:
    new_in_report(book, entry("07:00"))
    assert new_in_report(book, exact("07:40"), exact("07:10")) == (exact("07:40"),)


def test_a_full_hour_is_the_likeliest_one_to_have_been_known(book: Book) -> None:
    new_in_report(book, entry("07:00"))
    assert new_in_report(book, exact("07:00"), exact("07:40")) == (exact("07:40"),)


def test_another_minute_is_another_entry(book: Book) -> None:
    new_in_report(book, exact("07:10"))
    assert new_in_report(book, exact("07:40")) == (exact("07:40"),)


def test_a_known_minute_is_claimed_by_its_own_entry_first(book: Book) -> None:
    new_in_report(book, entry("07:00"), exact("07:40"))
    assert new_in_report(book, exact("07:10"), exact("07:40"), exact("07:50")) == (exact("07:50"),)


# In any order.

_ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from(["07:00", "08:00"]),
        st.sampled_from([None, 2, 4.5]),
        day=st.sampled_from([TODAY, TODAY - timedelta(days=1)]),
        kind=st.sampled_from(EntryKind),
        text=st.sampled_from(["", "a word"]),
    ),
    max_size=8,
)


def identity(entry: DiaryEntry) -> DiaryEntry:
    """What tells an entry from others: words are no part of a dose."""
    return replace(entry, text=label_of(entry.kind, entry.text))


@given(reports=st.lists(_ENTRIES, max_size=6))
def test_whatever_reports_hold_the_last_one_is_kept_and_each_entry_is_new_once(
    reports: list[list[DiaryEntry]],
) -> None:
    book = Book()
    new_in_report(book)
    days = [TODAY, TODAY - timedelta(days=1)]
    handed_out: list[DiaryEntry] = []
    for report in reports:
        handed_out += new_in_report(book, *report, days=days)
        book = again(book)
    told = [list(map(identity, report)) for report in reports]
    new = list(map(identity, handed_out))
    for each in new:
        assert new.count(each) == max(report.count(each) for report in told)
    assert set(new) == {each for report in told for each in report}
    if reports:
        assert sorted(map(repr, book.entries)) == sorted(map(repr, reports[-1]))
        assert [each.at for each in book.entries] == sorted(each.at for each in reports[-1])


@given(entries=_ENTRIES, order=st.randoms(use_true_random=False))
def test_the_order_of_a_report_makes_no_difference(entries: list[DiaryEntry], order: Any) -> None:
    book = Book()
    new_in_report(book)
    days = [TODAY, TODAY - timedelta(days=1)]
    new_in_report(book, *entries, days=days)
    before = sorted(map(repr, book.entries))
    shuffled = list(entries)
    order.shuffle(shuffled)
    assert not new_in_report(book, *shuffled, days=days)
    assert sorted(map(repr, book.entries)) == before


# Written down.


def test_known_entries_are_the_same_after_a_restart(book: Book) -> None:
    new_in_report(book, entry(kind=NOTE, amount=None, text="“Später” 🍏"), exact("08:12", 1.5))
    assert again(book).data == book.data


def test_fingerprints_tell_nothing_of_the_text(book: Book) -> None:
    new_in_report(book, entry(kind=NOTE, amount=None, text="private"))
    new_in_report(book)
    assert "private" not in json.dumps(book.data)


_SENSELESS: list[Any] = [
    None,
    [],
    {},
    "text",
    {"begun_at": None, "is_blank": False, "handed_out": []},
    {"begun_at": "soon", "is_blank": False, "handed_out": {}},
    {"begun_at": None, "is_blank": False, "handed_out": {"2026-06-01": {"a": ["x"]}}},
    {"begun_at": None, "is_blank": False, "handed_out": {"someday": {}}},
]


@pytest.mark.parametrize("value", _SENSELESS, ids=str)
def test_data_that_is_not_understood_counts_as_none(value: Any) -> None:
    assert KnownEntries.parse(value).data == KnownEntries().data
