"""Walks the integration's own config flow as its dialogs would, over REST."""

from collections.abc import Sequence

from .client import Client, HomeError, Json

FLOWS = "/api/config/config_entries/flow"
MOST_STEPS = 12


async def follow(client: Client, email: str, password: str, *, persons: Sequence[str] | None = None) -> Json:
    """Connect a LibreLinkUp account, accept what has to be accepted, and follow `persons` or everybody.

    Returns the config entry. Raises HomeError when the flow says no, naming its step and its errors.
    """
    step = await client.post(FLOWS, {"handler": "libreview"})
    for _ in range(MOST_STEPS):
        if step["type"] == "create_entry":
            entry: Json = step["result"]
            return entry
        if step["type"] == "abort" or step.get("errors"):
            break
        answer = _answer(step, email, password, persons)
        step = await client.post(f"{FLOWS}/{step['flow_id']}", answer)
    raise HomeError(f"The flow ended at {step.get('step_id')}: {step.get('reason') or step.get('errors')}")


async def sign_in_again(client: Client, password: str) -> Json:
    """Answer the open reauthentication prompt. Returns the flow's last step; raises HomeError without one."""
    flow = await prompt(client)
    if flow is None:
        raise HomeError("Home Assistant asks for no password")
    last: Json = await client.post(f"{FLOWS}/{flow['flow_id']}", {"password": password})
    return last


async def prompt(client: Client) -> Json | None:
    """The open reauthentication prompt, if there is one."""
    flows: list[Json] = await client.ask("config_entries/flow/progress")
    return next((flow for flow in flows if flow["context"]["source"] == "reauth"), None)


async def entries(client: Client) -> list[Json]:
    """The accounts that are set up."""
    found: list[Json] = await client.get("/api/config/config_entries/entry?domain=libreview")
    return found


def _answer(step: Json, email: str, password: str, persons: Sequence[str] | None) -> Json:
    match step["step_id"]:
        case "user":
            return {"next_step_id": "follow"}
        case "follow":
            return {"email": email, "password": password, "advanced": {}}
        case "terms" | "privacy_policy":
            return {"accept": True}
        case "persons":
            return {"persons": list(persons) if persons is not None else _offered(step)}
    raise HomeError(f"The flow asks something unknown: {step['step_id']}")


def _offered(step: Json) -> list[str]:
    field = next(field for field in step["data_schema"] if field["name"] == "persons")
    return [option["value"] for option in field["selector"]["select"]["options"]]
