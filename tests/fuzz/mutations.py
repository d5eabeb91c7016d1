"""Mutations of JSON and of text, by the structure of what is mutated: pure, decided by the dice alone."""

from datetime import datetime, timedelta
import json
from random import Random
import re
from typing import Any, Final

_MOST: Final = 4
"""Mutations of one input."""
_RAW: Final = "@raw@"
_TWICE: Final = "@twice@"
_RAW_TEXT: Final = re.compile(rf'"{_RAW}([^"]*)"')
_US_TIME: Final = "%m/%d/%Y %I:%M:%S %p"
_TIME: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M")

_TEXTS: Final = (
    *(
        "",
        " ",
        "LO",
        "HI",
        " lo ",
        "hi\u200b",
        "null",
        "NaN",
        "0",
        "-1",
        "1e999",
        "0x10",
        "١٢٠",
        "१२०",
        "\uff11\uff12\uff10",
    ),
    *(
        "12\u00a0/\u202f06",
        "\ud83e\ude78",
        "\ud800",
        "血糖",
        "سكر",
        "\u202etxet",
        "\x00",
        "\r\n",
        "a\u0301" * 9,
    ),
    *("0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2026-06-01", "24:00"),
    *(
        "locked",
        "MissingCachedUser",
        "tou",
        "2faVerify",
        "eu2",
        "evil.example/",
        "passwordExpired",
        "redirect",
    ),
    *(
        "45 g",
        "4,5 U",
        "1 2/3",
        "5.0 mmol/L",
        "½",
        "∞",
        "-0",
        "1_000",
        "7:30 AM",
        "12/31/1969",
        "=1+1",
        "#N/A",
    ),
)
_NUMBERS: Final = (
    *(0, -0.0, 1, -1, 2, 3, 4, 5, 20, 39, 40, 54, 69, 70, 400, 500, 501, 1000, 40.49, 39.5, 500.5, 2.2, 27.8),
    *(
        911,
        920,
        429,
        2**31,
        -(2**31),
        2**53,
        2**63,
        -(2**63),
        2**64 - 1,
        1e18,
        -1e18,
        1e308,
        5e-324,
        7258118399,
    ),
)
_TOKENS: Final = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 400, "1" * 5000, "-0", "1E+2", "0.1e-400"),
    *("[" * 200 + "]" * 200, "[" * 3000 + "]" * 3000, "{}" * 2, "undefined", ""),
)
_HUGE: Final = 400
"""Entries of a list."""
_LARGEST: Final = 1_000_000
"""Characters. Reading takes longer the more there is, and a report of 90 days has about two million."""
_OUTER: Final = 0.12
"""Chance that an object or list is changed as a whole rather than something in it."""
_TORN: Final = 0.02
"""Share of the inputs that are changed as text as well, and mostly no JSON any more."""


def mutate_json(text: str, dice: Random) -> str:
    """Return JSON, or nearly so, of a megabyte at most, with some of its values, keys or lists changed."""
    holder: dict[str, Any] = {"": json.loads(text)}
    for _ in range(dice.randint(1, _MOST)):
        if holder:
            _change(*_pick(holder, dice), dice)
    mutated = _encode(holder.get(""))
    if len(mutated) > _LARGEST:
        return mutate_json(text, dice)
    return mutate_text(mutated, dice) if dice.random() < _TORN else mutated


def mutate_text(text: str, dice: Random) -> str:
    """Return a text with some of its characters, lines or numbers changed."""
    for _ in range(dice.randint(1, _MOST)):
        text = _change_text(text, dice)
    return text


def odd(dice: Random) -> Any:
    """Return a value that nobody expects."""
    match dice.randrange(8):
        case 0:
            return dice.choice((None, True, False))
        case 1 | 2:
            return dice.choice(_NUMBERS)
        case 3:
            return dice.choice(_TEXTS)
        case 4:
            return dice.choice(([], {}, [[]], [{}], {"": None}, [None] * 5))
        case 5:
            return _RAW + dice.choice(_TOKENS)
        case 6:
            return dice.choice(_TEXTS) * dice.choice((1, 50, 20_000))
        case _:
            return dice.uniform(-600, 600) if dice.random() < 0.5 else dice.randint(-700, 700)


