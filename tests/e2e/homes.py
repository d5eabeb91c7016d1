"""A Home Assistant for a test, whose log is searched in the end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
import re

from tests.cloud_double import CloudDouble
from tests.home import Home

ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d)", re.MULTILINE)
COMPLAINT = re.compile(
    r"^\S+ \S+ (ERROR|CRITICAL) |^\S+ \S+ WARNING \(.*\[custom_components\."
    r"|^\S+ \S+ (?!DEBUG)(?s:.*)Traceback"  # what explains an error at debug level is none
    r"|Detected that custom integration|will stop working|[Dd]eprecat"
)
# A thread of Home Assistant's own that is ended while it waits for work, as a busy machine shuts down.
ENDED_THREAD = r"\[concurrent\.futures\] Exception in worker\n(?s:.*)\nSystemExit"
# A page that was left while Home Assistant was sending it something.
LEFT_PAGE = r"aiohttp/_websocket/writer\.py(?s:.*)Cannot write to closing transport"
FOREIGN = (ENDED_THREAD, LEFT_PAGE)
"""What Home Assistant logs of itself, with this integration and without."""


def complaints(log: str, provoked: Sequence[str] = ()) -> list[str]:
    """Return what a log has of errors, of announced ends, and of the integration's own warnings.

    What matches one of `provoked` was caused on purpose, and is no complaint.
    """
    return [
        entry
        for entry in ENTRY.split(log)
        if COMPLAINT.search(entry) and not any(re.search(pattern, entry) for pattern in (*FOREIGN, *provoked))
    ]


@asynccontextmanager
async def living(
    folder: Path,
    cloud: CloudDouble,
    *,
    language: str = "en",
    helpers: Sequence[Path] = (),
    provoked: Sequence[str] = (),
) -> AsyncIterator[Home]:
    """Run a Home Assistant that takes the cloud for Abbott's, and search its log once it has stopped."""
    async with Home(folder, cloud=cloud.url_template, language=language, helpers=helpers) as home:
        yield home
    found = complaints(home.log, provoked)
    assert not found, "".join(found)
