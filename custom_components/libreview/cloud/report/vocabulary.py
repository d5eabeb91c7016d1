"""The words that may stand around an amount: the closed list that decides whether a dose is understood.

An amount is taken only where every word of its name and of the names beside it stands here. Nothing has to be
known about what is wrong with an amount (a plan, a rate, a scale): a word that is missing here is enough.
"""

from functools import lru_cache
import re
from typing import Final

from ...models import EntryKind
from .splitting import LONGEST_NAME, split_words
from .words import Role, Topic, is_opaque, parse_name

_KINDS: Final = """
    rapid long fast short quick slow background depot acting lasting insulin insulins basal bolus
    boluses prandial dose doses dosage injection injections carb carbs carbohydrate carbohydrates
    cho glucides food foods meal meals snack snacks mealtime correction note notes comment comments
    memo memos remark remarks annotation annotations
"""
_AMOUNTS: Final = (
    "amount amounts quantity qty value values val unit units u iu gram grams gm gms gr g numeric"
)
_LABELS: Final = """
    uom measure non not unspecified unquantified type kind category subtype action class name label
    title text texts content body message description desc
"""
_JOINTS: Final = "in of for entry log logged item record cell event treatment medication intake is"
"""Words between those of an amount's name that leave it one: carbs in grams, log entry value."""
_TIMES: Final = """
    hour hours hourly hr hh h minute minutes mm min ms millis milliseconds second seconds sec secs
    date day days daily calendar time times timestamp datetime stamp local wall at when ts epoch
    clock start started begin occurred logged recorded entered noted since midnight from after of t
    x the on change taken given injected eaten created updated modified edited uploaded upload
    factory utc
"""
_WRAPPERS: Final = """
    data log logs logbook diary journal entry entries event events item items list lists row rows
    cell cells record records detail details extended properties props object self slot slots by
    group groups series point points medication treatment treatments exercise intake block blocks
    bucket buckets column columns children table tables section sections timeline measurement moment
    moments chart info node nodes map raw in is has have was did with for and
"""
_TABLES_BY_TIME: Final = frozenset(
    "hour hours hourly day days daily date dates calendar time times timestamp timestamps clock".split()
)
"""Words of what may hold amounts as a table by time, but not below a time: there they are about that."""
_READINGS: Final = frozenset(
    "glucose sensor reading readings bg sg cgm scan scans historic strip blood".split()
)
"""Words of readings beside which amounts may be logged, but which have values of their own below a dose."""
_TABLES: Final = _TABLES_BY_TIME | _READINGS | frozenset("of the patient user".split())
"""Words of what may hold amounts: a table by time, or the readings beside which they were logged."""
_BESIDE: Final = frozenset(
    """
    id ids guid uuid color colour colors icon icons image style css font width height span format
    version serial device firmware locale culture language weekday week source brand lot index order
    number sequence user patient app manual auto sensor glucose reading readings bg sg cgm mgdl mmol
    scan scans historic strip blood average avg mean median total totals sum sums count counts
    target targets threshold percent goal subtotal recommended pre post marker symbol radius scatter
    tooltip axis y suffix suspect flag servings serving portion portions exercise protein proteins
    fiber fibre fat sugar sugars kcal calories calorie energy ketone ketones libre link view librelink
    libreview freestyle
""".split()
)
"""Words of what may stand beside an amount and does not change it."""
_WORDS: Final = _BESIDE | frozenset(f"{_KINDS} {_AMOUNTS} {_LABELS} {_TIMES} {_WRAPPERS}".split())
"""Words of all that may stand around an amount."""
_AMOUNT_WORDS: Final = frozenset(f"{_KINDS} {_AMOUNTS} {_JOINTS}".split())
"""Words of the name of an amount itself: under any other, a number is a time, a place or a count."""
_HOLDER_WORDS: Final = _TABLES | frozenset(f"{_KINDS} {_AMOUNTS} {_LABELS} {_WRAPPERS}".split())
"""Words of the names above an amount."""
_FOREIGN: Final = re.compile(
    r"kohlenhydrat\w{0,3}|glucid\w{0,3}|koolhydra\w{0,5}|kolhydrat\w{0,3}|hidratos?|einheit(?:en)?|gramm"
    r"|schnellwirk\w{0,7}|langwirk\w{0,7}|langwerk\w{0,4}|lenta|larga|lunga|notiz(?:en)?"
)
_NEGATIONS: Final = frozenset("no non not without unknown unspecified".split())
"""Words that turn a name round, and are known only where that says that there is no amount."""
_NO_GRAMS: Final = frozenset("units dose doses".split())
"""Words of a number of carbohydrates that is not in grams."""
_IN_GRAMS: Final = re.compile(r"carb|gram|glucid|_(?:g|gr|gms?|cho)_")
"""Words of a number beside insulin that is not in units."""
_BY_TIME: Final = re.compile(r"_by_(?:hour|day|date|time)_$")
"""The end of the name of a table of amounts."""
_INSULIN: Final = (Topic.INSULIN, EntryKind.RAPID_ACTING_INSULIN, EntryKind.LONG_ACTING_INSULIN)
_SHORTEST: Final = 3
"""Letters of a word that is found within another, as in "longacting"."""

