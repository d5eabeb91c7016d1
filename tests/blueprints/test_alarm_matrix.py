"""Every automation that we give people, in every way the world can be: it sounds once, and never on old data.

`python -m scripts.alarm_matrix` prints the table.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.blueprints.test_away import AWAY
from tests.support.alarm_house import Matrix, Verdict
from tests.support.alarm_matrix import BLUEPRINTS, DOCUMENTED, Table, documented
from tests.support.notified_home import BLUEPRINTS as FOLDER


def test_the_matrix_knows_each_blueprint_and_each_documented_automation() -> None:
    assert [row.name for row in DOCUMENTED] == list(documented())
    assert {row.name for row in BLUEPRINTS} == {file.stem for file in FOLDER.glob("*.yaml")}


# Something happens, and then a fall, a low, a high and a silence


async def nothing(_: Matrix) -> None:
    """All is well."""


def away(way: str) -> Callable[[Matrix], Awaitable[None]]:
    async def happen(matrix: Matrix) -> None:
        leave, come_back = AWAY[way]
        await leave(matrix.hass, matrix.entry)
        await matrix.pass_time(minutes=3)
        await come_back(matrix.hass, matrix.entry, matrix.account)
        await matrix.pass_time(minutes=2)

    return happen


async def asleep(matrix: Matrix) -> None:
    """The machine is suspended for three hours: no timer rings meanwhile."""
    matrix.freezer.tick(timedelta(hours=3))
    await matrix.pass_time(minutes=3)


BEFORE: Final[dict[str, Callable[[Matrix], Awaitable[None]]]] = {
    "normal": nothing,
    "suspended machine": asleep,
    "automations saved": Matrix.save,
    **{way: away(way) for way in AWAY},
}


@pytest.mark.parametrize("world", BEFORE)
async def test_each_sounds_once_after(matrix: Matrix, table: Table, world: str) -> None:
    await matrix.start()
    await matrix.pass_time(minutes=2)
    await BEFORE[world](matrix)
    assert Verdict(matrix, table, world).of_story(await matrix.tell()) == {}


@pytest.mark.parametrize(
    "matrix",
    [datetime(2027, 3, 28, 0, 25, tzinfo=UTC), datetime(2027, 10, 31, 0, 25, tzinfo=UTC)],
    ids=["clocks go forward", "clocks go back"],
    indirect=True,
)
async def test_each_sounds_once_while(matrix: Matrix, table: Table, request: pytest.FixtureRequest) -> None:
    world = request.node.callspec.id
    await matrix.start()
    await matrix.pass_time(minutes=2)
    assert Verdict(matrix, table, world).of_story(await matrix.tell()) == {}
