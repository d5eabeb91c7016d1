"""Problems of a CSV export: of one line, or of the whole file."""

from enum import StrEnum
from typing import NamedTuple


class LineProblem(StrEnum):
    """The reasons why a line was left out, or was not read in full."""

    BAD_QUOTES = "bad_quotes"
    """A quotation mark that nobody closes, or text after one that does."""
    TOO_FEW_FIELDS = "too_few_fields"
    TOO_MANY_FIELDS = "too_many_fields"
    UNKNOWN_TYPE = "unknown_type"
    CONTRADICTORY = "contradictory"
    """It holds values that its record type cannot have."""
    MISSING_VALUE = "missing_value"
    BAD_TIME = "bad_time"
    AMBIGUOUS_TIME = "ambiguous_time"
    """Day and month cannot be distinguished, for other lines of the file contradict each other."""
    BAD_GLUCOSE = "bad_glucose"
    GLUCOSE_OUT_OF_RANGE = "glucose_out_of_range"
    BAD_AMOUNT = "bad_amount"
    KETONES_LEFT_OUT = "ketones_left_out"
    """It was read, but for ketones of a sensor, which no kind of entry holds."""


class UnreadableLine(NamedTuple):
    """A line that was left out, or not read in full: its number, counted from 1, and why."""

    number: int
    reason: LineProblem


class ExportProblem(StrEnum):
    """The reasons why a whole file was refused."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    SPREADSHEET_FILE = "spreadsheet_file"
    """A workbook of a spreadsheet program, whatever its name ends in."""
    NO_HEADINGS = "no_headings"
    """No line of it could be one of headings."""
    UNKNOWN_HEADINGS = "unknown_headings"
    """A table, but not one of LibreView's."""
    UNKNOWN_UNIT = "unknown_unit"
    """The headings name no unit of glucose, or several."""
    NO_ROWS = "no_rows"
    WRONG_SEPARATOR = "wrong_separator"
    """LibreView's headings, but not with commas, semicolons or tabs between them."""
    DATES_CHANGED = "dates_changed"
    """No line can be read, mostly for their times: a spreadsheet program writes them anew when it saves."""
    LINES_CHANGED = "lines_changed"
    """No line can be read, for other reasons."""


class NotAnExportError(ValueError):
    """This file is no CSV export of LibreView's. The text names the reason only, and nothing of the file."""

    def __init__(self, reason: ExportProblem) -> None:
        """Carry the reason, which is translated elsewhere."""
        super().__init__(reason.value)
        self.reason = reason
