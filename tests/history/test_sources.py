"""What the history knows of each source."""

from typing import Final

import pytest

from custom_components.libreview.history import deduplication
from custom_components.libreview.history.deduplication import merge_rows
from custom_components.libreview.history.row_codec import ReadingRow
from custom_components.libreview.history.sources import SOURCE_CODE, TABLE, TRAITS
from custom_components.libreview.history.wall_clocks import KnownRow
from custom_components.libreview.models import Source

ON_DISK: Final = {Source.LIVE: 0, Source.GRAPH: 1, Source.REPORT: 2, Source.CSV: 3}
"""The codes in the files of all who have this integration."""
NOON = 1_780_315_200


def test_codes_on_disk_never_change() -> None:
    assert ON_DISK.items() <= SOURCE_CODE.items()


def test_every_source_has_a_row_and_no_code_is_used_twice() -> None:
    assert [traits.source for traits in TABLE] == list(Source)
    assert len({traits.code for traits in TABLE}) == len(TABLE)


def test_the_rank_and_not_the_code_decides_which_copy_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, live = SOURCE_CODE[Source.GRAPH], SOURCE_CODE[Source.LIVE]
    known, row = KnownRow(NOON, graph, 100, 0), ReadingRow(NOON, 100, live, None, 0, None)
    assert merge_rows([known], [row]).replaced == [NOON]

    monkeypatch.setitem(deduplication._RANKS, graph, TRAITS[Source.LIVE].rank)

    assert merge_rows([known], [row]).known == 1
