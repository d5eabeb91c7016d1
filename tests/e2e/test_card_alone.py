"""How the card looks and behaves, whatever Home Assistant tells it."""

from collections.abc import AsyncIterator
import subprocess
from typing import Any

from playwright.async_api import Browser, Page, expect
import pytest
import pytest_asyncio
import pytest_socket

from .card_page import CHECKOUT, PHONE, SMALL_WALL, WALL, drawn, served, shown, violations

LANGUAGES = ("da", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "sv")
FINGER = 44

type Asked = dict[str, Any]

# Everything that can be touched, inside of all shadow roots, with its size.
TARGETS = """() => {
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches("button, label, a[href]") && element.checkVisibility()) {
        const { width, height } = element.getBoundingClientRect();
        found.push([element.className || element.textContent, width, height]);
      }
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""

# Texts that reach out of the card, or that are cut off by their own box.
CUT = """() => {
  const found = [];
  const card = document.querySelector("libreview-card").getBoundingClientRect();
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (element.closest(".unseen, .plot") || !element.checkVisibility()) continue;
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own) continue;
      const { left, right } = element.getBoundingClientRect();
      if (left < card.left - 1 || right > card.right + 1 || element.scrollWidth > element.clientWidth + 1 &&
          getComputedStyle(element).display !== "inline") {
        found.push(element.textContent.trim());
      }
    }
  };
  walk(document);
  return found;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address() -> AsyncIterator[str]:
    pytest_socket.enable_socket()
    async with served() as url:
        yield url


@pytest.fixture(scope="module")
def axe() -> None:
    """Have the packages of the card's sources, among which axe is."""
    subprocess.run([CHECKOUT / "scripts" / "frontend", "--install"], check=True)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_nothing_keeps_people_from_using_the_card(
    browser: Browser, address: str, axe: None, dark: bool
) -> None:
    theme: Asked = {"dark": "1"} if dark else {}
    found = {}
    for scene in ("normal", "low", "very_high", "fading", "stale", "ended", "empty", "offline", "refused"):
        async with shown(browser, address, scene=scene, persons="2", **theme) as page:
            found[scene] = await violations(page)
    async with shown(browser, address, screen=WALL, scene="diary", hours="24", **theme) as page:
        await drawn(page)
        await page.locator(".mark").nth(2).click()
        found["diary"] = await violations(page)
        await page.locator("label[for=period-profile]").click()
        await expect(page.locator("libreview-profile canvas")).to_be_visible()
        found["profile"] = await violations(page)

    assert {scene: lines for scene, lines in found.items() if lines} == {}


@pytest.mark.parametrize("language", [*LANGUAGES, "ar"])
async def test_no_text_is_cut_off_in_any_language(browser: Browser, address: str, language: str) -> None:
    cut = []
    for screen, scene in ((PHONE, "normal"), (PHONE, "stale"), (SMALL_WALL, "high")):
        async with shown(
            browser, address, screen=screen, scene=scene, language=language, unit="mmol/L"
        ) as page:
            await drawn(page)
            cut += await page.evaluate(CUT)
            await page.locator("label[for=period-profile]").click()
            await expect(page.locator("libreview-profile canvas")).to_be_visible()
            cut += await page.evaluate(CUT)

    assert cut == []


async def test_everything_that_can_be_touched_is_as_large_as_a_finger(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="diary", hours="24", persons="3") as page:
        await drawn(page)
        await page.locator(".mark").nth(1).click()
        await page.locator("libreview-curve .area").press("+")
        targets = await page.evaluate(TARGETS)

    assert len(targets) > 10
    assert [each for each in targets if min(each[1:]) < FINGER] == []


