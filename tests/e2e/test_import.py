"""A person brings years of readings in, and the house goes on meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from time import process_time

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from custom_components.libreview.cloud.csv.export import parse_csv
from tests.cloud_double import CloudDouble
from tests.cloud_double.demo import EMAIL, PASSWORD
from tests.home import Home
from tests.home.flows import follow
from tests.home.persons import persons
from tests.home.pulse import Pulse

from .browser import in_a_row, seated
from .dialogs import ImportDialog
from .homes import living
from .imports import YEAR, csv_lines, write_file, year_until

PULSE = Path(__file__).parents[1] / "home" / "pulse"
CALM = 5.0
"""Seconds."""
UNBEARABLE = 2000.0
"""Milliseconds. What is aimed at is 20, but a busy machine may keep anybody waiting."""
MOST_MEMORY = 200 * 1024
"""KiB. What is aimed at is 60 MiB."""

type Tell = Callable[[str], None]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(shared_cloud: CloudDouble, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """A Home Assistant that follows three persons, and whose pulse can be felt."""
    async with living(tmp_path_factory.mktemp("house"), shared_cloud, helpers=[PULSE]) as home:
        await follow(home.client, EMAIL, PASSWORD)
        yield home


async def test_a_year_comes_in_while_the_house_goes_on(
    house: Home, tmp_path: Path, browser: Browser, pictures: Path, measured: Tell
) -> None:
    alex = (await persons(house.client))[0]
    year = year_until(datetime.now(UTC) - timedelta(days=1))
    file = write_file(tmp_path / "year.csv", csv_lines(year))
    _tell_speed(file, measured)
    async with seated(browser, house.client, pictures) as seat:
        dialog = ImportDialog(seat)
        await dialog.open(alex.name)
        await dialog.shows_step("import_file", "import-1-choose")
        await _pulse(house)
        await asyncio.sleep(CALM)
        calm = await _pulse(house)

        await dialog.upload(file)
        text = await dialog.shows_step("import_summary", "import-3-summary")
        assert f"{YEAR} new readings" in in_a_row(text)
        read = await _pulse(house)
        await dialog.submit()
        await dialog.says("imported", "import-4-done", readings=str(YEAR), entries="0")
        kept = await _pulse(house)
        for name, pulse in (("calm", calm), ("reading", read), ("keeping", kept)):
            measured(_pulse_text(name, pulse, calm))
        assert max(read["longest"], kept["longest"]) < UNBEARABLE
        assert max(read["peak"], kept["peak"]) - calm["memory"] < MOST_MEMORY

    there: dict[str, int] = {}
    at, end = year[0].reading.at - timedelta(days=1), year[-1].reading.at + timedelta(minutes=1)
    while at < end:  # An answer has fifty thousand readings at most.
        until = min(at + timedelta(days=90), end)
        told = await house.client.answer(
            "libreview.get_readings",
            person=alex.device_id,
            start=at.isoformat(),
            end=until.isoformat(),
            unit="mg_dl",
        )
        there |= {each["at"]: each["value"] for each in told["readings"] if each["source"] == "csv"}
        at = until
    assert there == {each.reading.at.isoformat(): each.reading.mg_dl for each in year}


async def test_the_file_of_somebody_else_is_not_taken_without_a_word(
    house: Home, tmp_path: Path, browser: Browser, pictures: Path
) -> None:
    robin = (await persons(house.client))[1]
    lines = [*csv_lines(year_until(datetime.now(UTC) - timedelta(days=1), rows=300), name="Sam Specimen")]
    lines[10] = lines[10].replace(":", "h", 1)
    lines[20] = re.sub(r",0,\d+", ",0,much", lines[20], count=1)
    file = write_file(tmp_path / "sam.csv", lines)
    async with seated(browser, house.client, pictures) as seat:
        dialog = ImportDialog(seat)
        await dialog.open(robin.name)
        await dialog.shows_step("import_file", "import-other-1-choose")
        await dialog.upload(file)
        text = await dialog.shows_step("import_other_person", "import-other-2-asked", person=robin.name)
        assert "Sam Specimen" in text
        assert "298 new readings" in in_a_row(text)
        assert "2 lines that cannot be read" in in_a_row(text)
        assert re.search(r"^11: ", text, re.MULTILINE)
        assert re.search(r"^21: ", text, re.MULTILINE)
        await dialog.submit()
        await dialog.shows("config_subentries.person.error.not_this_person", "import-other-3-no-yes")
        await dialog.say_yes()
        await dialog.submit()
        await dialog.says("imported", "import-other-4-done", readings="298", entries="0")


async def _pulse(home: Home) -> Pulse:
    """How Home Assistant was since the last time."""
    pulse: Pulse = await home.client.get("/api/pulse")
    return pulse


def _pulse_text(name: str, pulse: Pulse, calm: Pulse) -> str:
    more = (pulse["peak"] - calm["memory"]) / 1024
    return (
        f"event loop while {name}: stood still for {pulse['longest']:.0f} ms at most ({pulse['own']:.0f} ms"
        f" without the time in which others had the processors), {pulse['long']:.0f} of {pulse['ticks']:.0f}"
        f" times for more than 20 ms; memory at most {more:.1f} MiB more"
    )


def _tell_speed(file: Path, measured: Tell) -> None:
    content = file.read_bytes()
    begin = process_time()
    parse_csv(content)
    took = process_time() - begin
    measured(f"parsing: {YEAR / took:.0f} rows/s of {len(content) / 2**20:.1f} MiB, in processor time")
