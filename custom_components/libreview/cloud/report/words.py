"""The meanings of the names in a report: a table of patterns, which grows by a line with each new name.

The names that LibreView's Daily Log gives to notes, carbohydrates and insulin are recorded nowhere public, so
names are understood by the words in them. When in doubt a name means nothing: it is better to miss an entry,
and to count the name among the unknown ones, than to take a wrong number for a dose.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
import re
from typing import Final

from ...models import EntryKind
from .splitting import LONGEST_NAME, split_words
from .times import Clue


class Topic(Enum):
    """The subjects of numbers besides the kinds of entries."""

    INSULIN = auto()
    """Insulin whose type something else has to say."""
    GLUCOSE = auto()


type Subject = EntryKind | Topic


class Role(Enum):
    """The roles of the values under a name."""

    DERIVED = auto()
    """Totals, targets, settings and the like: nothing below is an entry."""
    IRRELEVANT = auto()
    """Nothing of an entry, such as ids and colours."""
    DELETED = auto()
    TIME = auto()
    TYPE = auto()
    """The name of the kind, such as "RapidActing"."""
    TITLE = auto()
    """A text that may be the name of the kind, or anything else."""
    NON_NUMERIC = auto()
    NUMERIC = auto()
    PRESENCE = auto()
    """A flag that something was logged."""
    SUBJECT = auto()
    AMOUNT = auto()
    TEXT = auto()
    WRAPPER = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a name."""

    role: Role
    subject: Subject | None = None
    clue: Clue | None = None
    in_insulin: EntryKind | None = None
    """Its subject where something around it is about insulin: "fast", "long", "meal"."""
    part: bool = False
    """If it is about insulin, then about a part of a dose that may also stand as a whole: a correction."""
    measured: bool = False
    """Whether it names a number as an amount."""
    counted: bool = False
    """Whether a plain number is rather a count of entries, or the sum of a day."""
    not_by_sensor: bool = False
    """Whether it is glucose that the sensor did not measure."""


KINDS: Final[tuple[tuple[str, Subject], ...]] = (
    (r"rapid|bolus|prandial|(?:fast|short|quick)_?acting|schnellwirk", EntryKind.RAPID_ACTING_INSULIN),
    (r"(?:meal|food|correction|corrective)_?(?:insulin|dose|units?_)", EntryKind.RAPID_ACTING_INSULIN),
    (r"(?:insulin|dose)_?(?:for_?)?(?:meal|food|correction)", EntryKind.RAPID_ACTING_INSULIN),
    (r"(?:fast|short|quick)_?insulin|insulin_?(?:fast|short|quick)", EntryKind.RAPID_ACTING_INSULIN),
    (r"basal|(?:long|slow)_?(?:acting|lasting)|depot_?insulin|prolong", EntryKind.LONG_ACTING_INSULIN),
    (r"(?:long|slow|background)_?insulin|insulin_?(?:long|slow|background)", EntryKind.LONG_ACTING_INSULIN),
    (r"langwirk|langwerk|verzogerungs|_lenta_|_larga_|_lunga_", EntryKind.LONG_ACTING_INSULIN),
    (r"insulin|_injections?_", Topic.INSULIN),
    (r"carb|kohlenhydrat|glucid|koolhydra|kolhydrat|hidrato|_cho_", EntryKind.CARBOHYDRATES),
    (r"food|_meals?_|_snacks?_|nahrung|aliment|_mahlzeit", EntryKind.CARBOHYDRATES),
    (r"note|comment|memo_|memos_|remark|notiz|notiti|anteckning|_notas_|annotation", EntryKind.NOTE),
)
"""Pieces of names, with their subjects. In names, words are separated and lowered: `_rapid_acting_`."""