async def test_a_value_is_gone_at_its_age_when_home_assistant_is(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal") as page:
        number = page.locator(".number")
        await expect(number).to_have_text("124")

        await page.evaluate("connect(false)")
        await expect(page.get_by_text("Not connected")).to_be_visible()
        await page.clock.run_for(14 * 60_000)
        await expect(number).to_have_text("124")
        await page.clock.run_for(2 * 60_000)

        await expect(number).to_be_hidden()
        await expect(page.get_by_text("No current value").first).to_be_visible()
        await expect(page.get_by_text("Last reading 16 min. ago")).to_be_visible()


async def test_a_tablet_with_a_wrong_clock_goes_by_that_of_home_assistant(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", ahead="1500") as page:
        await expect(page.locator(".number")).to_have_text("124")
        await expect(page.locator(".age")).to_have_text("now")
        await drawn(page)
        await expect(page.locator(".empty")).to_be_hidden()


async def test_without_a_connection_nobody_is_shown_the_figures_of_somebody_else(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", persons="2") as page:
        await expect(page.locator(".ranges")).to_be_visible()
        await page.evaluate("connect(false)")
        await page.locator("label", has_text="Robin Sample").click()
        await expect(page.locator(".number")).to_have_text("66")
        await expect(page.locator(".ranges")).to_be_hidden()
        await page.locator("label", has_text="Sam Specimen").click()
        await expect(page.locator(".ranges")).to_be_visible()


async def test_one_person_who_is_gone_hides_nobody_else(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal", persons="2") as page:
        await page.evaluate(
            """() => {
              const view = document.querySelector("libreview-card-view");
              view.choices = { ...view.choices, entities: ["sensor.gone", "sensor.robin_glucose"] };
            }"""
        )
        await expect(page.get_by_text("sensor.gone is not a glucose sensor of LibreView.")).to_be_visible()
        await expect(page.locator(".number")).to_have_text("66")


async def test_a_value_that_home_assistant_calls_unknown_is_gone_at_once(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal") as page:
        await expect(page.locator(".number")).to_be_visible()
        await page.evaluate("setState('sensor.sam_glucose', 'unknown')")
        await expect(page.locator(".number")).to_be_hidden()


async def test_a_screen_reader_hears_of_a_change_of_range_and_not_of_every_reading(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal") as page:
        live = page.locator("libreview-card-view [aria-live=polite]")
        await expect(live).to_have_text("Sam Specimen: 124 mg/dL, In range, Stable")

        await page.evaluate("setState('sensor.sam_glucose', '125')")
        await expect(page.locator(".number")).to_have_text("125")
        await expect(live).to_have_text("Sam Specimen: 124 mg/dL, In range, Stable")

        await page.evaluate("setState('sensor.sam_range', 'low')")
        await expect(live).to_have_text("Sam Specimen: 125 mg/dL, Low, Stable")


async def test_the_keyboard_walks_through_the_readings_and_zooms(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal", time="24") as page:
        await drawn(page)
        curve = page.get_by_role("slider", name="Glucose curve")
        await curve.focus()

        await expect(curve).to_have_attribute("aria-valuetext", "16:39, 124 mg/dL, In range")
        await curve.press("End")
        await curve.press("ArrowLeft")
        await expect(curve).to_have_attribute("aria-valuetext", "16:38, 125 mg/dL, In range")
        await curve.press("PageUp")
        await expect(page.locator(".readout")).to_contain_text("15:38")
        await curve.press("+")
        await page.get_by_role("button", name="Show all").click()
        await expect(page.get_by_role("button", name="Show all")).to_be_hidden()
        await curve.press("End")
        await curve.press("Escape")
        await expect(page.locator(".readout")).to_be_hidden()


async def test_the_curve_is_told_in_words(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal", time="24") as page:
        await drawn(page)
        summary = page.locator("libreview-curve #summary")
        await expect(summary).to_contain_text("13:40 \N{EN DASH} 16:40: from ")
        await expect(summary).to_contain_text("on average. 2h 23m measured.")


async def test_a_finger_shows_a_reading_and_two_fingers_zoom(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal", hours="8") as page:
        await drawn(page)
        box = await page.locator("libreview-curve .area").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2
        await page.touchscreen.tap(x, y)
        await expect(page.locator(".readout")).to_be_visible()

        await _pinch(page, x, y)
        await expect(page.get_by_role("button", name="Show all")).to_be_visible()
        await page.locator("label[for=period-3]").click()
        await expect(page.get_by_role("button", name="Show all")).to_be_hidden()


async def _pinch(page: Page, x: float, y: float) -> None:
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}] if apart else []
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", 20)
    for apart in (40, 60, 80):
        await touch("touchMove", apart)
    await touch("touchEnd", 0)


async def test_a_mark_opens_what_the_diary_says_and_a_note_with_markup_is_text(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", time="24") as page:
        await drawn(page)
        await page.get_by_role("button", name="15:30, Walk").press("Enter")
        await expect(page.locator(".what")).to_have_text("Walk <b>in the park</b> & an ice cream")
        await page.get_by_role("button", name="15:30, Walk").press("Escape")
        await expect(page.locator(".entries")).to_be_hidden()

        await page.get_by_role("button", name="14:08, 2 entries").click()
        await expect(page.locator(".what")).to_have_text(
            ["Carbohydrates · 48 g", "Rapid-acting insulin · 4 U"]
        )
        await page.get_by_role("button", name="Close").click()
        await expect(page.locator(".entries")).to_be_hidden()


async def test_marks_stay_below_their_time_when_the_period_changes(browser: Browser, address: str) -> None:
    async def places(page: Page) -> list[float]:
        return [box["x"] for mark in await page.locator(".mark").all() if (box := await mark.bounding_box())]

    async with shown(browser, address, scene="normal", hours="24") as page:
        await drawn(page)
        right = await places(page)
    async with shown(browser, address, scene="normal", hours="3") as page:
        await drawn(page)
        await page.locator("label[for=period-24]").click()
        await page.wait_for_timeout(300)  # not as long as until the next tick, which would set anything right
        assert await places(page) == pytest.approx(right, abs=1)


async def test_an_entry_that_is_exact_to_the_hour_is_told_as_that_hour(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", time="24", hours="24") as page:
        await drawn(page)
        mark = page.get_by_role(
            "button", name="08:40 \N{EN DASH} 09:40, Rapid-acting insulin · amount not stated"
        )
        await expect(mark).to_be_visible()


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ({"time": "24"}, "16:39"),
        ({"time": "12"}, "4:39 PM"),
        ({"time": "24", "zone": "Asia/Tokyo"}, "23:39"),
    ],
)
async def test_times_are_those_of_the_persons_profile(
    browser: Browser, address: str, asked: Asked, read: str
) -> None:
    async with shown(browser, address, scene="normal", **asked) as page:
        await drawn(page)
        told = await page.get_by_role("slider").get_attribute("aria-valuetext")

    assert told is not None
    assert told.replace("\u202f", " ").startswith(f"{read}, ")


async def test_news_move_the_curve_on(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal", time="24") as page:
        await drawn(page)
        await page.evaluate("news({ t: [Date.now() / 1000], v: [131] })")
        told = page.get_by_role("slider")
        await expect(told).to_have_attribute("aria-valuetext", "16:40, 131 mg/dL, In range")

        await told.press("ArrowLeft")
        looked_at = await told.get_attribute("aria-valuetext")
        assert looked_at is not None
        before = int(await told.get_attribute("aria-valuemax") or 0)
        tomorrow = "Date.now() / 1000 + 22 * 3600"
        await page.evaluate(f"news({{ t: [{tomorrow}], v: [99], now: {tomorrow} }})")
        await expect(told).not_to_have_attribute("aria-valuemax", str(before))
        assert int(await told.get_attribute("aria-valuemax") or 0) < before, "old readings fall off"
        await expect(told).to_have_attribute("aria-valuetext", looked_at)


async def test_figures_are_asked_for_anew_when_the_past_has_changed(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal") as page:
        await expect(page.get_by_text("79%")).to_be_visible()
        await page.evaluate(
            """void (house.callWS = async ({ entity_id }) => ({
              device_id: house.entities[entity_id].device_id,
              end: Date.now() / 1000, enough: false, completeness: 0.5, shares: null, episodes: {},
            }))"""
        )
        await page.evaluate("change({ callWS: house.callWS })")
        await page.evaluate("past()")
        await expect(page.get_by_text("Not enough data yet: 50% of the time was measured.")).to_be_visible()


async def test_the_card_can_be_taken_out_of_the_page_and_put_back(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal") as page:
        await drawn(page)
        await page.evaluate("card.remove()")
        await page.evaluate("document.querySelector('main').append(card)")
        await drawn(page)
        assert await page.locator("libreview-curve canvas").count() == 1


async def test_a_second_copy_of_the_file_breaks_nothing(browser: Browser, address: str) -> None:
    async with shown(browser, address, scene="normal") as page:
        await page.evaluate("import('/custom_components/libreview/frontend/libreview.js?v=other')")
        assert await page.evaluate("customCards.length") == 1
        assert await page.evaluate("customStrategies.length") == 1


async def test_several_persons_stand_side_by_side_and_each_can_be_chosen(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", persons="3") as page:
        await expect(page.locator(".number")).to_have_text("124")
        await expect(page.locator(".persons .small")).to_have_text(["124", "66", "\N{EN DASH}"])

        await page.get_by_role("radio", name="Robin Sample: 66").press("ArrowRight")
        await expect(page.locator(".number")).to_be_hidden()
        await page.locator(".persons label").nth(1).click()
        await expect(page.locator(".number")).to_have_text("66")


async def test_a_language_from_right_to_left_mirrors_the_card_but_not_time(
    browser: Browser, address: str
) -> None:
    async with shown(browser, address, scene="normal", language="ar") as page:
        await drawn(page)
        name, age = page.locator("h2"), page.locator(".age")
        name_box, age_box = await name.bounding_box(), await age.bounding_box()
        assert name_box is not None
        assert age_box is not None
        assert name_box["x"] > age_box["x"]
        marks = [await each.bounding_box() for each in await page.locator(".mark").all()]
        assert [mark["x"] for mark in marks if mark] == sorted(mark["x"] for mark in marks if mark)


@pytest.mark.parametrize(
    ("scene", "says"),
    [
        ("refused", "LibreView cannot show the curve at the moment."),
        ("empty", "No readings in this period"),
        ("little", "Not enough data yet: 31% of the time was measured."),
        ("ended", "The sensor has expired:"),
        ("terms", "Abbott has new terms that somebody has to accept."),
    ],
)
async def test_what_is_missing_is_said(browser: Browser, address: str, scene: str, says: str) -> None:
    async with shown(browser, address, scene=scene) as page:
        await expect(page.get_by_text(says).locator("visible=true").first).to_be_visible()
