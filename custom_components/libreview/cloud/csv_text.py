"""The bytes of a CSV file as lines and rows, in whatever encoding and dialect a spreadsheet left them.

Nothing here takes longer than a moment at a time: the file is decoded and split bit by bit, so that a thread
that reads it never keeps an event loop beside it waiting.
"""

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
import csv
import io
import re
from typing import Final, override

from .csv_lines import ExportProblem, LineProblem, NotAnExportError

type Line = tuple[int, str]
"""A physical line with its number, counted from 1, and its ending."""
type Row = tuple[int, list[str] | LineProblem]
"""The fields of a record, or why it has none, with the number of its first line."""

SEPARATORS: Final = (",", ";", "\t")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD: Final = 1024
_CHUNK: Final = 1 << 16
_MOSTLY: Final = 0.7
_ONE_IN: Final = 50
"""More control characters than that are in no text, though one may be in a note."""
_NOT_IN_WINDOWS_1252: Final = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_LINES: Final = 40
"""No note has more lines; what goes on for longer is a quotation mark that nobody closed."""
_RECORD: Final = re.compile(
    r'(?:(?:"[^"]*"|[^",;\t]*)[,;\t]){0,3}'
    r'"?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T][^,;\t]{4,12}"?[,;\t]"?\d"?[,;\t]'
)
"""The beginning of a row: a timestamp and a record type, which no second line of a note looks like."""
_FORMULA: Final = re.compile("'*[-=+@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20]")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before it was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def lines_of(content: bytes) -> Iterator[Line]:
    """All lines of the file. Raises NotAnExportError for what is no text."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), errors="replace", newline="")
    return enumerate(text, 1)


def _encoding(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    zeros = [head[half::2].count(0) * 2 / len(head) if head else 0 for half in (0, 1)]
    for other, half, encoding in ((0, 1, "utf-16-le"), (1, 0, "utf-16-be")):
        if zeros[half] > _MOSTLY and zeros[other] < 1 - _MOSTLY:
            return encoding
    if len(_CONTROL.findall(head)) * _ONE_IN > len(head):
        raise NotAnExportError(ExportProblem.NOT_TEXT)
    if _is_utf8(content):
        return "utf-8"
    return "latin-1" if any(each in content for each in _NOT_IN_WINDOWS_1252) else "cp1252"


def _is_utf8(content: bytes) -> bool:
    """Whether it is UTF-8, apart from damaged places: one of them must not spoil all other texts."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    damaged = beyond_ascii = 0
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        text = decoder.decode(chunk)
        damaged += text.count("\ufffd")
        # A letter beyond ASCII has more than one byte in UTF-8.
        beyond_ascii += len(chunk) - len(text)
    return damaged <= beyond_ascii


def fields_of(line: str, separator: str) -> list[str]:
    """The fields of a line that is a whole record. Raises csv.Error for quotation marks that do not fit."""
    if '"' not in line:
        return line.rstrip("\r\n").split(separator)
    row = next(csv.reader([line], delimiter=separator, strict=True), [])
    # Some spreadsheets put quotation marks around whole lines.
    return fields_of(row[0], separator) if len(row) == 1 and separator in row[0] else row


def rows_of(lines: Iterable[Line], separator: str) -> Iterator[Row]:
    """The records in these lines. One in quotation marks may reach over several; blank lines are none."""
    source = _Lines(lines)
    for number, line in source:
        # Splitting is all there is to do without quotation marks, and much faster than a state machine.
        if '"' not in line:
            if whole := line.rstrip("\r\n"):
                yield number, whole.split(separator)
            continue
        try:
            yield number, fields_of(line, separator)
        except csv.Error:
            yield number, _over_lines(line, source, separator)


class _Lines(Iterator[Line]):
    """Lines of which some can be given back, to be read again."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._fresh = iter(lines)
        self._returned: deque[Line] = deque()

    def give_back(self, lines: list[Line]) -> None:
        self._returned.extendleft(reversed(lines))

    @override
    def __next__(self) -> Line:
        return self._returned.popleft() if self._returned else next(self._fresh)


def _over_lines(line: str, rest: _Lines, separator: str) -> list[str] | LineProblem:
    """The fields of a record that goes on in other lines. What only seemed to belong to it is given back."""
    record = line
    taken: list[Line] = []
    for number, each in rest:
        taken.append((number, each))
        if len(taken) > _MOST_LINES or _RECORD.match(each):
            break
        record += each
        if '"' in each:
            try:
                return fields_of(record, separator)
            except csv.Error:
                continue
    rest.give_back(taken)
    return LineProblem.BAD_QUOTES