_NOTE_LAST: Final = re.compile(r"(?:notes?|comments?|memos?|remarks?|notizen)_$")
_BARE_IN_INSULIN: Final = {
    **dict.fromkeys(("_fast_", "_short_", "_quick_"), EntryKind.RAPID_ACTING_INSULIN),
    **dict.fromkeys(("_meal_", "_correction_", "_mealtime_"), EntryKind.RAPID_ACTING_INSULIN),
    **dict.fromkeys(("_long_", "_slow_", "_background_", "_depot_"), EntryKind.LONG_ACTING_INSULIN),
}
_MIXED: Final = re.compile(r"mix|combi")
_PART: Final = re.compile(r"meal|food|correcti|prandial")
_GLUCOSE: Final = re.compile(
    r"glucos|glukos|glycemi|sensor|_(?:bg|sg|cgm|scans?|scanned|readings?|historic|mgdl|mmol)_|scans_$"
)
_NOT_BY_SENSOR: Final = re.compile(r"strip|blood|meter|finger|manual|calibrat")
_DERIVED: Final = re.compile(
    "total|per_?day|average|avg|median|maxim|minim|percent|target|goal|setting|threshold|limit_|statist|summar"
    "|deviation|suggest|recommend|advi[cs]|planned|proposed|estimat|predict|schedul|onboard|sensitivit|default"
    "|remaining|prescri|calculat|carb_?ratio|insulin_?ratio|on_board"
    "|_(?:mean|max|min|sum|ratio|rate|per|counts?|num|number|ranges?|std|sd|cv|tdd|iob|cob|active|last"
    "|previous|prev|next|pct|index|order|sequence|seq|percentiles?|factor|trend|change|rise|rising|fall|falling"
    "|limits|stats|options?|preferences?|config|profile|legend|daily_dose)_"
    "|^_(?:max|min|sum|num)(?!ute|s_|_|of|since|mer)"
)
_ONLY_PER_HOUR: Final = re.compile(r"_per_?hour_")
_OTHER_TIME: Final = re.compile(
    r"creat|updat|upload|modif|edit|generat|import|export|factory|utc|_(?:end|ended|stop|until|to|sync|synced)_"
    r"|_end|duration|offset|zone"
)
_IRRELEVANT: Final = re.compile(
    r"guid|uuid|colou?r|icon|image|style|serial|device|firmware|locale|culture|language|weekday|ketone|exercise"
    r"|calorie|protein|fiber|fibre|energy|weight|alarm|hypo|hyper|timechange|time_change|is_current"
    r"|_(?:ids?|kcal|fat|css|font|width|height|format|version|source|status|week|activity|steps|sugars?|stress"
    r"|battery|heart|pressure|lot|brand|hidden|visible|selected)_"
)
_TIME_UNIT: Final = re.compile(r"(?<=time|poch|tamp|._at|._on)_(?:ms|millis\w*|msecs?|secs?|seconds?)_$")
"""The unit of an instant, which its size shows anyway."""
_OF_DAY: Final = re.compile(
    r"_(min|minute|second|sec)s?_?(?:of|since|from|after|past|in)_?(?:the_?)?(?:day|midnight)"
)
_CLUES: Final = (
    (re.compile(r"^_(?:hours?|hr|hh|h)_$|hour_?of_?day_$|(?<!by)(?<!by_)(?<!per)(?<!per_)hour_$"), Clue.HOUR),
    (re.compile(r"^_(?:minutes?|mm)_$|_minute_$"), Clue.MINUTE),
    (re.compile(r"date_?time_$|timestamp_$|time_?of_?day_$|local_?time_$"), Clue.INSTANT),
    (re.compile(r"_(?:date|day|calendar_?date|date_of_\w+)_$|date_$"), Clue.DATE),
    (
        re.compile(r"(?:^|_)(?:time|when|ts|epoch|at|clock|start|begin|occurred|\w*ed_on)_$"),
        Clue.INSTANT,
    ),
    (re.compile(r"^_[tx]_$|[a-z](?:time|epoch)_$"), Clue.INSTANT),
)
_TYPE: Final = re.compile(r"(?:type|kind|category|subtype|action|speed|class)_$")
_TITLE: Final = re.compile(r"^_(?:name|label|title|key|series|code|field|what)_$")
_NON_NUMERIC: Final = re.compile(
    r"non_?numeric|not_?numeric|(?:no|without|unknown)_(?:amount|value|quantity|units?|grams)|unspecified|unquantified"
)
_NUMERIC: Final = re.compile(r"^_(?:is_|has_)?numeric_$")
_PRESENCE: Final = re.compile(
    r"^_(?:is|has|have|was|did|had|any|contains|with)_|_(?:flag|flagged|logged|taken|given|present|exists|recorded"
    r"|noted|entered|eaten|marked|marker)_|flag_$|logged_$|^_has"
)
_SERVINGS: Final = re.compile(r"servings?|portions?|exchanges?|_be_|_ke_|bread|choices?_|_pieces?_")
_AMOUNT: Final = re.compile(
    r"amount|dosage|quantity|grams?_|units?_|^_y_$|_(?:values?|val|doses?|gr?|u|iu|qty|gms?|numeric)_|value_$|dose_$|gramm|einheiten"
)
_UNIT: Final = re.compile(r"units?_|_uom_|measure")
_COUNTED: Final = re.compile(
    r"_(?:doses|boluses|injections|shots|entries|events|records|foods)_$|_(?:today|daily|day|per)_"
)
_WHOLE_DAY: Final = re.compile(r"daily|today|_days?_")
_MEAL_LAST: Final = re.compile(r"_(?:meal|snack)s?_$")
_TEXT: Final = re.compile(r"_(?:text|content|message|body|description|desc)_$")
_DELETED: Final = re.compile(r"deleted|removed|cancel|_void_|voided|invalid")
_ROLES: Final = (
    (_IRRELEVANT, Role.IRRELEVANT),
    (_TYPE, Role.TYPE),
    (_NON_NUMERIC, Role.NON_NUMERIC),
    (_NUMERIC, Role.NUMERIC),
)
_PLAIN_ROLES: Final = ((_TEXT, Role.TEXT), (_TITLE, Role.TITLE), (_AMOUNT, Role.AMOUNT), (_UNIT, Role.AMOUNT))
"""Roles of names that have no subject themselves."""
_WRAPPERS: Final = frozenset(
    """
    all and array at attributes blocks bucket buckets by cell cells children col cols column columns
    daily dailylog data day daylog days detail details diary dict entries entry event events
    extended extra for group groups history hour hourlog hourly hours in info item items journal
    list lists log logbook logs map medication medications meds node nodes object objects of patient
    payload per period periods person point points properties props raw record records result
    results row rows section sections self series slot slots table tables the time timeline times
    treatment treatments user users value values wrapper
    """.split()
)
_OPAQUE: Final = re.compile(
    r"\W*|[-\d.:T/ ,]+(?:\s?[aApP][mM])?|[{(]?[0-9a-fA-F]{8}-[-0-9a-fA-F]+[)}]?|[0-9a-fA-F]{16,}"
    r"|(?:[hH]|[hH]r|[hH]our)_?\d\d?"
)
_PRINTABLE: Final = re.compile(r"(?=[^a-z]*[a-z])[a-z0-9_.-]{1,40}", re.ASCII | re.IGNORECASE)
_FILLERS: Final = _WRAPPERS | frozenset("acting dose doses units unit grams gram g u amount log".split())


