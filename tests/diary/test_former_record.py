"""What the records of version 0.1.0 held."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.libreview.cloud.floating_time import SeenOffset
from custom_components.libreview.diary.former_record import offsets_from_json, offsets_to_json

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_offsets_that_cannot_be_moved_yet_are_written_as_they_were_read() -> None:
    seen = (SeenOffset(NOON, timedelta(hours=2)), SeenOffset(NOON + timedelta(hours=1), timedelta(hours=9)))
    assert offsets_from_json(offsets_to_json(seen)) == seen


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "text",
        [1],
        [["soon", 0]],
        [["2026-06-01T12:00:00+00:00", "x"]],
        [["2026-06-01T12:00:00+00:00", 1e300]],
        [["2026-06-01T12:00:00+00:00", 360000]],
        [["2026-06-02T12:00:00+00:00", 0], ["2026-06-01T12:00:00+00:00", 0]],
    ],
    ids=str,
)
def test_offsets_that_are_not_understood_count_as_none(value: Any) -> None:
    assert offsets_from_json(value) == ()
