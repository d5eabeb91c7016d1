"""A cloud in this process, a Home Assistant in another, a browser, and a folder for pictures."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
import os
from pathlib import Path

from playwright.async_api import Browser
import pytest
import pytest_asyncio
import pytest_socket

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import demo_world
from tests.home import Home

from .browser import launched
from .homes import living

HERE = Path(__file__).parent
TIME_LIMIT = 900
"""Seconds: so slow may a machine be that has other work as well."""
MEASURED = "measured"
SECONDS = {
    "test_own_account": 170,
    "test_blueprints": 130,
    "test_new_user": 130,
    "test_card_alone": 110,
    "test_practice": 110,
    "test_card": 90,
    "test_killed": 70,
    "test_actions": 60,
    "test_automation": 60,
}
"""About how long the files take on two processors that have other work as well."""
OTHERS = 30
"""Seconds that each of the other files takes."""


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, which is slow, needs sockets and has its own time limit.

    All of it runs on one event loop, so that a browser and a Home Assistant can serve several tests.
    """
    ours = [item for item in items if HERE in item.path.parents]
    group_of = _groups({item.path for item in ours})
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        # They mostly wait, so that two at a time are well on a small machine, and more are not.
        item.add_marker(pytest.mark.xdist_group(f"e2e-{group_of[item.path]}"))
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TIME_LIMIT))


def _groups(files: set[Path]) -> dict[Path, int]:
    """Return which of two groups each file belongs to, so that both take about equally long."""
    takes = {file: SECONDS.get(file.stem, OTHERS) for file in sorted(files)}
    group_of: dict[Path, int] = {}
    loads = [0, 0]
    for file in sorted(takes, key=takes.__getitem__, reverse=True):
        group_of[file] = loads.index(min(loads))
        loads[group_of[file]] += takes[file]
    return group_of


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured, also in another process."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [f"{text}\n" for report in reports for key, text in report.user_properties if key == MEASURED]
    if lines:
        terminalreporter.section(MEASURED)
        terminalreporter.write("".join(lines))


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Make no Home Assistant in this process."""


@pytest.fixture(autouse=True)
def _translations() -> None:
    """There is nothing to compare them with: no Home Assistant is in this process."""


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Leave the threads and tasks alone that serve several tests."""


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let every test talk to the processes of this machine."""


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a line at the end of the run: figures that depend on the machine, which no test asserts."""
    return partial(record_property, MEASURED)


@asynccontextmanager
async def _demo_cloud() -> AsyncGenerator[CloudDouble]:
    double = CloudDouble()
    demo_world(double)
    async with double.serving():
        yield double


@pytest_asyncio.fixture(loop_scope="session")
async def cloud() -> AsyncIterator[CloudDouble]:
    """A cloud with the accounts of the demo."""
    async with _demo_cloud() as double:
        yield double


@pytest.fixture
def provoked() -> list[str]:
    """The errors that a test causes on purpose, as patterns; the log of `home` may have these alone."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def home(cloud: CloudDouble, tmp_path: Path, provoked: list[str]) -> AsyncIterator[Home]:
    """A new Home Assistant that takes the cloud for Abbott's."""
    async with living(tmp_path / "config", cloud, provoked=provoked) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_cloud() -> AsyncIterator[CloudDouble]:
    """The cloud of `shared_home`."""
    pytest_socket.enable_socket()
    async with _demo_cloud() as double:
        yield double


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_home(
    shared_cloud: CloudDouble, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    """A Home Assistant for all tests of a module, which must not mind what the others have done to it."""
    async with living(tmp_path_factory.mktemp("shared"), shared_cloud) as house:
        yield house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A browser for all tests, each of which opens pages of its own in it."""
    async with launched() as headless:
        yield headless


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    named = os.environ.get("LIBREVIEW_SCREENSHOTS")
    return Path(named) if named else tmp_path_factory.mktemp("screenshots")
