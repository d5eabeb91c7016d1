"""Which rows of a day are entries that hold: a pure function of all that reports and files have told.

Nothing that was told is deleted for something that was told later, so that an import can be taken back, and
so that it makes no difference in which order a report and a file come.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..models import Precision
from .entry_matching import NAMED_BY_TEXT, EntryKey, EntryRow, Standing, match_reported

_WAS_TOLD = (Standing.CONFIRMED, Standing.WITHDRAWN)


def resolve_day(rows: Iterable[EntryRow]) -> dict[int, Standing]:
    """Return the standing of each row of one day, by its number.

    Of the rows of reports, those that are withdrawn stay so. The word of the app that is the last one counts:

    - A row of a file and a reported one of its hour are one entry.
    - A row of a file that reports have withdrawn does not hold, unless the file was made after that report.
    - Of two files, the later one's word on a minute and a kind counts, but for notes, of which a minute may
      hold several. It does not count against a report, unless the file was made after that report.
    """
    groups: defaultdict[tuple[int, str], list[EntryRow]] = defaultdict(list)
    for row in rows:
        groups[row.key.hour[:2]].append(row)
    return {number: standing for group in groups.values() for number, standing in _resolve(group).items()}


def _resolve(all_rows: Sequence[EntryRow]) -> dict[int, Standing]:
    """Return the standing of each row of one hour and kind: no row says anything of another one's."""
    standings = dict.fromkeys((row.id for row in all_rows), Standing.REPLACED)
    reported = [row for row in all_rows if not row.file]
    alive = [row for row in reported if row.standing is not Standing.WITHDRAWN]
    dead = [row for row in reported if row.standing is Standing.WITHDRAWN]
    filed = _without_moved(_distinct(row for row in all_rows if row.file), reported)
    # What a file made later still has is not what was withdrawn: of equal ones it is another one.
    certain = {row.id for row in filed if all(row.is_later_than(each) for each in dead)}
    told = match_reported(alive, filed, certain=certain)
    confirmed = {same.id: row for row, same in told if same is not None}
    withdrawn = _find_withdrawn(dead, [row for row in filed if row.id not in confirmed])
    open_rows = [row for row in filed if row.id not in withdrawn]
    untold = _resolve_untold(open_rows, confirmed)
    rivals = _by_minute(untold)
    outdone = {
        row.id
        for row in open_rows
        if (report := confirmed.get(row.id)) is not None
        and any(_is_rival(each, row) and each.is_later_than(report) for each in rivals[row.minute])
    }
    unfiled = _without_corrected([row for row, same in told if same is None], untold)
    for standing, ids in (
        (Standing.WITHDRAWN, (*withdrawn, *(row.id for row in dead))),
        (Standing.CONFIRMED, confirmed.keys() - outdone),
        (Standing.UNTOLD, (row.id for row in (*untold, *unfiled))),
    ):
        standings |= dict.fromkeys(ids, standing)
    return standings


def _distinct(filed: Iterable[EntryRow]) -> list[EntryRow]:
    """Return one row for each entry that several files tell: the last one's, which knows its text best."""
    last: dict[EntryKey, EntryRow] = {}
    for row in sorted(filed, key=lambda row: row.file):
        before = last.get(row.key)
        was_told = before is not None and before.standing in _WAS_TOLD
        last[row.key] = row._replace(standing=before.standing) if before and was_told else row
    return list(last.values())


def _without_moved(filed: Sequence[EntryRow], reported: Sequence[EntryRow]) -> list[EntryRow]:
    """Return rows of files without those whose entry a later file has at another minute of the hour.

    An entry counts as moved where reports have told fewer of its hour than the files together.
    """
    by_hour: dict[tuple[int, str, float | None, str], list[EntryRow]] = {}
    for row in filed:
        by_hour.setdefault(row.key.hour, []).append(row)
    told = Counter(row.key.hour for row in reported if row.key.precision == Precision.HOUR)
    moved: set[int] = set()
    for hour, rows in by_hour.items():
        surplus = len(rows) - told[hour]
        if told[hour] and surplus > 0:
            earlier = _find_earlier(rows)
            moved |= {row.id for row in [row for row in rows if row.id in earlier][:surplus]}
    return [row for row in filed if row.id not in moved]


