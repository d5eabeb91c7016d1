"""The demo, as `scripts/develop` starts it once the tools are there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import signal
import socket
import sys

import aiohttp

from tests.home import free_port

from .homes import complaints

CHECKOUT = Path(__file__).parents[2]
READY_WITHIN = 180


async def test_the_demo_starts_tells_where_everything_is_and_stops_on_ctrl_c(
    socket_enabled: None, tmp_path: Path
) -> None:
    port, cloud_port = free_port(), free_port()
    async with _demo(tmp_path / "demo", port, cloud_port) as demo:
        told = await _told_until(demo, "Ready")
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            assert response.status == 200
        demo.send_signal(signal.SIGINT)
        rest, _ = await demo.communicate()

    assert demo.returncode == 0, rest
    assert f"http://127.0.0.1:{port}/glucose" in told
    assert f"http://127.0.0.1:{cloud_port}" in told
    assert "Alex Example, Robin Sample, Sam Specimen" in told
    assert "Stopped" in rest.decode()
    assert not complaints((tmp_path / "demo" / "console.log").read_text(encoding="utf-8"))


async def test_the_demo_says_what_to_do_when_its_port_is_taken(socket_enabled: None, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with _demo(tmp_path / "demo", port, free_port()) as demo:
            said, _ = await demo.communicate()

    assert demo.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in said.decode()
    assert f"scripts/develop --port {port + 1}" in said.decode()


@asynccontextmanager
async def _demo(folder: Path, port: int, cloud_port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the demo, and see to it that it ends."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.home", "--folder", str(folder), "--port", str(port), "--cloud-port", str(cloud_port)),
        cwd=CHECKOUT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield demo
    finally:
        if demo.returncode is None:
            demo.terminate()
            await demo.wait()


async def _told_until(demo: asyncio.subprocess.Process, word: str) -> str:
    assert demo.stdout is not None
    told = ""
    async with asyncio.timeout(READY_WITHIN):
        while word not in told:
            line = await demo.stdout.readline()
            assert line, f"the demo ended:\n{told}"
            told += line.decode()
    return told
