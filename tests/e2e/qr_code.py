"""Reads a QR code (ISO/IEC 18004) off a canvas, as a phone would: versions 1 to 9, error correction level M.

What is on a screen has no errors, so that the code words which would correct them are left out.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from playwright.async_api import Locator

type Modules = Sequence[Sequence[bool]]
"""The squares of a code, row by row: whether each is dark."""

_PIXELS = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const isDark = (x, y) => data[4 * (y * width + x) + 3] > 127 && data[4 * (y * width + x)] < 128;
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => isDark(x, y)));
}"""
_FINDER = 7
_MASK_OF_FORMAT = 0x5412
_LEVEL_M = 0
_BLOCKS = {
    1: [16],
    2: [28],
    3: [44],
    4: [32, 32],
    5: [43, 43],
    6: [27] * 4,
    7: [31] * 4,
    8: [38, 38, 39, 39],
    9: [36, 36, 36, 37, 37],
}
"""By version, the data code words of each block."""
_ALIGNMENT = {1: [], 2: [18], 3: [22], 4: [26], 5: [30], 6: [34], 7: [22, 38], 8: [24, 42], 9: [26, 46]}
"""By version, the middles of alignment patterns, beside 6."""
_MASKS = (
    lambda row, column: (row + column) % 2,
    lambda row, _: row % 2,
    lambda _, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


async def read(canvas: Locator) -> str:
    """The text of the code that a canvas shows."""
    return _text(_modules(await canvas.evaluate(_PIXELS)))


def _modules(pixels: Modules) -> Modules:
    """Return the squares of a picture: the first line of a code begins with seven dark ones."""
    top = next(row for row, line in enumerate(pixels) if any(line))
    left = pixels[top].index(True)
    scale = next(len(list(run)) for is_dark, run in groupby(pixels[top][left:]) if is_dark) // _FINDER
    right = max(column for column, is_dark in enumerate(pixels[top]) if is_dark)
    places = range(scale // 2, right - left + 1, scale)
    return [[pixels[top + row][left + column] for column in places] for row in places]


def _text(modules: Modules) -> str:
    version = (len(modules) - 17) // 4
    level, mask = divmod((_format(modules) ^ _MASK_OF_FORMAT) >> 10, 8)
    assert level == _LEVEL_M
    bits = "".join(
        str(int(modules[row][column] ^ (_MASKS[mask](row, column) == 0)))
        for row, column in _places(version, len(modules))
    )
    words = iter([bits[at : at + 8] for at in range(0, len(bits), 8)])
    return "".join(_segments("".join(_in_order(words, _BLOCKS[version]))))


def _format(modules: Modules) -> int:
    """Return the 15 bits beside the finder in the upper left corner."""
    near = [0, 1, 2, 3, 4, 5, 7, 8]
    bits = [modules[8][column] for column in near] + [modules[row][8] for row in reversed(near) if row != 8]
    return int("".join(str(int(bit)) for bit in bits), 2)


def _places(version: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield where the bits are: up and down, in columns of two, from the right."""
    rows, is_up = range(size), True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for row in reversed(rows) if is_up else rows:
            for column in (right, right - 1):
                if not _is_pattern(version, size, row, column):
                    yield row, column
        is_up = not is_up


def _is_pattern(version: int, size: int, row: int, column: int) -> bool:
    """Return whether a square helps to find and to describe the code, instead of holding a bit."""
    low, high = min(row, column), max(row, column)
    is_finder = high < 9 or (low < 9 and high >= size - 8)
    is_version = version >= 7 and low < 6 and high >= size - 11
    middles = [6, *_ALIGNMENT[version]]
    is_aligning = any(
        max(abs(row - down), abs(column - across)) <= 2
        for down in middles
        for across in middles
        if not (min(down, across) == 6 and max(down, across) in (6, size - 7))
    )
    return is_finder or is_version or is_aligning or 6 in (row, column)


def _in_order(words: Iterator[str], blocks: Sequence[int]) -> Iterator[str]:
    """Yield the data block by block; their words are dealt out like cards, the longer blocks come last."""
    dealt: list[list[str]] = [[] for _ in blocks]
    for place in range(max(blocks)):
        for block, length in zip(dealt, blocks, strict=True):
            if place < length:
                block.append(next(words))
    for block in dealt:
        yield from block


def _segments(bits: str) -> Iterator[str]:
    """Yield the parts of the text, each in the mode that was the shortest for it."""
    stream = iter(bits)

    def take(count: int) -> int:
        return int("".join(islice(stream, count)) or "0", 2)

    while mode := take(4):
        if mode == 1:
            left = take(10)
            for digits in (*[3] * (left // 3), left % 3):
                if digits:
                    yield f"{take(3 * digits + 1):0{digits}}"
        elif mode == 2:
            left = take(9)
            for _ in range(left // 2):
                first, second = divmod(take(11), 45)
                yield _CHARACTERS[first] + _CHARACTERS[second]
            if left % 2:
                yield _CHARACTERS[take(6)]
        else:
            assert mode == 4
            yield bytes(take(8) for _ in range(take(8))).decode()
