"""Which diary entries the store keeps: what reports and files tell of one entry is one entry."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.libreview.history.schema import MIGRATIONS
from custom_components.libreview.history.store import Store
from custom_components.libreview.models import DiaryEntry, EntryKind, Precision
from tests.history.store_rows import ALL, MINUTE, NOON, START, TODAY, entry, exact, keep_file, keep_report


def test_a_report_replaces_the_entries_of_its_days(store: Store) -> None:
    yesterday = entry(at=NOON - timedelta(days=1))
    keep_report(store, [], [yesterday, entry(), entry(amount=5)], [TODAY, TODAY - timedelta(days=1)])
    keep_report(store, [], [entry(amount=6)], [TODAY])

    assert [each.amount for each in store.entries("anna", *ALL)] == [4, 6]


def test_two_equal_doses_are_two(store: Store) -> None:
    for _ in range(2):
        keep_report(store, [], [entry(), entry()], [TODAY])

    assert len(store.entries("anna", *ALL)) == 2


def test_an_entry_of_a_file_to_the_minute_replaces_the_reports_to_the_hour(store: Store) -> None:
    keep_report(store, [], [entry(), entry(), entry(amount=5)], [TODAY])

    assert keep_file(store, exact()) == (0, 1)
    assert keep_file(store, exact()) == (0, 0)
    keep_report(store, [], [entry(), entry(), entry(amount=5)], [TODAY])

    stored = [(each.amount, each.precision) for each in store.entries("anna", *ALL)]
    assert sorted(stored) == [(4, Precision.HOUR), (4, Precision.MINUTE), (5, Precision.HOUR)]


def test_a_dose_without_amount_is_not_one_of_some_units(store: Store) -> None:
    keep_report(store, [], [entry(), entry(amount=None)], [TODAY])
    keep_report(store, [], [entry(amount=None)], [TODAY])

    assert [each.amount for each in store.entries("anna", *ALL)] == [None]


@pytest.mark.parametrize(
    "kind", [EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN, EntryKind.CARBOHYDRATES]
)
@pytest.mark.parametrize("amount", [6, None], ids=["amount", "no amount"])
@pytest.mark.parametrize("is_report_first", [True, False], ids=["report first", "file first"])
def test_a_dose_with_a_note_is_one_dose(
    store: Store, kind: EntryKind, amount: float | None, is_report_first: bool
) -> None:
    noted = exact(kind, amount=amount, text="with a note")
    if is_report_first:
        keep_report(store, [], [entry(kind, amount=amount)], [TODAY])
    keep_file(store, noted)
    keep_report(store, [], [entry(kind, amount=amount)], [TODAY])

    assert store.entries("anna", *ALL) == [noted]


def test_a_note_that_is_added_to_a_dose_makes_no_second_one(store: Store) -> None:
    keep_file(store, exact(), exact(text="one of two"))

    assert keep_file(store, exact(text="now noted"), exact(text="one of two")) == (0, 0)

    assert [each.text for each in store.entries("anna", *ALL)] == ["now noted", "one of two"]


def test_a_dose_that_a_report_has_to_the_minute_gets_the_note_of_the_file(store: Store) -> None:
    keep_report(store, [], [exact()], [TODAY])

    assert keep_file(store, exact(text="a note")) == (0, 0)

    assert store.entries("anna", *ALL) == [exact(text="a note")]


def test_notes_of_different_words_are_different_entries(store: Store) -> None:
    notes = [exact(EntryKind.NOTE, amount=None, text=text) for text in ("run", "run", "swim")]
    keep_report(store, [], [entry(EntryKind.NOTE, amount=None, text="run")], [TODAY])

    keep_file(store, *notes)

    assert sorted(each.text for each in store.entries("anna", *ALL)) == ["run", "run", "swim"]


def test_a_dose_that_is_corrected_in_the_app_goes_although_a_file_told_it(store: Store) -> None:
    keep_report(store, [], [entry(amount=4)], [TODAY])
    keep_file(store, exact(amount=4), exact(EntryKind.KETONES, amount=0.3))
    keep_report(store, [], [entry(amount=4)], [TODAY])

    keep_report(store, [], [entry(amount=6)], [TODAY])

    assert [each.amount for each in store.entries("anna", *ALL)] == [6, 0.3]


@pytest.mark.parametrize("kind", [EntryKind.RAPID_ACTING_INSULIN, EntryKind.NOTE])
def test_what_is_deleted_in_the_app_goes_although_a_file_told_it(store: Store, kind: EntryKind) -> None:
    filed, reported = exact(kind, text="lunch"), entry(kind, text="lunch")
    keep_file(store, filed)
    keep_report(store, [], [reported], [TODAY])

    keep_report(store, [], [], [TODAY])
    assert store.entries("anna", *ALL) == []

    assert keep_file(store, filed) == (0, 0)
    assert store.entries("anna", *ALL) == [], "the same file does not bring it back"

    keep_report(store, [], [reported], [TODAY])
    assert store.entries("anna", *ALL) == [filed], "a report does, to the minute"


def test_what_no_report_has_ever_told_stays_as_the_file_told_it(store: Store) -> None:
    keep_file(store, exact(amount=4), exact(EntryKind.KETONES, amount=0.3))

    keep_report(store, [], [entry(amount=6)], [TODAY])

    assert sorted(each.amount or 0 for each in store.entries("anna", *ALL)) == [0.3, 4, 6]


def test_of_two_equal_doses_of_an_hour_the_one_that_was_deleted_goes(store: Store) -> None:
    first, second = exact(), exact(at=NOON + 40 * MINUTE)
    keep_file(store, first, second)
    keep_report(store, [], [first, second], [TODAY])

    keep_report(store, [], [second], [TODAY])

    assert store.entries("anna", *ALL) == [second]


def test_a_dose_to_another_minute_is_another_dose(store: Store) -> None:
    first, second = exact(), exact(at=NOON + 40 * MINUTE)
    keep_file(store, second)

    keep_report(store, [], [first, second], [TODAY])

    assert store.entries("anna", *ALL) == [first, second]


def test_a_later_file_corrects_the_amount_of_a_minute(store: Store) -> None:
    keep_file(store, exact(amount=4), exact(EntryKind.NOTE, amount=None, text="before"))

    keep_file(store, exact(amount=6), exact(EntryKind.NOTE, amount=None, text="after"))

    kept = sorted((each.amount or 0, each.text) for each in store.entries("anna", *ALL))
    assert kept == [(0, "after"), (0, "before"), (6, "")]


@pytest.mark.parametrize("times_back", [0, 1, 2])
def test_a_file_that_is_taken_back_brings_no_entry_of_a_removed_login(store: Store, times_back: int) -> None:
    keep_report(store, [], [entry(amount=4)], [TODAY])
    keep_file(store, exact(amount=4), exact(EntryKind.KETONES, amount=0.3))
    for _ in range(times_back):  # With all of before, reports too.
        store.keep_only([], with_diary=[])
        store.keep_only(["anna"], with_diary=["anna"])
    if not times_back:
        store.keep_only(["anna"], with_diary=[])
    last = store.last_file("anna")
    assert last is not None

    assert store.take_back_file("anna", last.number)

    assert store.entries("anna", *ALL) == ([entry(amount=4)] if times_back else [])


def test_reports_of_somebody_else_take_back_nothing_of_a_file(store: Store) -> None:
    keep_file(store, exact())
    keep_report(store, [], [entry()], [TODAY])

    store.expect_reports("anna", "ben", UTC, NOON)
    keep_report(store, [], [], [TODAY], reports_of="ben")

    assert store.entries("anna", *ALL) == [exact()]


def test_an_entry_resolved_to_another_instant_moves(store: Store) -> None:
    keep_report(store, [], [entry()], [TODAY])
    moved = DiaryEntry(
        kind=entry().kind,
        wall=entry().wall,
        at=NOON - timedelta(hours=2),
        amount=4,
        precision=Precision.HOUR,
    )
    keep_report(store, [], [moved], [TODAY])

    assert store.entries("anna", *ALL) == [moved]


def test_entries_of_earlier_reports_are_added_where_they_are_missing(store: Store) -> None:
    twice, note = entry(), entry(EntryKind.NOTE, amount=None, text="a note")
    keep_report(store, [], [twice, twice], [TODAY])
    filed = exact(at=NOON + 12 * MINUTE)
    keep_file(store, filed)

    for _ in range(2):
        store.add_reported_entries("anna", [twice, twice, note])

        assert sorted(each.kind for each in store.entries("anna", *ALL)) == [
            note.kind,
            twice.kind,
            twice.kind,
        ]
        assert filed in store.entries("anna", *ALL)


def test_doses_that_were_counted_twice_are_one_after_an_update(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    hour, minute = START, START + 17 * 60
    rows = [  # wall, kind, amount, text, precision, source, nth
        (hour, "rapid_acting_insulin", 6, "", "hour", 2, 0),  # the report's copy of the noted dose
        (minute, "rapid_acting_insulin", 6, "a note", "minute", 3, 0),
        (
            hour,
            "carbohydrates",
            40,
            "",
            "hour",
            2,
            0,
        ),  # two meals, of which a file notes one
        (hour, "carbohydrates", 40, "", "hour", 2, 1),
        (minute, "carbohydrates", 40, "noted", "minute", 3, 0),
        (hour, "long_acting_insulin", 9, "", "hour", 2, 0),  # one that only the report has
        (minute, "note", None, "run", "minute", 3, 0),
        (hour, "note", None, "swim", "hour", 2, 0),
        (minute, "rapid_acting_insulin", 2, "", "minute", 3, 0),  # two in one minute, told apart by a note
        (minute, "rapid_acting_insulin", 2, "b", "minute", 3, 0),
    ]
    with sqlite3.connect(path) as connection:
        connection.executescript(";".join([*MIGRATIONS[:2], "PRAGMA user_version = 2"]))
        connection.execute("INSERT INTO person (id, patient_id) VALUES (1, 'anna')")
        connection.executemany(
            "INSERT INTO entry (person, at, wall, kind, amount, text, precision, source, nth)"
            " VALUES (1, ?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            rows,
        )
    connection.close()

    store = Store(path)

    kept = [(each.kind.value, each.amount, each.text) for each in store.entries("anna", *ALL)]
    assert sorted(kept, key=str) == sorted(
        [
            ("rapid_acting_insulin", 6, "a note"),
            ("carbohydrates", 40, ""),
            ("carbohydrates", 40, "noted"),
            ("long_acting_insulin", 9, ""),
            ("note", None, "run"),
            ("note", None, "swim"),
            ("rapid_acting_insulin", 2, ""),
            ("rapid_acting_insulin", 2, "b"),
        ],
        key=str,
    )
    store.close()


def test_an_older_file_does_not_make_a_corrected_dose_vanish(store: Store) -> None:
    older, newer = exact(amount=4), exact(amount=6)
    keep_file(store, older)
    keep_report(store, [], [entry(amount=4)], [TODAY])
    keep_report(store, [], [entry(amount=6)], [TODAY])
    keep_file(store, newer)
    assert store.entries("anna", *ALL) == [newer]

    assert keep_file(store, older) == (0, 0)
    assert store.entries("anna", *ALL) == [newer]

    keep_report(store, [], [entry(amount=4)], [TODAY])
    assert store.entries("anna", *ALL) == [older], "a report corrects it back"


@pytest.mark.parametrize("told", [entry(), exact()], ids=["to the hour", "to the minute"])
def test_of_two_equal_doses_of_a_minute_one_stays_whichever_file_comes(
    store: Store, told: DiaryEntry
) -> None:
    keep_file(store, exact(), exact())
    keep_report(store, [], [told, told], [TODAY])
    keep_report(store, [], [told], [TODAY])
    assert store.entries("anna", *ALL) == [exact()]

    for count in (1, 2, 1):
        assert keep_file(store, *[exact()] * count) == (0, 0)
        assert store.entries("anna", *ALL) == [exact()]


@pytest.mark.parametrize("stays", [0, 1])
@pytest.mark.parametrize("made", [None, NOON])
@pytest.mark.parametrize("kind", [EntryKind.RAPID_ACTING_INSULIN, EntryKind.NOTE])
def test_of_two_equal_entries_of_an_hour_a_later_file_tells_which_was_deleted(
    store: Store, stays: int, made: datetime | None, kind: EntryKind
) -> None:
    amount, text = (None, "walk") if kind is EntryKind.NOTE else (4.0, "")
    both = [exact(kind, at=NOON + minute * MINUTE, amount=amount, text=text) for minute in (0, 52)]
    of_hour = entry(kind, amount=amount, text=text)
    keep_file(store, *both, made=made)
    keep_report(store, [], [of_hour, of_hour], [TODAY], read_at=NOON + timedelta(hours=1))
    keep_report(store, [], [of_hour], [TODAY], read_at=NOON + timedelta(hours=2))

    keep_file(store, both[stays], made=NOON + timedelta(hours=3))

    assert store.entries("anna", *ALL) == [both[stays]]
    keep_report(store, [], [of_hour], [TODAY], read_at=NOON + timedelta(hours=4))
    assert store.entries("anna", *ALL) == [both[stays]]


def test_one_of_two_equal_doses_that_a_report_never_told_stays_beside_the_withdrawn(store: Store) -> None:
    keep_report(store, [], [entry()], [TODAY])
    keep_file(store, exact(), exact())
    keep_report(store, [], [], [TODAY])
    assert store.entries("anna", *ALL) == [exact()]

    keep_file(store, exact())
    assert store.entries("anna", *ALL) == [exact()]

    assert keep_file(store, exact(), exact(), exact()) == (0, 1)
    assert store.entries("anna", *ALL) == [exact(), exact()]


@pytest.mark.parametrize("told_first", [True, False], ids=["report first", "file first"])
def test_a_reported_dose_of_which_the_amount_was_not_understood_is_the_one_of_a_file(
    store: Store, told_first: bool
) -> None:
    if told_first:
        keep_report(store, [], [entry(amount=None)], [TODAY])
    keep_file(store, exact(amount=4))
    if not told_first:
        keep_report(store, [], [entry(amount=4)], [TODAY])
    keep_report(store, [], [entry(amount=None)], [TODAY])
    store.add_reported_entries("anna", [entry(amount=None)])
    assert store.entries("anna", *ALL) == [exact(amount=4)]

    keep_file(store, exact(amount=4))
    assert store.entries("anna", *ALL) == [exact(amount=4)]

    keep_report(store, [], [], [TODAY])
    assert store.entries("anna", *ALL) == []


def test_a_dose_without_amount_is_no_other_kind_and_none_of_another_hour(store: Store) -> None:
    keep_file(store, exact(EntryKind.CARBOHYDRATES, amount=40), exact(amount=4, at=NOON - 30 * MINUTE))

    keep_report(store, [], [entry(amount=None)], [TODAY])

    assert [each.amount for each in store.entries("anna", *ALL)] == [4, None, 40]


def test_an_unclear_report_withdraws_nothing_of_a_file(store: Store) -> None:
    told = [entry(), entry(EntryKind.CARBOHYDRATES, amount=40)]
    keep_file(store, exact(), exact(EntryKind.CARBOHYDRATES, amount=40))
    keep_report(store, [], told, [TODAY])

    keep_report(store, [], [], [TODAY], unclear={(EntryKind.RAPID_ACTING_INSULIN, TODAY)})
    assert store.entries("anna", *ALL) == [exact()], "the carbohydrates are clear"

    keep_report(store, [], [], [TODAY], unclear={(EntryKind.RAPID_ACTING_INSULIN, TODAY - timedelta(days=1))})
    assert store.entries("anna", *ALL) == []


def test_a_diary_login_that_is_removed_and_added_again_counts_no_corrected_dose_twice(store: Store) -> None:
    keep_file(store, exact(amount=4))
    keep_report(store, [], [entry(amount=4)], [TODAY])
    keep_report(store, [], [entry(amount=6)], [TODAY])

    for _ in range(2):
        store.keep_only(["anna"], with_diary=[])
        assert store.entries("anna", *ALL) == []
    assert store.expect_reports("anna", "anna", UTC, NOON), "the earlier reports are read again"
    keep_report(store, [], [entry(amount=6)], [TODAY])

    assert store.entries("anna", *ALL) == [entry(amount=6)]


def test_a_diary_login_that_is_replaced_by_somebody_elses_takes_back_nothing_of_a_file(store: Store) -> None:
    keep_file(store, exact())
    keep_report(store, [], [entry()], [TODAY])
    keep_report(store, [], [], [TODAY])

    store.keep_only(["anna"], with_diary=[])
    assert store.expect_reports("anna", "ben", UTC, NOON)
    assert store.entries("anna", *ALL) == [exact()]

    keep_report(store, [], [], [TODAY], reports_of="ben")
    assert store.entries("anna", *ALL) == [exact()]


def test_a_dose_that_was_moved_within_its_hour_counts_once(store: Store) -> None:
    keep_file(store, exact())
    keep_report(store, [], [entry()], [TODAY])

    keep_file(store, exact(at=NOON + 40 * MINUTE))
    assert store.entries("anna", *ALL) == [exact(at=NOON + 40 * MINUTE)]

    keep_report(store, [], [entry()], [TODAY])
    assert store.entries("anna", *ALL) == [exact(at=NOON + 40 * MINUTE)]
    keep_report(store, [], [], [TODAY])
    assert store.entries("anna", *ALL) == []


def test_a_dose_that_was_moved_within_its_hour_from_file_to_file_counts_once(store: Store) -> None:
    keep_report(store, entries=[entry(amount=2)], days=[TODAY])
    for minute in (16, 27, 38):
        keep_file(store, exact(at=NOON + minute * MINUTE, amount=2))

    keep_report(store, entries=[entry(amount=2)], days=[TODAY])

    assert [each.at for each in store.entries("anna", *ALL)] == [NOON + 38 * MINUTE]


@pytest.mark.parametrize("made", [None, NOON - MINUTE], ids=["unknown", "before"])
def test_a_rival_amount_of_a_file_does_not_replace_what_the_last_report_tells(
    store: Store, made: datetime | None
) -> None:
    keep_file(store, exact(amount=4))
    keep_report(store, [], [entry(amount=4)], [TODAY])

    keep_file(store, exact(amount=6), made=made)
    assert store.entries("anna", *ALL) == [exact(amount=4)]

    keep_report(store, [], [entry(amount=6)], [TODAY])
    assert store.entries("anna", *ALL) == [exact(amount=6)], "a report tells it"


@pytest.mark.parametrize("is_filed", [True, False], ids=["filed", "reported"])
def test_a_file_that_was_made_after_the_last_report_corrects_it(store: Store, is_filed: bool) -> None:
    if is_filed:
        keep_file(store, exact(amount=4))
    keep_report(store, [], [entry(amount=4)], [TODAY], read_at=NOON)

    keep_file(store, exact(amount=6), made=NOON + MINUTE)
    assert store.entries("anna", *ALL) == [exact(amount=6)]

    keep_report(store, [], [entry(amount=6)], [TODAY], read_at=NOON + 2 * MINUTE)
    assert store.entries("anna", *ALL) == [exact(amount=6)]
    keep_report(store, [], [entry(amount=4)], [TODAY], read_at=NOON + 3 * MINUTE)
    assert [each.amount for each in store.entries("anna", *ALL)] == [4], "it was corrected back"


def test_an_older_file_brings_nothing_back_that_was_deleted_in_the_app(store: Store) -> None:
    keep_report(store, [], [entry()], [TODAY], read_at=NOON)
    keep_report(store, [], [], [TODAY], read_at=NOON + 60 * MINUTE)

    keep_file(store, exact(), made=NOON + 30 * MINUTE)
    assert store.entries("anna", *ALL) == []

    keep_file(store, exact(), made=NOON + 90 * MINUTE)
    assert store.entries("anna", *ALL) == [exact()], "one that was made since has it again"


def test_reports_of_somebody_else_from_before_a_removal_go_with_the_first_of_the_right_one(
    store: Store,
) -> None:
    keep_report(store, [], [entry(amount=9)], [TODAY], reports_of="ben")
    store.keep_only([], with_diary=[])
    store.keep_only(["anna"], with_diary=["anna"])

    assert store.expect_reports("anna", "anna", UTC, NOON)
    keep_report(store, [], [], [TODAY + timedelta(days=1)])

    assert store.entries("anna", *ALL) == []


def test_a_diary_that_is_removed_before_its_first_report_takes_the_earlier_reports_along(
    store: Store,
) -> None:
    keep_report(store, [], [entry()], [TODAY])
    store.keep_only([], with_diary=[])
    for _ in range(2):
        store.keep_only(["anna"], with_diary=[])
        assert store.entries("anna", *ALL) == [entry()], "who is back has all of before"

    store.keep_only(["anna"], with_diary=["anna"])
    store.keep_only(["anna"], with_diary=[])

    assert store.entries("anna", *ALL) == []
