"""Whatever happens in whatever order, the store has of the diary what the app last told.

`LIBREVIEW_RANDOM_HISTORIES` is how many sequences are tried, 30 where nobody says so.
"""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.history.random_histories import RandomHistory

COUNT: Final = int(os.environ.get("LIBREVIEW_RANDOM_HISTORIES", "30"))
STEPS: Final = 60


@pytest.mark.parametrize("seed", range(COUNT))
def test_what_holds_is_what_the_app_last_told(seed: int, tmp_path: Path) -> None:
    RandomHistory(seed, tmp_path / "history.db").run(STEPS)
