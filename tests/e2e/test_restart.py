"""A Home Assistant that starts again, and what it writes down meanwhile."""

import pytest

from tests.cloud_double import CloudDouble, faults
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home, HomeError
from tests.home.flows import entries, follow
from tests.home.persons import persons

from .privacy import leaks, lines_with
from .words import logged_error
from .world import person


async def test_a_restart_needs_no_sign_in_and_asks_each_thing_once(cloud: CloudDouble, home: Home) -> None:
    await follow(home.client, EMAIL, PASSWORD)
    await home.stop()
    cloud.log.clear()

    await home.start()

    (entry,) = await entries(home.client)
    assert entry["state"] == "loaded"
    names = [shown.name for shown in await persons(home.client)]
    assert names == ["Alex Example", "Robin Sample", "Sam Specimen"]
    assert not cloud.logins
    assert len(cloud.requests("connections")) == 1
    assert len(cloud.requests("graph")) == len(names)
    assert len(cloud.requests()) == 1 + len(names)


async def test_no_line_of_the_log_holds_a_secret_or_a_value(
    cloud: CloudDouble, home: Home, provoked: list[str]
) -> None:
    provoked.append(logged_error("invalid_answer"))
    person(cloud, "Alex Example").curve = lambda _: 273
    await follow(home.client, EMAIL, PASSWORD)
    shown = (await persons(home.client))[0]
    assert (await home.client.state(shown.entities["glucose"]))["state"] == "273"
    cloud.fail_next("connections", faults.truncated())
    with pytest.raises(HomeError):
        await home.client.act("button.press", entity_id=shown.entities["refresh"])
    await home.stop()

    assert lines_with("custom_components.libreview", home.log), "at debug level there is something to tell"
    assert not leaks(home.log, cloud)
    assert not lines_with(r"(?<![\d.])(273|15\.2)(?!\d)", home.log)
