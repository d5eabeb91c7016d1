"""Home Assistant shows raw keys where a text is missing; here that is a failure.

The test kit does not bring core's own check, so the places where keys become visible are watched: dialogs,
issues and exceptions of this integration. So are the names in dialogs and issues, which are Markdown there.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.data_entry_flow import FlowManager, FlowResultType, section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from custom_components.libreview.const import DOMAIN
from custom_components.libreview.placeholders import LINKS, as_placeholders

ENGLISH: dict[str, Any] = json.loads(
    Path("custom_components/libreview/translations/en.json").read_text(encoding="utf-8")
)


def text_at(*path: str) -> Any:
    """The text under a path of keys, None when there is none."""
    node: Any = ENGLISH
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _missing(category: tuple[str, ...], result: Mapping[str, Any]) -> Iterator[str]:
    """The keys that a dialog would show raw."""
    step = (*category, "step", str(result.get("step_id")))
    match result["type"]:
        case FlowResultType.FORM:
            wanted = [
                (*step, "title"),
                *((*category, "error", key) for key in (result["errors"] or {}).values()),
            ]
            schema = result["data_schema"]
            for marker, field in (schema.schema if schema else {}).items():
                wanted += _field(step, str(marker), field)
        case FlowResultType.MENU:
            wanted = [(*step, "menu_options", option) for option in result["menu_options"]]
        case FlowResultType.SHOW_PROGRESS:
            wanted = [(*category, "progress", str(result["progress_action"]))]
        case FlowResultType.CREATE_ENTRY if result.get("description"):
            wanted = [(*category, "create_entry", str(result["description"]))]
        case FlowResultType.ABORT if result.get("translation_domain") in (None, DOMAIN):
            wanted = [(*category, "abort", result["reason"])]
        case _:
            wanted = []
    yield from (".".join(path) for path in wanted if text_at(*path) is None)


def _field(step: tuple[str, ...], name: str, field: Any) -> list[tuple[str, ...]]:
    if not isinstance(field, section):
        return [(*step, "data", name)]
    inner = (*step, "sections", name)
    fields = field.schema.schema.items()
    return [(*inner, "name"), *(path for marker, each in fields for path in _field(inner, str(marker), each))]


def _category(manager: Any, flow: Any) -> tuple[str, ...] | None:
    """Where the texts of a dialog stand, None for a dialog that is not ours."""
    kind = type(manager).__name__
    if kind == "ConfigEntriesFlowManager" and flow.handler == DOMAIN:
        return ("config",)
    if kind == "ConfigSubentryFlowManager":
        return ("config_subentries", flow.handler[1])
    if kind == "OptionsFlowManager":
        return ("options",)
    if kind == "RepairsFlowManager" and flow.handler == DOMAIN:
        issue = ir.async_get(manager.hass).async_get_issue(DOMAIN, flow.issue_id)
        return ("issues", str(issue.translation_key), "fix_flow") if issue else None
    return None


def not_escaped(placeholders: Mapping[str, str] | None) -> list[str]:
    """Whatever of others would be Markdown in a dialog or an issue."""
    given = placeholders or {}
    names = {key: text for key, text in given.items() if not key.endswith("_plain")}
    safe = as_placeholders({key: given.get(f"{key}_plain", "") for key in names})
    ours = {"unreadable", "link", "key", "url", "xdrip", *LINKS}
    return [
        f"{key}: {text}"
        for key, text in names.items()
        # Home Assistant adds the name of an account that is signed in to again; no text of ours names it.
        if key not in ours and text != safe[key] and (key, f"{key}_plain" in given) != ("name", False)
    ]


@contextmanager
def checked_translations() -> Generator[None]:
    """Fail the test when something of ours would be shown without its text, or a name as Markdown."""
    missing: list[str] = []
    markdown: list[str] = []
    handle, create, init = (
        FlowManager._async_handle_step,
        ir.IssueRegistry.async_get_or_create,
        HomeAssistantError.__init__,
    )

    async def handle_step(self: Any, flow: Any, *args: Any, **kwargs: Any) -> Any:
        category = _category(self, flow)
        result = await handle(self, flow, *args, **kwargs)
        if category is not None:
            missing.extend(_missing(category, result))
            markdown.extend(not_escaped(result.get("description_placeholders")))
        return result

    def get_or_create(self: Any, domain: str, issue_id: str, **kwargs: Any) -> Any:
        key = kwargs["translation_key"]
        if domain == DOMAIN and text_at("issues", key, "title") is None:
            missing.append(f"issues.{key}.title")
        if domain == DOMAIN:
            markdown.extend(not_escaped(kwargs["translation_placeholders"]))
        return create(self, domain, issue_id, **kwargs)

    def error_init(self: Any, *args: Any, **kwargs: Any) -> None:
        key = kwargs.get("translation_key")
        if kwargs.get("translation_domain") == DOMAIN and text_at("exceptions", str(key), "message") is None:
            missing.append(f"exceptions.{key}.message")
        init(self, *args, **kwargs)

    with (
        patch.object(FlowManager, "_async_handle_step", handle_step),
        patch.object(ir.IssueRegistry, "async_get_or_create", get_or_create),
        patch.object(HomeAssistantError, "__init__", error_init),
    ):
        yield
    assert not missing, f"shown without a text: {missing}"
    assert not markdown, f"shown as Markdown: {markdown}"
