"""Times of a CSV export: clocks in any language, and which number of a date is the day."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.libreview.cloud.csv.export import CsvExport, parse_csv
from custom_components.libreview.cloud.csv.headings import Column
from custom_components.libreview.cloud.csv.problems import LineProblem
from custom_components.libreview.cloud.csv.times import (
    DateOrder,
    parse_second_of_day,
    parse_written_date,
    split_timestamp,
)
from tests.support.csv_exports import (
    DAY_FIRST,
    MONTH_FIRST,
    PLAIN,
    YEAR_FIRST,
    Said,
    curve,
    export,
    glucose,
    headings,
)

DAY, MONTH, YEAR = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST
NOON = 12 * 3600


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def walls(found: CsvExport) -> list[datetime]:
    return [datetime.fromtimestamp(each, UTC).replace(tzinfo=None) for each in found.readings.walls]


def days(*texts: str) -> list[Said]:
    """A reading at noon of each of these days."""
    return [glucose(wall(f"{text} 12:00"), 120) for text in texts]


def of(said: list[Said], time: str, made: str = "2027-01-01 00:00") -> CsvExport:
    return parse_csv(export(said, replace(PLAIN, time=time), made=wall(made)))


# Clocks.


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12:00", NOON),
        ("0:05", 300),
        ("00:05", 300),
        ("23:59:30", 86370),
        ("13.45", 13 * 3600 + 45 * 60),
        ("12:00 PM", NOON),
        ("12:00 AM", 0),
        ("00:30 AM", 1800),
        ("1:00pm", NOON + 3600),
        ("01:00\N{NARROW NO-BREAK SPACE}PM", NOON + 3600),
        ("01:00 p. m.", NOON + 3600),
        ("01:00 p.\N{NO-BREAK SPACE}m.", NOON + 3600),
        ("01:00:15 a.m.", 3615),
        ("01:00 em", NOON + 3600),
        ("01:00 ip.", NOON + 3600),
        ("01:00 odp.", NOON + 3600),
        ("01:00 μ.μ.", NOON + 3600),
        ("上午1:00", 3600),
        ("下午 1:00", NOON + 3600),
        ("오후 1:00", NOON + 3600),
        ("13:00 PM", None),
        ("00:30 PM", None),
        ("24:00", None),
        ("12:60", None),
        ("12:00:60", None),
        ("12:00 XM", None),
        ("12", None),
        ("", None),
        ("\N{ARABIC-INDIC DIGIT ONE}:00", None),
    ],
)
def test_a_clock_is_read_in_the_words_of_its_language(text: str, seconds: int | None) -> None:
    assert parse_second_of_day(text) == seconds


@given(st.times(), st.sampled_from(["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%H.%M"]))
def test_every_clock_comes_back(time: object, form: str) -> None:
    at = wall(f"2026-01-01 {time}")
    seconds = at.hour * 3600 + at.minute * 60 + (at.second if "%S" in form else 0)
    assert parse_second_of_day(at.strftime(form)) == seconds


@given(st.text(max_size=30))
def test_any_text_can_be_parsed_as_a_time(text: str) -> None:
    date, clock = split_timestamp(text)
    parse_written_date(date)
    parse_second_of_day(clock)


# Dates.


@given(
    st.dates(wall("2000-01-01").date(), wall("2099-12-31").date()),
    st.sampled_from("-/."),
    st.booleans(),
)
def test_every_date_comes_back_in_every_order(date: object, sign: str, is_short: bool) -> None:
    day = wall(f"{date}")
    number = (day - wall("1970-01-01")).days
    numbers = (str(day.day), str(day.month)) if is_short else (f"{day:%d}", f"{day:%m}")
    day_first = parse_written_date(sign.join((*numbers, f"{day:%Y}")))
    month_first = parse_written_date(sign.join((*reversed(numbers), f"{day:%Y}")))
    year_first = parse_written_date(sign.join((f"{day:%Y}", *reversed(numbers))))
    assert day_first
    assert month_first
    assert year_first
    assert (
        day_first.read(DAY) == month_first.read(MONTH) == year_first.read(DAY) == year_first.certain == number
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31-04-2026",
        "13-13-2026",
        "29-02-2026",
        "01-13-13",
        "1-2-6",
        "01-02-026",
        "25-foo-26",
        "2026-13-01",
        "01-02/2026",
        "1-2-1999",
        "1-2-2100",
    ],
)
def test_what_is_no_date_in_any_order_is_none(text: str) -> None:
    assert parse_written_date(text) is None


@pytest.mark.parametrize(
    "timestamp", ["25-05-2026 08:00", " 25-05-2026  08:00 ", "25-05-2026T08:00", "25-05-2026, 08:00 AM"]
)
def test_timestamps_are_read_however_date_and_clock_are_joined(timestamp: str) -> None:
    row = ["x", "y", f'"{timestamp}"', "0", "120"]
    content = ",".join(headings(PLAIN)) + "\n" + ",".join(row + [""] * 14)
    assert walls(parse_csv(content.encode())) == [wall("2026-05-25 08:00")]


# Day or month.


@pytest.mark.parametrize(("time", "order"), [(DAY_FIRST, DAY), (MONTH_FIRST, MONTH), (YEAR_FIRST, YEAR)])
def test_a_number_beyond_twelve_shows_the_order(time: str, order: DateOrder) -> None:
    said = curve()
    found = of(said, time)
    assert found.date_order is order
    assert walls(found) == [each.wall for each in said]
    assert of(days("2026-05-13"), time).date_order is order


@pytest.mark.parametrize(("time", "order"), [(DAY_FIRST, DAY), (MONTH_FIRST, MONTH)])
def test_the_order_of_the_lines_shows_it_too(time: str, order: DateOrder) -> None:
    # Read the other way, the second line would be months before the first, and the third after it.
    said = days("2026-03-12", "2026-04-01", "2026-05-02")
    assert of(said, time).date_order is order
    assert of(said[::-1], time).date_order is order
    assert walls(of(said, time)) == [each.wall for each in said]


@pytest.mark.parametrize(("time", "order"), [(DAY_FIRST, DAY), (MONTH_FIRST, MONTH)])
def test_nothing_was_measured_after_the_file_was_made(time: str, order: DateOrder) -> None:
    # The other way round, these would be of April to June, and the file of February.
    said = days("2026-02-04", "2026-02-05", "2026-02-06")
    assert of(said, time, made="2026-02-06 20:00").date_order is None
    assert of(said, time, made="2026-02-07 20:00").date_order is None
    assert of(days("2026-02-09", "2026-02-10"), time, made="2026-02-11 20:00").date_order is None
    assert of(days("2026-01-09", "2026-01-10"), time, made="2026-05-02 20:00").date_order is order


@pytest.mark.parametrize(("time", "order"), [(DAY_FIRST, DAY), (MONTH_FIRST, MONTH)])
def test_when_it_was_made_can_show_the_order(time: str, order: DateOrder) -> None:
    assert of(days("2026-02-04"), time, made="2026-02-14 20:00").date_order is order


@pytest.mark.parametrize("time", [DAY_FIRST, MONTH_FIRST])
def test_where_both_orders_are_possible_a_person_has_to_choose(time: str) -> None:
    said = [*days("2026-02-04", "2026-02-05"), Said(6, wall("2026-02-05 13:00"), {Column.NOTE: "x"})]
    content = export(said, replace(PLAIN, time=time), made=wall("2026-12-12 20:00"))
    found = parse_csv(content)
    assert (found.date_order, found.open_date) == (None, "04-02-2026" if time == DAY_FIRST else "02-04-2026")
    assert (len(found.readings), found.entries, found.first, found.unreadable) == (0, (), None, ())
    order = DAY if time == DAY_FIRST else MONTH
    told = parse_csv(content, date_order=order)
    assert (told.date_order, told.open_date) == (order, None)
    assert walls(told) == [each.wall for each in said[:2]]
    assert [each.wall for each in told.entries] == [said[2].wall]
    assert told.generated_at == datetime(2026, 12, 12, 20, tzinfo=UTC)


def test_dates_that_are_the_same_both_ways_need_no_choice() -> None:
    found = of(days("2026-02-02", "2026-05-05"), MONTH_FIRST)
    assert found.open_date is None
    assert walls(found) == [wall("2026-02-02 12:00"), wall("2026-05-05 12:00")]


def test_what_a_person_said_counts_and_what_contradicts_it_is_reported() -> None:
    content = export(days("2026-05-04", "2026-05-14"))
    found = parse_csv(content, date_order=MONTH)
    assert walls(found) == [wall("2026-04-05 12:00")]
    assert found.unreadable == ((4, LineProblem.BAD_TIME),)


def test_a_damaged_date_does_not_change_the_order_of_the_others() -> None:
    lines = export(curve()).decode().splitlines()
    lines.insert(700, "x,y,05-26-2026 12:00,0,120" + "," * 14)
    found = parse_csv("\n".join(lines).encode())
    assert found.date_order is DAY
    assert found.unreadable == ((701, LineProblem.BAD_TIME),)
    assert walls(found) == [each.wall for each in curve()]


def test_one_line_alone_does_not_decide_for_many() -> None:
    said = curve(count=4 * 288, start=wall("2026-05-03 00:00"))
    content = export(said, replace(PLAIN, time=MONTH_FIRST), made=wall("2026-05-07 00:30"))
    lines = content.decode().splitlines()
    lines.insert(700, "x,y,13-05-2026 12:00 PM,0,120" + "," * 14)
    damaged = "\n".join(lines).encode()
    assert parse_csv(damaged).open_date == "05-03-2026"
    found = parse_csv(damaged, date_order=MONTH)
    assert walls(found) == [each.wall for each in said]
    assert found.unreadable == ((701, LineProblem.BAD_TIME),)


def test_of_dates_in_both_orders_only_those_that_are_certain_are_read() -> None:
    day_first, month_first = (
        export(days("2026-05-04", "2026-05-15", "2026-05-05"), replace(PLAIN, time=time))
        for time in (DAY_FIRST, MONTH_FIRST)
    )
    found = parse_csv(day_first + month_first.split(b"\n", 2)[2])
    assert (found.date_order, found.open_date) == (None, None)
    assert walls(found) == [wall(f"2026-05-{day} 12:00") for day in ("15", "05", "15", "05")]
    assert found.unreadable == ((3, LineProblem.AMBIGUOUS_TIME), (6, LineProblem.AMBIGUOUS_TIME))


def test_each_device_and_type_has_an_order_of_its_own() -> None:
    said = days("2026-03-12", "2026-04-01", "2026-05-02")
    scans = [Said(1, each.wall, {Column.SCAN: 120}) for each in said]
    assert of([*said, *scans], DAY_FIRST).date_order is DAY
    assert of([*said, *said], DAY_FIRST).date_order is None


# What spreadsheets make of dates.


def of_days(form: str, *texts: str, made: str = DAY_FIRST) -> CsvExport:
    """A file of these days, made on the last of them, whose rows a spreadsheet has written anew."""
    content = export(days(*texts), replace(PLAIN, time=f"{form} %H:%M"), made=wall(f"{texts[-1]} 20:50"))
    _, rest = content.split(b"\n", 1)
    stamp = f"Glucose Data,Generated on,{wall(f'{texts[-1]} 20:50').strftime(made)} UTC,Generated by,Jo"
    return parse_csv(stamp.encode() + b"\n" + rest)


@pytest.mark.parametrize(
    "form",
    ["%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%m/%d/%y", "%y/%m/%d", "%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d"],
)
@pytest.mark.parametrize("made", [DAY_FIRST, MONTH_FIRST, YEAR_FIRST])
def test_years_of_two_digits_are_read_where_the_dates_show_the_order(form: str, made: str) -> None:
    texts = ["2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02"]
    assert walls(of_days(form, *texts, made=made)) == [wall(f"{text} 12:00") for text in texts]


@pytest.mark.parametrize(
    ("form", "text", "orders"),
    [
        ("%d.%m.%y", "2026-05-25", (DAY, YEAR)),  # 2025-05-26, with the year first
        ("%d.%m.%y", "2026-05-12", (DAY, MONTH)),
        ("%d-%b-%y", "2026-05-25", (DAY, YEAR)),
    ],
)
def test_years_of_two_digits_are_asked_about_where_nothing_shows_the_order(
    form: str, text: str, orders: tuple[DateOrder, ...]
) -> None:
    found = of_days(form, text)
    assert (found.date_order, found.open_orders) == (None, orders)
    assert found.open_date == wall(text).strftime(form)
    content = export(days(text), replace(PLAIN, time=f"{form} %H:%M"))
    assert walls(parse_csv(content, date_order=DAY)) == [wall(f"{text} 12:00")]


def test_a_year_in_front_is_not_concluded_from_the_date_of_the_file_alone() -> None:
    content = export(days("2026-06-25"), replace(PLAIN, time="%d.%m.%y %H:%M"))
    stamp = b"Glucose Data,Generated on,26-05-2026 20:50 UTC,Generated by,Jo\n"
    found = parse_csv(stamp + content.split(b"\n", 1)[1])
    assert (found.open_date, len(found.readings)) == ("25.06.26", 0)


def test_days_in_a_row_show_a_year_in_front() -> None:
    texts = ["2026-05-20", "2026-05-21", "2026-05-22"]
    assert walls(of_days("%y/%m/%d", *texts)) == [wall(f"{text} 12:00") for text in texts]
    assert walls(of_days("%d/%m/%y", *texts)) == [wall(f"{text} 12:00") for text in texts]


def test_a_day_of_one_month_is_read_by_its_number_beyond_twelve() -> None:
    assert walls(of_days("%m/%d/%y", "2026-05-25")) == [wall("2026-05-25 12:00")]


def test_fractions_of_a_second_are_cut_off_and_a_time_zone_is_not_guessed_away() -> None:
    assert parse_second_of_day("12:00:15.250") == NOON + 15
    assert parse_second_of_day("12:00:15.250Z") is None
    assert parse_second_of_day("12:00:15+02:00") is None
