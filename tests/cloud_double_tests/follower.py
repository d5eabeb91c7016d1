"""A plain client that speaks to the double as the LibreLinkUp app does, and hides nothing of its answers."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiohttp import ClientSession

from tests.cloud_double import Account, CloudDouble


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    json: Any


class Follower:
    """Someone with an account, who may leave out or change any header."""

    def __init__(self, session: ClientSession, cloud: CloudDouble, account: Account) -> None:
        self._session = session
        self._cloud = cloud
        self._account = account
        self.headers = {"product": "llu.android", "version": "4.16.0"}

    async def ask(self, method: str, region: str, path: str, **options: Any) -> Answer:
        """One request with the headers of the moment."""
        url = self._cloud.url_template.format(region=region) + path
        headers = self.headers | options.pop("headers", {})
        present = {name: value for name, value in headers.items() if value is not None}
        async with self._session.request(
            method, url, headers=present, allow_redirects=False, **options
        ) as response:
            return Answer(response.status, await response.json())

    async def login(self, region: str | None = None, password: str | None = None, **options: Any) -> Answer:
        """Try to sign in, by default where the account lives and with its password."""
        words = {"email": self._account.email, "password": password or self._account.password}
        where = region or self._account.region
        return await self.ask("POST", where, "/llu/auth/login", json=words, **options)

    async def continue_step(self, step: str, ticket: str) -> Answer:
        """Accept a document."""
        headers = {"Authorization": f"Bearer {ticket}"}
        return await self.ask("POST", self._account.region, f"/auth/continue/{step}", headers=headers)

    async def signed_in(self) -> Follower:
        """Sign in and carry the ticket from then on."""
        data = (await self.login()).json["data"]
        self.carry(data["authTicket"]["token"])
        self.headers["account-id"] = sha256(data["user"]["id"].encode()).hexdigest()
        return self

    def carry(self, ticket: str) -> None:
        """Use this ticket from now on."""
        self.headers["Authorization"] = f"Bearer {ticket}"

    async def get(self, path: str, region: str | None = None, **options: Any) -> Answer:
        """Read something, by default where the account lives."""
        return await self.ask("GET", region or self._account.region, path, **options)

    async def connections(self, **options: Any) -> Answer:
        """The persons followed."""
        return await self.get("/llu/connections", **options)

    async def latest(self) -> Any:
        """The first person's newest reading."""
        return (await self.connections()).json["data"][0]["glucoseMeasurement"]