def is_opaque(name: str) -> bool:
    """Return whether a key is no name, but an index, an id or a time, which stand between the names."""
    return _OPAQUE.fullmatch(name) is not None


def is_printable(name: str) -> bool:
    """Return whether a name may be shown to others: one plain word, no text, id or name of a person."""
    return _PRINTABLE.fullmatch(name) is not None and not is_opaque(name)


@lru_cache(maxsize=2048)
def parse_name(name: str) -> Meaning:
    """Return the meaning of a name, by the words in it."""
    if len(name) > LONGEST_NAME or is_opaque(name):
        return _WRAPPER if is_opaque(name) else _UNKNOWN
    words = split_words(name)
    joined = f"_{'_'.join(words)}_"
    if match := _OF_DAY.search(joined):
        return Meaning(Role.TIME, clue=Clue.MINUTE_OF_DAY if match[1].startswith("m") else Clue.SECOND_OF_DAY)
    joined = _TIME_UNIT.sub("_", joined)
    per_hour = _ONLY_PER_HOUR.search(joined) is not None
    if _DERIVED.search(joined.replace("_per_", "_") if per_hour else joined):
        return Meaning(Role.DERIVED)
    if _OTHER_TIME.search(joined):
        return Meaning(Role.IRRELEVANT)
    subject = _find_subject(joined)
    clue = next((clue for pattern, clue in _CLUES if pattern.search(joined)), None)
    if _DELETED.search(joined):
        return Meaning(Role.DELETED)
    role = Role.TIME if clue is not None else _find_role(joined, subject, words)
    part = (
        _BARE_IN_INSULIN.get(joined, subject) is EntryKind.RAPID_ACTING_INSULIN
        and _PART.search(joined) is not None
    )
    return Meaning(
        role,
        subject=subject,
        clue=clue,
        in_insulin=_BARE_IN_INSULIN.get(joined),
        part=part,
        measured=part or _AMOUNT.search(joined) is not None,
        counted=per_hour
        or _COUNTED.search(joined) is not None
        or (subject is EntryKind.CARBOHYDRATES and _MEAL_LAST.search(joined) is not None),
        not_by_sensor=_NOT_BY_SENSOR.search(joined) is not None,
    )


