"""A cloud in this process, a Home Assistant in another, and a folder for pictures."""

from collections.abc import AsyncIterator, Callable
from functools import partial
import os
from pathlib import Path

import pytest

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import demo_world
from tests.home import Home

HERE = Path(__file__).parent
TIME_LIMIT = 240
MEASURED = "measured"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, which is slow, needs sockets and has its own time limit."""
    ours = [item for item in items if HERE in item.path.parents]
    files = sorted({item.path for item in ours})
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        # They mostly wait, so that two at a time are well on a small machine, and more are not.
        item.add_marker(pytest.mark.xdist_group(f"e2e-{files.index(item.path) % 2}"))
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TIME_LIMIT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured, also in another process."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [f"{text}\n" for report in reports for key, text in report.user_properties if key == MEASURED]
    if lines:
        terminalreporter.section(MEASURED)
        terminalreporter.write("".join(lines))


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a line at the end of the run: figures that depend on the machine, which no test asserts."""
    return partial(record_property, MEASURED)


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[CloudDouble]:
    """A cloud with the accounts of the demo."""
    double = CloudDouble()
    demo_world(double)
    async with double.serving():
        yield double


@pytest.fixture
async def home(cloud: CloudDouble, tmp_path: Path) -> AsyncIterator[Home]:
    """A new Home Assistant that takes the cloud for Abbott's."""
    async with Home(tmp_path / "config", cloud=cloud.url_template) as house:
        yield house


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    named = os.environ.get("LIBREVIEW_SCREENSHOTS")
    return Path(named) if named else tmp_path_factory.mktemp("screenshots")