HARMLESS_IF_NO: Final = frozenset(
    """
    deleted removed cancelled canceled void voided invalid hidden planned scheduled reminder priming
    skipped missed suspect
""".split()
)
"""Words of flags that must not be set beside a dose."""
HARMLESS_IF_YES: Final = frozenset("taken given injected confirmed valid eaten logged recorded".split())
"""Words of flags that must be set if they stand beside a dose."""


@lru_cache(maxsize=2048)
def _is_made_of(word: str, words: frozenset[str]) -> bool:
    """Return whether a word, in small letters, is one of a list or put together of such."""
    if word in words or _FOREIGN.fullmatch(word):
        return True
    return any(
        word[:end] in words and _is_made_of(word[end:], words)
        for end in range(_SHORTEST, len(word) - _SHORTEST + 1)
    )


@lru_cache(maxsize=2048)
def is_known_name(name: str) -> bool:
    """Return whether every word of a name may stand beside an amount."""
    if is_opaque(name):
        return True
    words = split_words(name) if len(name) <= LONGEST_NAME else ()
    if parse_name(name).subject is EntryKind.CARBOHYDRATES and not _NO_GRAMS.isdisjoint(words):
        return False
    known = bool(words) and all(_is_made_of(word, _WORDS) or word in _NEGATIONS for word in words)
    return known and (_NEGATIONS.isdisjoint(words) or parse_name(name).role is Role.NON_NUMERIC)


@lru_cache(maxsize=2048)
def is_amount_name(name: str) -> bool:
    """Return whether a number under this name may be an amount: every word of it is one of an amount."""
    joined = _BY_TIME.sub("_", f"_{'_'.join(split_words(name))}_") if is_known_name(name) else ""
    words = joined.strip("_").split("_") if joined else []
    in_grams = _IN_GRAMS.search(joined) is not None
    if in_grams and parse_name(name).subject in _INSULIN:
        return False
    return (
        is_opaque(name)
        or name.lower() == "y"
        or (bool(words) and all(_is_made_of(word, _AMOUNT_WORDS) for word in words))
    )


@lru_cache(maxsize=2048)
def is_holder_name(name: str, *, in_time: bool = False, in_dose: bool = False) -> bool:
    """Return whether amounts may stand below this name.

    `in_time` says that a time stands above it already, `in_dose` that it is a part of a dose.
    """
    words = frozenset(split_words(name))
    of_else = (_TABLES_BY_TIME if in_time else frozenset()) | (_READINGS if in_dose else frozenset())
    is_holder = is_known_name(name) and all(_is_made_of(word, _HOLDER_WORDS) for word in words)
    return is_holder and words.isdisjoint(of_else)


def is_harmless_name(name: str) -> bool:
    """Return whether a name is about something beside an amount, whatever its value is."""
    return all(word in _BESIDE for word in split_words(name))