def _find_earlier(rows: Sequence[EntryRow]) -> set[int]:
    """Return the numbers of rows, equal but for the minute, that a later file may have at another one.

    Each row may be one row of every earlier file, for an entry may move more than once.
    """
    minutes: defaultdict[tuple[int, int, int], list[EntryRow]] = defaultdict(list)
    for row in rows:
        minutes[row.key.wall, row.file, row.told_at].append(row)
    later = {
        minute: [other for other, (example, *_) in minutes.items() if _is_moved(row, example)]
        for minute, (row, *_) in minutes.items()
    }
    staying = {minute: len(equal) for minute, equal in minutes.items()}
    moved: Counter[int] = Counter()
    earlier: set[int] = set()
    for minute in sorted(minutes, key=lambda minute: len(later[minute])):  # The latest first.
        _, file, _ = minute
        most = max(sum(staying[other] for other in later[minute]) - moved[file], 0)
        found = minutes[minute][:most]
        earlier |= {row.id for row in found}
        staying[minute] -= len(found)
        moved[file] += len(found)
    return earlier


def _is_moved(row: EntryRow, other: EntryRow) -> bool:
    return other.key.wall != row.key.wall and other.is_later_than(row)


def _find_withdrawn(dead: Sequence[EntryRow], filed: Sequence[EntryRow]) -> set[int]:
    """Return the numbers of the rows of files that reports told once and tell no more."""
    withdrawn: set[int] = set()
    waiting = list(dead)
    for was_told in (True, False):  # What was told before is what was withdrawn, rather than what never was.
        for row in tuple(waiting):
            candidates = [
                each
                for each in filed
                if each.id not in withdrawn
                and (each.standing in _WAS_TOLD) is was_told
                and not each.is_later_than(row)
                and (was_told or each.key.amount == row.key.amount)
            ]
            _, same = match_reported([row], candidates)[0]
            if same is not None:
                withdrawn.add(same.id)
                waiting.remove(row)
    return withdrawn


def _resolve_untold(filed: Sequence[EntryRow], confirmed: Mapping[int, EntryRow]) -> list[EntryRow]:
    """Return the rows that hold of those that no report tells: files may differ on a minute and kind."""
    rivals = _by_minute(filed, confirmed)
    return [
        row
        for row in filed
        if row.id not in confirmed
        and not any(_is_rival(each, row) and _is_outdone(row, each, confirmed) for each in rivals[row.minute])
    ]


def _by_minute(
    rows: Iterable[EntryRow], confirmed: Mapping[int, EntryRow] | None = None
) -> defaultdict[tuple[int, str], list[EntryRow]]:
    """Return rows by minute and kind: of those that are as late and as well confirmed, one will do."""
    examples = {
        (row.minute, row.file, row.told_at, report and report.told_at): row
        for row in rows
        for report in [(confirmed or {}).get(row.id)]
    }
    found: defaultdict[tuple[int, str], list[EntryRow]] = defaultdict(list)
    for row in examples.values():
        found[row.minute].append(row)
    return found


def _is_rival(row: EntryRow, other: EntryRow) -> bool:
    """Return True if two files tell different things of one minute and kind."""
    is_same_minute = row.minute == other.minute and row.key.kind not in NAMED_BY_TEXT
    return is_same_minute and row.file != other.file


def _is_outdone(row: EntryRow, rival: EntryRow, confirmed: Mapping[int, EntryRow]) -> bool:
    """Return True if another file's word on the minute of an untold row counts instead."""
    if (report := confirmed.get(rival.id)) is not None:
        return not row.is_later_than(report)
    return rival.is_later_than(row)


def _without_corrected(unfiled: Sequence[EntryRow], untold: Sequence[EntryRow]) -> list[EntryRow]:
    """Return reported rows without those in whose hour a file made later has something else of the kind."""
    corrections = [row for row in untold if row.key.kind not in NAMED_BY_TEXT]
    staying = []
    for row in unfiled:
        later = next((each for each in corrections if each.is_later_than(row)), None)
        if later is None:
            staying.append(row)
        else:
            corrections.remove(later)
    return staying
