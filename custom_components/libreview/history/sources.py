"""The table of sources: what each kind of reading is worth, and how it is written on disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTraits:
    """What the history has to know of a source."""

    source: Source
    code: int
    """The number on disk. It never changes, and none is used twice: a new source takes the next one."""
    rank: int
    """Of copies of one reading that of the lowest rank is kept: it says more; of equal ones the newer."""
    has_exact_times: bool
    """True for instants; False for a wall clock, to the minute, that was resolved to instants."""
    is_live: bool
    """True if readings come as they are measured, so that Home Assistant's recorder has seen them."""
    may_go: bool
    """True if people can take its readings away again: those of a login, with it, and those of a file."""


TABLE: Final = (
    SourceTraits(source=Source.LIVE, code=0, rank=10, has_exact_times=True, is_live=True, may_go=False),
    SourceTraits(source=Source.GRAPH, code=1, rank=20, has_exact_times=True, is_live=False, may_go=False),
    SourceTraits(source=Source.REPORT, code=2, rank=30, has_exact_times=False, is_live=False, may_go=True),
    SourceTraits(source=Source.CSV, code=3, rank=40, has_exact_times=False, is_live=False, may_go=True),
)
"""All sources. A rank may be given between two others, or twice, without any file on disk being changed."""

TRAITS: Final[Mapping[Source, SourceTraits]] = {traits.source: traits for traits in TABLE}
TRAITS_BY_CODE: Final[Mapping[int, SourceTraits]] = {traits.code: traits for traits in TABLE}
SOURCE_CODE: Final[Mapping[Source, int]] = {traits.source: traits.code for traits in TABLE}
