"""Walks the integration's own flows as their dialogs would, over REST."""

import asyncio
from collections.abc import Sequence

from .client import Client, HomeError, Json

FLOWS = "/api/config/config_entries/flow"
PERSON_FLOWS = "/api/config/config_entries/subentries/flow"
MOST_STEPS = 12
PROGRESS_PAUSE = 0.2
CODE = "123456"
"""What the demo's accounts send as their second factor."""


async def follow(client: Client, email: str, password: str, *, persons: Sequence[str] | None = None) -> Json:
    """Connect a LibreLinkUp account, accept what has to be accepted, and follow `persons` or everybody.

    Returns the config entry. Raises HomeError when the flow says no, naming its step and its errors.
    """
    return await _connect(client, "follow", email, password, persons)


async def connect_own(client: Client, email: str, password: str) -> Json:
    """Connect somebody's own LibreView account, with its second factor. Returns the config entry."""
    return await _connect(client, "own", email, password, None)


async def add_diary(client: Client, entry_id: str, person: str, email: str, password: str) -> None:
    """Give a followed person, named by the title of the subentry, a diary login of their own."""
    subentries = await client.ask("config_entries/subentries/list", entry_id=entry_id)
    subentry_id = next(each["subentry_id"] for each in subentries if each["title"] == person)
    begin = {"handler": [entry_id, "person"], "subentry_id": subentry_id}
    answers = {"reconfigure": {"next_step_id": "diary"}, "diary": _credentials(email, password)}
    await _walk(client, PERSON_FLOWS, begin, answers)


async def share_with_program(client: Client, name: str, client_id: str, person: str) -> None:
    """Let a program read a followed person, named by the title of the subentry."""
    (entry,) = await entries(client)
    subentries = await client.ask("config_entries/subentries/list", entry_id=entry["entry_id"])
    patient_id = next(each["unique_id"] for each in subentries if each["title"] == person)
    fields = {"name": name, "client_id": client_id, "persons": [patient_id]}
    answers: dict[str, Json] = {
        "user": {"next_step_id": "program"},
        "program": {**fields, "diary": False, "local_only": True},
    }
    await _walk(client, PERSON_FLOWS, {"handler": [entry["entry_id"], "reader"]}, answers)


async def sign_in_again(client: Client, password: str) -> Json:
    """Answer the open reauthentication prompt. Returns the flow's last step; raises HomeError without one."""
    flow = await prompt(client)
    if flow is None:
        raise HomeError("Home Assistant asks for no password")
    last: Json = await client.post(f"{FLOWS}/{flow['flow_id']}", {"password": password})
    return await _awaited(client, FLOWS, last)


async def prompt(client: Client) -> Json | None:
    """The open reauthentication prompt, if there is one."""
    flows: list[Json] = await client.ask("config_entries/flow/progress")
    return next((flow for flow in flows if flow["context"]["source"] == "reauth"), None)


async def entries(client: Client) -> list[Json]:
    """The accounts that are set up."""
    found: list[Json] = await client.get("/api/config/config_entries/entry?domain=libreview")
    return found


async def _connect(
    client: Client, way: str, email: str, password: str, persons: Sequence[str] | None
) -> Json:
    answers = {"user": {"next_step_id": way}, way: _credentials(email, password)}
    if persons is not None:
        answers["persons"] = {"persons": list(persons)}
    last = await _walk(client, FLOWS, {"handler": "libreview"}, answers)
    if last["type"] != "create_entry":
        raise HomeError(f"The flow ended with {last.get('reason')}")
    entry: Json = last["result"]
    return entry


async def _walk(client: Client, flows: str, begin: Json, answers: dict[str, Json]) -> Json:
    """Give these answers, and to all else what leads on; the last step."""
    step = await client.post(flows, begin)
    for _ in range(MOST_STEPS):
        step = await _awaited(client, flows, step)
        if step["type"] in ("create_entry", "abort"):
            return step
        if step.get("errors"):
            break
        answer = answers.get(step["step_id"]) or _answer(step)
        step = await client.post(f"{flows}/{step['flow_id']}", answer)
    raise HomeError(f"The flow ended at {step.get('step_id')}: {step.get('errors')}")


async def _awaited(client: Client, flows: str, step: Json) -> Json:
    """What is shown when the progress is over."""
    while step["type"] in ("progress", "progress_done"):
        await asyncio.sleep(PROGRESS_PAUSE)
        step = await client.get(f"{flows}/{step['flow_id']}")
    return step


def _credentials(email: str, password: str) -> Json:
    return {"email": email, "password": password, "advanced": {}}


def _answer(step: Json) -> Json:
    match step["step_id"]:
        case "terms" | "privacy_policy":
            return {"accept": True}
        case "second_factor":
            return {"target": "primary"}
        case "code":
            return {"code": CODE, "resend": False}
        case "persons":
            return {"persons": _offered(step)}
    raise HomeError(f"The flow asks something unknown: {step['step_id']}")


def _offered(step: Json) -> list[str]:
    field = next(field for field in step["data_schema"] if field["name"] == "persons")
    return [option["value"] for option in field["selector"]["select"]["options"]]