def _encode(value: Any) -> str:
    return _RAW_TEXT.sub(lambda match: match[1], json.dumps(value).replace(f'"{_TWICE}', '"'))


def _pick(holder: Any, dice: Random) -> tuple[Any, Any]:
    """Return a place in a value, mostly deep inside: what holds it, and the key or index under which."""
    while True:
        key = dice.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or dice.random() < _OUTER:
            return holder, key
        holder = inner


def _change(holder: Any, key: Any, dice: Random) -> None:
    value = holder[key]
    match dice.randrange(8):
        case 0:
            del holder[key]
        case 1 | 2:
            holder[key] = odd(dice)
        case 3:
            _rename(holder, key, dice)
        case 4:
            holder[key] = dice.choice(
                ([value], {"value": value}, {str(key): value}, [value, value], str(value))
            )
        case 5 if isinstance(value, list):
            holder[key] = dice.choice(([], value[:1], value[::-1], value + value[:1], _repeat(value)))
        case _:
            holder[key] = _vary(value, dice)


def _repeat(value: list[Any]) -> list[Any]:
    return (value[:2] * _HUGE)[:_HUGE]


def _rename(holder: Any, key: Any, dice: Random) -> None:
    if not isinstance(holder, dict) or not key:
        holder[key] = odd(dice)
        return
    name = dice.choice(
        (key.upper(), key.lower(), key + "s", f"{_TWICE}{key}", dice.choice(_TEXTS), key[::-1])
    )
    holder[name] = holder[key] if dice.random() < 0.5 else odd(dice)
    if not name.startswith(_TWICE):
        holder.pop(key, None)


def _vary(value: Any, dice: Random) -> Any:
    """Return a value of the same type, a little or much off."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return dice.choice(
            (-value, value * 10, value / 18, value + dice.randint(-90, 90), str(value), value * 1e9)
        )
    if isinstance(value, str):
        return _vary_time(value, dice) if _TIME.fullmatch(value) else _change_text(value, dice)
    return odd(dice)


def _vary_time(text: str, dice: Random) -> str:
    at = datetime.strptime(text, _US_TIME)  # noqa: DTZ007  It is UTC, or no zone's at all.
    match dice.randrange(4):
        case 0:
            return (
                at + timedelta(seconds=dice.choice((-1, 1, 300, 301, -899, -901, 3600, 86400, 10**8)))
            ).strftime(_US_TIME)
        case 1:
            return dice.choice(
                (at.isoformat(), at.strftime("%d/%m/%Y %H:%M:%S"), at.strftime("%Y/%m/%d %H:%M"))
            )
        case 2:
            return text.replace(" ", dice.choice(("\u202f", "\u00a0", "  ", "T", "")))
        case _:
            return (at + timedelta(minutes=dice.randint(-1500, 1500))).strftime(_US_TIME)


def _change_text(text: str, dice: Random) -> str:
    place, end = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
    end = min(end, place + dice.choice((1, 3, 80)))
    match dice.randrange(6):
        case 0:
            return text[:place] + text[end:]
        case 1:
            return text[:place] + dice.choice(_TEXTS) + text[place:]
        case 2:
            return text[:place] + text[place:end] * dice.choice((2, 3, 200)) + text[end:]
        case 3:
            return (
                text[:place]
                + dice.choice(('"', "'", ",", ";", "\t", "\n", "\\", "{", "}", "[", "]", "\x00"))
                + text[place:]
            )
        case 4:
            return text[:place] + re.sub(r"\d+", str(dice.choice(_NUMBERS)), text[place:end]) + text[end:]
        case _:
            return text[:place] + "".join(dice.sample(text[place:end], end - place)) + text[end:]