def parse_subject(text: str) -> Subject | None:
    """Return the subject that a text names and nothing else, such as "Rapid-acting insulin"."""
    if len(text) > LONGEST_NAME:
        return None
    words = split_words(text)
    subject = _find_subject(f"_{'_'.join(words)}_")
    plain = all(
        word in _FILLERS or _find_subject(f"_{word}_") or f"_{word}_" in _BARE_IN_INSULIN for word in words
    )
    return subject if plain else None


def is_of_whole_day(name: str) -> bool:
    """Return whether this names the sum of a day."""
    return _WHOLE_DAY.search(f"_{'_'.join(split_words(name))}_") is not None


@lru_cache(maxsize=2048)
def names_unit(name: str) -> bool:
    """Return whether a text under this name is a unit."""
    return _UNIT.search(f"_{'_'.join(split_words(name))}_") is not None


def names_servings(name: str) -> bool:
    """Return whether this names a measure of carbohydrates other than grams."""
    return _SERVINGS.search(f"_{'_'.join(split_words(name))}_") is not None


_UNKNOWN: Final = Meaning(Role.UNKNOWN)
_WRAPPER: Final = Meaning(Role.WRAPPER)


def _find_subject(joined: str) -> Subject | None:
    if _NOTE_LAST.search(joined) and any(re.search(piece, joined) for piece, _ in KINDS):
        return EntryKind.NOTE
    if _GLUCOSE.search(joined):
        return Topic.GLUCOSE
    found = [subject for piece, subject in KINDS if re.search(piece, joined)]
    if EntryKind.RAPID_ACTING_INSULIN in found and EntryKind.LONG_ACTING_INSULIN in found:
        return Topic.INSULIN
    if _MIXED.search(joined) and found and found[0] is not EntryKind.CARBOHYDRATES:
        return Topic.INSULIN
    return found[0] if found else None


def _find_role(joined: str, subject: Subject | None, words: tuple[str, ...]) -> Role:
    for pattern, role in _ROLES:
        if pattern.search(joined):
            return role
    if _PRESENCE.search(joined):
        return Role.PRESENCE if subject else Role.IRRELEVANT
    if _SERVINGS.search(joined):
        return Role.PRESENCE
    if subject or joined in _BARE_IN_INSULIN:
        return Role.SUBJECT
    for pattern, role in _PLAIN_ROLES:
        if pattern.search(joined):
            return role
    return Role.WRAPPER if words and _WRAPPERS.issuperset(words) else Role.UNKNOWN
