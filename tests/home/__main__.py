"""The demo: a Home Assistant without a login, connected to a made-up cloud through its own config flow."""

import argparse
import asyncio
from pathlib import Path
import shutil
import signal
import socket
import sys
import time

from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import DIARY_EMAIL, DIARY_PERSON, EMAIL, PASSWORD, demo_world

from .client import Client, HomeError
from .dashboard import URL_PATH, furnish
from .flows import add_diary, entries, follow
from .persons import ShownPerson, persons
from .process import Home, HomeNotRunningError

FOLDER = Path(__file__).parents[2] / ".demo"
PERSONS_LIMIT = 30.0


def main() -> int:
    """Run the demo until Ctrl-C. Returns the exit code."""
    options = _options()
    for port, option in ((options.port, "--port"), (options.cloud_port, "--cloud-port")):
        if _taken(port):
            print(
                f"Port {port} of 127.0.0.1 is taken, perhaps by a demo that still runs, or by a Home "
                f"Assistant of yours.\nStop that one, or take another port: "
                f"scripts/develop {option} {port + 1}",
                file=sys.stderr,
            )
            return 1
    if options.fresh:
        shutil.rmtree(options.folder, ignore_errors=True)
    try:
        asyncio.run(_demo(options.folder, options.port, options.cloud_port))
    except asyncio.CancelledError:
        _say("Stopped", f"What it knew is kept in {_short(options.folder)} for the next time.")
    except (HomeNotRunningError, HomeError, TimeoutError) as error:
        print(f"\n{error}\n`scripts/develop --fresh` starts anew.", file=sys.stderr)
        return 1
    return 0


async def _demo(folder: Path, port: int, cloud_port: int) -> None:
    _stop_on_signals()
    begin = time.monotonic()
    cloud = CloudDouble()
    demo_world(cloud)
    async with cloud.serving(cloud_port):
        _say("Cloud", f"{cloud.base_url}   (made-up; its accounts and passwords)")
        home = Home(folder, port=port, cloud=cloud.url_template, login=False, log_level="info")
        _say("Home Assistant", "is starting ...")
        async with home:
            _say("Home Assistant", f"{home.url}   (no login; its log: {_short(home.console)})")
            shown = await _connect(home.client)
            await furnish(home.client)
            _say("Dashboard", f"{home.url}/{URL_PATH}   ({', '.join(person.name for person in shown)})")
            _say("Try it yourself", f"{home.url}/config/integrations   (Add integration, LibreView)")
            _say("Ready", f"after {time.monotonic() - begin:.0f} s. Ctrl-C stops everything.")
            await home.ended()
            raise HomeNotRunningError("Home Assistant has ended by itself.")


async def _connect(client: Client) -> list[ShownPerson]:
    """Connect the demo account unless an earlier start did, and wait for its persons."""
    if not await entries(client):
        entry = await follow(client, EMAIL, PASSWORD)
        await add_diary(client, entry["entry_id"], DIARY_PERSON, DIARY_EMAIL, PASSWORD)
        _say(
            "LibreView", f"{EMAIL} and {DIARY_PERSON}'s diary connected through the integration's own dialogs"
        )
    async with asyncio.timeout(PERSONS_LIMIT):
        while not (shown := await persons(client)):
            await asyncio.sleep(0.2)
    return shown


def _stop_on_signals() -> None:
    loop, demo = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        if demo is not None and not demo.cancelling():  # a second Ctrl-C must not disturb the orderly end
            _say("\nStopping", "...")
            demo.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


def _say(what: str, where: str) -> None:
    print(f"{what:<17}{where}", flush=True)


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/develop", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget everything and start anew")
    parser.add_argument("--port", type=int, default=8123, help="of Home Assistant (8123)")
    parser.add_argument("--cloud-port", type=int, default=8765, help="of the made-up cloud (8765)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of the configuration (.demo)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
