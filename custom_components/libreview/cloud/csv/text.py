"""Decoding a CSV file and splitting it into lines and rows, in any encoding and dialect of a spreadsheet.

The file is decoded and split bit by bit, so that a thread that reads it never holds the interpreter for long
and keeps an event loop waiting.
"""

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
import csv
import io
import re
from typing import Final, override

from .problems import ExportProblem, LineProblem, NotAnExportError

type TextLine = tuple[int, str]
"""A physical line with its number, counted from 1, and its ending."""
type CellRow = tuple[int, list[str] | LineProblem]
"""The fields of a record, or why it has none, with the number of its first line."""

SEPARATORS: Final = (",", ";", "\t")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of the files of spreadsheet programs: of today's, which are archives, and of older ones."""
_HEAD: Final = 1024
_CHUNK: Final = 1 << 16
_MOST_ZEROS: Final = 0.7
_CONTROLS_ONE_IN: Final = 50
"""A head with more control characters than one in 50 is no text, though a note may hold one."""
_NOT_IN_WINDOWS_1252: Final = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_LINES: Final = 40
"""Lines of one record. A longer one is a quotation mark that nobody closed, for no note is so long."""
_ROW_START: Final = re.compile(
    r'(?:(?:"[^"]*"|[^",;\t]*)[,;\t]){0,3}'
    r'"?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T][^,;\t]{4,12}"?[,;\t]"?\d"?[,;\t]'
)
"""The beginning of a row: a timestamp and a record type, unlike any further line of a note."""
_FORMULA_START: Final = re.compile("'*[-=+@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20]")


def guard_formula(text: str) -> str:
    """Return the text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unguard_formula(text: str) -> str:
    """Return the text as it was before `guard_formula`."""
    return text[1:] if text.startswith("'") and _FORMULA_START.match(text) else text


def split_lines(content: bytes) -> Iterator[TextLine]:
    """Return all lines of the file. Raise NotAnExportError for a file that is no text."""
    text = io.TextIOWrapper(
        io.BytesIO(content), encoding=_find_encoding(content), errors="replace", newline=""
    )
    return enumerate(text, 1)


def _find_encoding(content: bytes) -> str:
    if content.startswith(_WORKBOOKS):
        raise NotAnExportError(ExportProblem.SPREADSHEET_FILE)
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    zeros = [head[half::2].count(0) * 2 / len(head) if head else 0 for half in (0, 1)]
    for other, half, encoding in ((0, 1, "utf-16-le"), (1, 0, "utf-16-be")):
        if zeros[half] > _MOST_ZEROS and zeros[other] < 1 - _MOST_ZEROS:
            return encoding
    if len(_CONTROL.findall(head)) * _CONTROLS_ONE_IN > len(head):
        raise NotAnExportError(ExportProblem.NOT_TEXT)
    if _is_utf8(content):
        return "utf-8"
    return "latin-1" if any(byte in content for byte in _NOT_IN_WINDOWS_1252) else "cp1252"


def _is_utf8(content: bytes) -> bool:
    """Return whether it is UTF-8, apart from damaged places: one of them must not spoil all other texts."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    damaged = beyond_ascii = 0
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        text = decoder.decode(chunk)
        damaged += text.count("\ufffd")
        # A letter beyond ASCII has more than one byte in UTF-8.
        beyond_ascii += len(chunk) - len(text)
    return damaged <= beyond_ascii


def split_fields(line: str, separator: str) -> list[str]:
    """Return the fields of a line that is a whole record. Raise csv.Error for unbalanced quotation marks."""
    if '"' not in line:
        return line.rstrip("\r\n").split(separator)
    row = next(csv.reader([line], delimiter=separator, strict=True), [])
    # Some spreadsheets put quotation marks around whole lines.
    return split_fields(row[0], separator) if len(row) == 1 and separator in row[0] else row


def parse_rows(lines: Iterable[TextLine], separator: str) -> Iterator[CellRow]:
    """Yield the records in these lines. One with quotation marks may span several; blank lines are none."""
    source = _ReturnableLines(lines)
    for number, line in source:
        # Splitting is all there is to do without quotation marks, and much faster than a state machine.
        if '"' not in line:
            if whole := line.rstrip("\r\n"):
                yield number, whole.split(separator)
            continue
        try:
            yield number, split_fields(line, separator)
        except csv.Error:
            yield number, _join_lines(line, source, separator)


class _ReturnableLines(Iterator[TextLine]):
    """Lines of which some can be given back, to be read again."""

    def __init__(self, lines: Iterable[TextLine]) -> None:
        self._fresh = iter(lines)
        self._returned: deque[TextLine] = deque()

    def give_back(self, lines: list[TextLine]) -> None:
        self._returned.extendleft(reversed(lines))

    @override
    def __next__(self) -> TextLine:
        return self._returned.popleft() if self._returned else next(self._fresh)


def _join_lines(line: str, rest: _ReturnableLines, separator: str) -> list[str] | LineProblem:
    """Return the fields of a record that spans several lines, and give back those that are not part of it."""
    record = line
    taken: list[TextLine] = []
    for number, text in rest:
        taken.append((number, text))
        if len(taken) > _MOST_LINES or _ROW_START.match(text):
            break
        record += text
        if '"' in text:
            try:
                return split_fields(record, separator)
            except csv.Error:
                continue
    rest.give_back(taken)
    return LineProblem.BAD_QUOTES
