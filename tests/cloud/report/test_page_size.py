"""A page that holds what no report has is refused before it is decoded, for all else waits meanwhile."""

from datetime import timedelta
from typing import Final

import pytest

from custom_components.libreview.cloud.errors import InvalidAnswerError
from custom_components.libreview.cloud.report.page import parse_report
from custom_components.libreview.cloud.transport import LARGEST_PAGE
from tests.support.report_pages import DAY, by_hour_list, epoch, glucose, page, report_of

SMALL_VALUES: Final = ["[],", "{},", "[[]],", '"",', "1,", "1.5,", "null,", '{"a":1},']


@pytest.mark.parametrize("value", SMALL_VALUES)
@pytest.mark.parametrize("is_text", [False, True])
def test_a_page_of_very_many_small_values_is_no_report(value: str, is_text: bool) -> None:
    values = value * (LARGEST_PAGE // len(value) // 2)
    text = '{"Data": {"Days": [], "More": [' + values + "0]}}"
    if is_text:
        text = "JSON.parse('" + text + "')"

    with pytest.raises(InvalidAnswerError, match="more than a report can"):
        parse_report(f"<script>window.Report = {text};</script>".encode())


def test_a_year_of_readings_every_five_minutes_is_a_report() -> None:
    days = [
        {**by_hour_list(), "Date": epoch(day), "Glucose": glucose(day, every=5)}
        for day in (DAY + timedelta(days=number) for number in range(365))
    ]

    assert len(parse_report(page(report_of(*days))).readings) == 365 * 288


def test_what_stands_before_the_report_does_not_count() -> None:
    drawn = "<path d='" + "0,0 " * 1_000_000 + "'/>"

    assert parse_report(
        drawn.encode() + page(report_of({"Date": epoch(DAY), "Glucose": glucose(DAY)}))
    ).readings
