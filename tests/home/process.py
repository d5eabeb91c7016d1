"""The process of a real Home Assistant: started, awaited, stopped, started again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import signal
import socket
import sys
from types import TracebackType
from typing import Self

import aiohttp

from .client import Client, HomeError
from .seeds import seed

STUBS = Path(__file__).parent / "stubs"
START_LIMIT = 120.0
STOP_LIMIT = 30.0


class HomeNotRunningError(Exception):
    """Home Assistant did not start, or ended by itself; the message ends with its last words."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Home:
    """A Home Assistant with this checkout's integration, on 127.0.0.1 only, that never needs the internet.

    `folder` is its configuration folder, made ready when it is empty and kept afterwards, so that
    a second start finds what the first one left. `cloud` is the template that stands for Abbott's
    hosts, `language` the one that entities are named in. The interpreter of another Home Assistant
    version can be named by `python` or by the environment's LIBREVIEW_HOME_PYTHON. `helpers` are folders of
    integrations that it has besides, `environment` what its process finds there besides.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        cloud: str = "",
        python: str | None = None,
        login: bool = True,
        language: str = "en",
        log_level: str = "debug",
        helpers: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the house; `start` makes it real."""
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.cloud = cloud
        self.client = Client(self.url)
        self._python = python or os.environ.get("LIBREVIEW_HOME_PYTHON") or sys.executable
        self._login = login
        self._language = language
        self._log_level = log_level
        self._helpers = helpers
        self._more_environment = environment or {}
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    async def __aenter__(self) -> Self:
        """Start, and stop afterwards."""
        try:
            await self.start()
        except BaseException:
            await self.client.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()
        await self.client.close()

    @property
    def url(self) -> str:
        """The address of the frontend and of the interfaces, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def console(self) -> Path:
        """The file with everything that Home Assistant has written to its console since the first `start`."""
        return self.folder / "console.log"

    @property
    def process_id(self) -> int:
        """The number of the process. Raises HomeNotRunningError when there is none."""
        if self._process is None:
            raise HomeNotRunningError("Home Assistant was not started.")
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything Home Assistant has logged since the first `start`."""
        return self.console.read_text(encoding="utf-8", errors="replace") if self.console.exists() else ""

    async def start(self) -> None:
        """Start and wait until everything is set up. Raises HomeNotRunningError when that fails."""
        seed(
            self.folder,
            port=self.port,
            login=self._login,
            language=self._language,
            log_level=self._log_level,
            helpers=self._helpers,
        )
        inhabited = (self.folder / ".storage" / "auth_provider.homeassistant").exists()
        with self.console.open("ab" if self._starts else "wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                self._python,
                *("-m", "homeassistant", "--config", str(self.folder), "--skip-pip"),
                cwd=self.folder,  # else `-m` would put this checkout's tests on the import path
                env=self._environment(os.environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to pass on
            )
        self._starts += 1
        try:
            async with asyncio.timeout(START_LIMIT):
                await self._answering("/manifest.json")
                if inhabited:
                    await self._patiently(self.client.sign_in)
                else:
                    await self._patiently(self.client.move_in)
                await self._running()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ask Home Assistant to shut down, which writes everything to disk, and wait for it."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT)
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def kill(self) -> None:
        """End Home Assistant as a power failure does."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def ended(self) -> None:
        """Wait until Home Assistant ends by itself."""
        if self._process is not None:
            await self._process.wait()

    def _environment(self, ours: Mapping[str, str]) -> dict[str, str]:
        environment = {key: value for key, value in ours.items() if not key.startswith(("COV_", "PYTEST_"))}
        environment["PYTHONPATH"] = str(STUBS)
        environment["PYTHONUNBUFFERED"] = "1"
        environment.pop("LIBREVIEW_CLOUD_URL", None)
        if self.cloud:
            environment["LIBREVIEW_CLOUD_URL"] = self.cloud
        return {**environment, **self._more_environment}

    async def _answering(self, path: str) -> None:
        """Wait until the web server is up."""
        while True:
            self._check_alive()
            with suppress(aiohttp.ClientConnectionError, HomeError):
                await self.client.get(path)
                return
            await asyncio.sleep(0.1)

    async def _patiently(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step that Home Assistant may not know yet in the first moments of a start."""
        for _ in range(50):
            self._check_alive()
            with suppress(HomeError):
                await step()
                return
            await asyncio.sleep(0.1)
        await step()

    async def _running(self) -> None:
        while (await self.client.get("/api/config"))["state"] != "RUNNING":
            self._check_alive()
            await asyncio.sleep(0.1)

    def _check_alive(self) -> None:
        if self._process is not None and self._process.returncode is not None:
            last = "\n".join(self.log.splitlines()[-20:])
            raise HomeNotRunningError(f"Home Assistant ended with {self._process.returncode}:\n{last}")
