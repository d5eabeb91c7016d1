"""The words that may stand around an amount: the closed list that decides whether a dose is understood.

An amount is taken only where every word of its name and of the names beside it stands here. Nothing has to be
known about what is wrong with an amount (a plan, a rate, a scale): a word that is missing here is enough.
"""

from functools import lru_cache
import re
from typing import Final

from ...models import EntryKind
from .words import LONGEST_NAME, Role, is_opaque, parse_name, split_words

_KINDS: Final = """
    rapid long fast short quick slow background depot acting lasting insulin insulins basal bolus
    boluses prandial dose doses dosage injection injections carb carbs carbohydrate carbohydrates
    cho glucides food foods meal meals snack snacks mealtime correction note notes comment comments
    memo memos remark remarks annotation annotations
"""
_AMOUNTS: Final = """
    amount amounts quantity qty value values val unit units u iu gram grams gm gms gr g uom measure
    numeric non not unspecified unquantified type kind category subtype action class name label
    title text texts content body message description desc
"""
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
_BESIDE: Final = frozenset(
    """
    id ids guid uuid color colour colors icon icons image style css font width height span format
    version serial device firmware locale culture language weekday week source brand lot index order
    number sequence user patient app manual auto sensor glucose reading readings bg sg cgm mgdl mmol
    scan scans historic strip blood average avg mean median total totals sum sums count counts
    target targets threshold percent goal subtotal recommended pre post marker symbol radius scatter
    tooltip axis y suffix suspect flag servings serving portion portions exercise protein proteins
    fiber fibre fat sugar sugars kcal calories calorie energy ketone ketones
""".split()
)
"""Words of what may stand beside an amount and does not change it."""
_WORDS: Final = _BESIDE | frozenset(f"{_KINDS} {_AMOUNTS} {_TIMES} {_WRAPPERS}".split())
_FOREIGN: Final = re.compile(
    r"kohlenhydrat\w{0,3}|glucid\w{0,3}|koolhydra\w{0,5}|kolhydrat\w{0,3}|hidratos?|einheit(?:en)?|gramm"
    r"|schnellwirk\w{0,7}|langwirk\w{0,7}|langwerk\w{0,4}|lenta|larga|lunga|notiz(?:en)?"
)
_NEGATIONS: Final = frozenset("no non not without unknown unspecified".split())
"""Words that turn a name round, and are known only where that says that there is no amount."""
_NO_GRAMS: Final = frozenset("units dose doses".split())
"""Words of a number of carbohydrates that is not in grams."""
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
def _is_known_word(word: str) -> bool:
    """Return whether a word, in small letters, is one of the list or put together of such."""
    if word in _WORDS or _FOREIGN.fullmatch(word):
        return True
    return any(
        word[:end] in _WORDS and _is_known_word(word[end:])
        for end in range(_SHORTEST, len(word) - _SHORTEST + 1)
    )


@lru_cache(maxsize=2048)
def is_known_name(name: str) -> bool:
    """Return whether every word of a name is known."""
    if is_opaque(name):
        return True
    words = split_words(name) if len(name) <= LONGEST_NAME else []
    if parse_name(name).subject is EntryKind.CARBOHYDRATES and not _NO_GRAMS.isdisjoint(words):
        return False
    known = bool(words) and all(_is_known_word(word) or word in _NEGATIONS for word in words)
    return known and (_NEGATIONS.isdisjoint(words) or parse_name(name).role is Role.NON_NUMERIC)


def is_harmless_name(name: str) -> bool:
    """Return whether a name is about something beside an amount, whatever its value is."""
    return all(word in _BESIDE for word in split_words(name))
