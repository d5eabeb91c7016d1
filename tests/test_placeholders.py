"""Names of others in the texts of dialogs and repairs, which Home Assistant shows as Markdown."""

import ast
from collections.abc import Iterator
import re

from homeassistant.components.repairs.const import DOMAIN as REPAIRS_DOMAIN
from homeassistant.const import CONF_EMAIL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.entry_data import own_login
from custom_components.libreview.failures.issue_kinds import HISTORY_UNUSABLE, LOGIN_KINDS
from custom_components.libreview.failures.issues import (
    set_clock_ahead,
    set_history_set_aside,
    set_history_unusable,
    set_storage_unwritable,
    update_person_issues,
)
from custom_components.libreview.failures.login_issues import set_login_issue
from custom_components.libreview.models import Connection
from custom_components.libreview.placeholders import LINKS, Markdown, as_placeholders, plain_texts
from tests.cloud_double import Account, CloudDouble, Person
from tests.conftest import set_up
from tests.support.entries import entry_of
from tests.support.forms import fill
from tests.support.person_dialogs import person_dialog
from tests.support.repair_dialogs import set_up_repairs
from tests.support.translated import PACKAGE, texts_in

PLANTED = "[x](http://e) ![i](http://e) <img src=//e> `c` | *b* _i_ ~s~ &lt; www.e.example\n\n# title\n- item"
"""What a name could do in Markdown."""
SHOWN_AS_THEY_ARE = {"title", "data", "error", "menu_options", "name"}
"""Parts of a dialog's texts that are no Markdown."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alex Example", "Alex Example"),
        ("Zoë\n\n# O'Neil", r"Zoë \# O\'Neil"),
        ("![x](https://a.example/p)", r"\!\[x\]\(https\:\/\/a\.example\/p\)"),
        ("<img src=x>", r"\<img src\=x\>"),
        ("www.a.example", r"www\.a\.example"),
        ("a `b` | c", r"a \`b\` \| c"),
    ],
)
def test_a_name_is_neither_a_link_nor_an_image(text: str, shown: str) -> None:
    assert as_placeholders({"name": text}) == {"name": shown, "name_plain": " ".join(text.split())}


def test_what_is_ours_may_be_markdown() -> None:
    assert as_placeholders({"list": Markdown("- a\n- b\n")})["list"] == "- a\n- b\n"


def test_the_names_can_be_had_back() -> None:
    names = {"person": "Anne-Marie [x]", "account": "a_b@example.com"}
    assert plain_texts(as_placeholders(names)) == names
    assert plain_texts(None) == {}


def _calls() -> Iterator[tuple[str, ast.keyword]]:
    """Everything that is handed to Home Assistant to be put into the texts of dialogs and issues."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            creates_issue = ast.unparse(node.func).endswith("async_create_issue")
            for keyword in node.keywords:
                if keyword.arg == "description_placeholders" or (
                    creates_issue and keyword.arg == "translation_placeholders"
                ):
                    yield f"{path.name}:{node.lineno}", keyword


def test_all_names_go_through_one_function() -> None:
    calls = list(_calls())
    assert len(calls) > 8
    made = re.compile(r"as_placeholders\(|placeholders$")
    assert [where for where, keyword in calls if not made.match(ast.unparse(keyword.value))] == []


@pytest.mark.parametrize("key", sorted(texts_in("en")))
def test_a_text_names_everybody_as_its_place_shows_it(key: str) -> None:
    names = re.findall(r"{(\w+)}", texts_in("en")[key])
    is_plain = bool(SHOWN_AS_THEY_ARE & set(key.split("."))) and not key.startswith("exceptions.")
    assert [name for name in names if name.endswith("_plain") is not is_plain] == []


def _is_harmless(placeholders: dict[str, str] | None) -> bool:
    """Whether nothing in it is Markdown, but what is ours."""
    markdown = {
        key: text
        for key, text in (placeholders or {}).items()
        if not key.endswith("_plain") and key not in {"link", *LINKS}
    }
    marks = re.compile(r"(?<!\\)(\\\\)*[\[\]()<>!`|*_~#&:.-]|\n")
    return not any(marks.search(text) for text in markdown.values())


async def test_no_issue_has_the_markdown_of_others(hass: HomeAssistant, cloud: CloudDouble) -> None:
    entry = entry_of(cloud.add_account(Account(), persons=[Person()]))
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, title=PLANTED, data={**entry.data, CONF_EMAIL: PLANTED})
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, title=PLANTED)
    for kind in LOGIN_KINDS:
        set_login_issue(hass, entry, own_login(entry), kind, {"step": PLANTED})
    new = Connection(patient_id="new", first_name=PLANTED, last_name=PLANTED)
    update_person_issues(hass, entry, {"new": new}, {str(subentry.unique_id)})
    set_clock_ahead(hass, entry, {str(subentry.unique_id)})
    set_history_set_aside(hass, entry, PLANTED)
    for kind in HISTORY_UNUSABLE:
        set_history_unusable(hass, entry, kind)
    set_storage_unwritable(hass, entry)
    await set_up_repairs(hass)

    issues = [each for each in ir.async_get(hass).issues.values() if each.domain == DOMAIN]

    assert len(issues) > 20
    assert [each.translation_key for each in issues if not _is_harmless(each.translation_placeholders)] == []
    for issue in issues:
        if issue.is_fixable:
            dialog = await hass.data[REPAIRS_DOMAIN]["flow_manager"].async_init(
                DOMAIN, data={"issue_id": issue.issue_id}
            )
            assert _is_harmless(dialog["description_placeholders"]), issue.translation_key


@pytest.mark.parametrize("option", ["settings", "diary", "import_file"])
async def test_no_dialog_of_a_person_has_the_markdown_of_others(
    hass: HomeAssistant, cloud: CloudDouble, person: Person, option: str
) -> None:
    entry = await set_up(hass, entry_of(cloud.add_account(Account(), persons=[person])))
    (subentry,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, subentry, title=PLANTED)
    await hass.async_block_till_done()

    menu = await person_dialog(hass, entry)
    form = await fill(hass, menu, next_step_id=option)

    assert _is_harmless(menu["description_placeholders"])
    assert _is_harmless(form["description_placeholders"])
    assert form["description_placeholders"]["person_plain"] == " ".join(PLANTED.split())
