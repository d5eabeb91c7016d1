"""The double lives in the time it is given, and leaves nothing running behind it."""

import asyncio
from datetime import UTC, datetime, timedelta
import time

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory

from tests.cloud_double import Account, CloudDouble, Person

from .follower import Follower


async def test_without_a_clock_of_its_own_it_follows_a_frozen_one(
    freezer: FrozenDateTimeFactory, session: ClientSession
) -> None:
    freezer.move_to("2026-01-05 08:00:30+00:00")
    cloud = CloudDouble()
    account = cloud.add_account(Account(), persons=[Person(phase=timedelta(0))])
    async with cloud.serving():
        follower = await Follower(session, cloud, account).signed_in()
        assert (await follower.latest())["FactoryTimestamp"].startswith("1/5/2026 8:00:0")
        freezer.tick(3600)
        assert (await follower.latest())["FactoryTimestamp"].startswith("1/5/2026 9:00:0")
        assert cloud.log[-1].at == datetime(2026, 1, 5, 9, 0, 30, tzinfo=UTC)


async def test_it_can_be_stopped_and_started_again(cloud: CloudDouble, follower: Follower) -> None:
    await cloud.stop()
    await cloud.start()
    assert (await follower.connections()).status == 200


async def test_it_leaves_no_task_behind(socket_enabled: None) -> None:
    before = asyncio.all_tasks()
    cloud = CloudDouble()
    account = cloud.add_account(Account(), persons=[Person()])
    async with ClientSession() as session, cloud.serving():
        await (await Follower(session, cloud, account).signed_in()).connections()
    assert asyncio.all_tasks() == before


async def test_five_hundred_persons_are_answered_at_once(cloud: CloudDouble, session: ClientSession) -> None:
    crowd = [Person(first_name=f"Person {number}") for number in range(500)]
    account = cloud.add_account(Account(), persons=crowd)
    follower = await Follower(session, cloud, account).signed_in()
    start = time.perf_counter()
    answer = await follower.connections()
    assert len(answer.json["data"]) == 500
    assert time.perf_counter() - start < 2
