"""`python -m tests.cloud_double --port 8765`: the double with the demo's accounts, until stopped."""

import argparse
import asyncio
import signal

from . import CloudDouble
from .demo import demo_world


async def _serve(port: int) -> None:
    cloud = CloudDouble()
    demo_world(cloud)
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    async with cloud.serving(port) as base_url:
        print(f"The cloud double serves on {base_url}", flush=True)
        await ended.wait()


def main() -> None:
    """Serve the demo's world."""
    parser = argparse.ArgumentParser(description="A LibreView cloud for demonstrations and tests.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: 8765)")
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
