"""Talks to a running Home Assistant as its owner, over the interfaces its own frontend uses."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp

type Json = dict[str, Any]
type State = dict[str, Any]

OWNER = "demo"
PASSWORD = "demo"  # of a house that only this computer can reach, with nobody's data in it


class HomeError(Exception):
    """Home Assistant refused a request: which, and what it said."""


class Client:
    """The owner's session with a Home Assistant: REST for flows, WebSocket for the rest."""

    def __init__(self, url: str) -> None:
        """Talk to the Home Assistant at `url`; `sign_in` comes first."""
        self.url = url
        self.tokens: Json = {}
        self._session = aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=60))

    async def __aenter__(self) -> Self:
        """Use the client and close it afterwards."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._session.close()

    @property
    def client_id(self) -> str:
        """The address tokens are given for, as the frontend writes it."""
        return f"{self.url}/"

    async def move_in(self) -> None:
        """Create the owner of a house that has none yet, and sign in."""
        answer = await self.post(
            "/api/onboarding/users",
            {
                "client_id": self.client_id,
                "name": "Demo",
                "username": OWNER,
                "password": PASSWORD,
                "language": "en",
            },
        )
        await self._take_tokens(answer["auth_code"])

    async def sign_in(self) -> None:
        """Sign in as the owner. Raises HomeError when there is none."""
        flow = await self.post(
            "/auth/login_flow",
            {"client_id": self.client_id, "handler": ["homeassistant", None], "redirect_uri": self.client_id},
        )
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": self.client_id, "username": OWNER, "password": PASSWORD},
        )
        if answer["type"] != "create_entry":
            raise HomeError(f"The owner could not sign in: {answer.get('errors')}")
        await self._take_tokens(answer["result"])

    async def _take_tokens(self, code: str) -> None:
        form = {"grant_type": "authorization_code", "code": code, "client_id": self.client_id}
        async with self._session.post("/auth/token", data=form) as response:
            self.tokens = await _json(response)

    async def get(self, path: str) -> Any:
        """The answer to a GET. Raises HomeError unless it succeeds."""
        async with self._session.get(path, headers=self._authorization) as response:
            return await _json(response)

    async def post(self, path: str, content: Json | None = None) -> Any:
        """The answer to a POST of JSON. Raises HomeError unless it succeeds."""
        async with self._session.post(path, json=content or {}, headers=self._authorization) as response:
            return await _json(response)

    async def act(self, action: str, **data: Any) -> None:
        """Perform an action such as `button.press` and wait until it is done."""
        domain, name = action.split(".")
        await self.post(f"/api/services/{domain}/{name}", data)

    async def answer(self, action: str, **data: Any) -> Any:
        """Perform an action and give its response. Raises HomeError when it fails."""
        domain, name = action.split(".")
        done = await self.ask(
            "call_service", domain=domain, service=name, service_data=data, return_response=True
        )
        return done["response"]

    async def ask(self, command: str, **fields: Any) -> Any:
        """The result of one WebSocket command. Raises HomeError when it fails."""
        async with self._socket() as socket:
            await socket.send_json({"id": 1, "type": command, **fields})
            return await _result(socket)

    async def first_event(self, command: str, **fields: Any) -> Any:
        """The first event of a WebSocket subscription. Raises HomeError when it fails."""
        async with self._socket() as socket:
            await socket.send_json({"id": 1, "type": command, **fields})
            await _result(socket)
            return (await socket.receive_json())["event"]

    async def state(self, entity_id: str) -> State:
        """The state of an entity. Raises HomeError when there is none."""
        state: State = await self.get(f"/api/states/{entity_id}")
        return state

    async def until(self, entity_id: str, satisfied: Callable[[State], bool], *, within: float) -> State:
        """The first state of an entity that satisfies, now or later. Raises TimeoutError after `within` s."""
        seen: list[str] = []
        try:
            async with asyncio.timeout(within), aclosing(self._states(entity_id)) as states:
                async for state in states:
                    seen.append(state["state"])
                    if satisfied(state):
                        return state
        except TimeoutError as error:
            raise TimeoutError(f"{entity_id} was only {seen} within {within} s") from error
        raise HomeError(f"{entity_id} was only {seen}, then the connection ended")

    async def _states(self, entity_id: str) -> AsyncGenerator[State]:
        """The state of an entity now, and each one that follows."""
        async with self._socket() as socket:
            await socket.send_json({"id": 1, "type": "subscribe_events", "event_type": "state_changed"})
            await socket.send_json({"id": 2, "type": "get_states"})
            async for message in socket:
                told = message.json()
                if told["type"] == "event":
                    states = [told["event"]["data"]["new_state"] or {}]
                else:
                    states = told["result"] or []
                for state in states:
                    if state.get("entity_id") == entity_id:
                        yield state

    @property
    def _authorization(self) -> dict[str, str]:
        token = self.tokens.get("access_token")
        return {"Authorization": f"Bearer {token}"} if token else {}

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self._session.ws_connect("/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
            if (answer := await socket.receive_json())["type"] != "auth_ok":
                raise HomeError(f"The WebSocket was refused: {answer}")
            yield socket


async def _json(response: aiohttp.ClientResponse) -> Any:
    if not response.ok:
        raise HomeError(f"{response.method} {response.url.path}: {response.status} {await response.text()}")
    return await response.json()


async def _result(socket: aiohttp.ClientWebSocketResponse) -> Any:
    message = await socket.receive_json()
    if not message["success"]:
        raise HomeError(f"A WebSocket command failed: {message['error']}")
    return message["result"]
