"""A plain client that speaks to the double as LibreView's web pages do, and hides nothing of its answers."""

import json
from typing import Any

from aiohttp import ClientSession

from tests.cloud_double import Account, CloudDouble

from .follower import Answer


class Patient:
    """Someone with an account at LibreView, who may leave out or change any header."""

    def __init__(self, session: ClientSession, cloud: CloudDouble, account: Account) -> None:
        self._session = session
        self._cloud = cloud
        self.account = account
        self.headers = {"product": "lv", "newyu-lv-web-version": "3.25.3.0"}
        self.sent: dict[str, Any] = {}

    async def ask_at(self, method: str, url: str, **options: Any) -> Answer:
        """One request with the headers of the moment, to a whole address."""
        headers = self.headers | options.pop("headers", {})
        present = {name: value for name, value in headers.items() if value is not None}
        async with self._session.request(
            method, url, headers=present, allow_redirects=False, **options
        ) as response:
            is_json = response.content_type == "application/json"
            return Answer(response.status, await (response.json() if is_json else response.text()))

    async def ask(self, method: str, path: str, region: str | None = None, **options: Any) -> Answer:
        """One request, by default where the account lives."""
        url = self._cloud.url_template.format(region=region or self.account.region) + path
        return await self.ask_at(method, url, **options)

    async def login(
        self,
        region: str | None = None,
        password: str | None = None,
        device: str | None = None,
        **options: Any,
    ) -> Answer:
        """Try to sign in."""
        words = {"email": self.account.email, "password": password or self.account.password}
        if device is not None:
            words["trustedDeviceToken"] = device
        return await self.ask("POST", "/auth/login", region, json=words, **options)

    async def send_code(self, ticket: str, *, is_primary: bool = True) -> Answer:
        """Have a code sent."""
        return await self._continue("2fa/sendcode", ticket, json={"isPrimaryMethod": is_primary})

    async def enter_code(self, ticket: str, code: str, *, is_primary: bool = True) -> Answer:
        """Enter the code."""
        words = {"code": code, "isPrimaryMethod": is_primary}
        return await self._continue("2fa/result", ticket, json=words)

    async def accept(self, step: str, ticket: str) -> Answer:
        """Accept a document."""
        return await self._continue(step, ticket)

    async def _continue(self, step: str, ticket: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {ticket}"}
        return await self.ask("POST", f"/auth/continue/{step}", headers=headers, **options)

    async def signed_in(self) -> Patient:
        """Sign in to an account without a second factor, and carry the ticket from then on."""
        self.carry((await self.login()).json["data"]["authTicket"]["token"])
        return self

    def carry(self, ticket: str) -> None:
        """Use this ticket from now on."""
        self.headers["Authorization"] = f"Bearer {ticket}"

    @property
    def ticket(self) -> str:
        """The ticket carried."""
        return self.headers["Authorization"].removeprefix("Bearer ")

    async def order(self, start: int, end: int, **changes: Any) -> Answer:
        """Order a Daily Log of the newest device's data; a change to None leaves a field out."""
        sources = (await self.ask("GET", "/reportSettings")).json["data"]["dataSources"]
        primary, *others = sorted(sources.values(), key=lambda source: min(source["daysData"]))
        self.sent = {
            "PrimaryDeviceId": primary["id"],
            "PrimaryDeviceTypeId": primary["type"],
            "SecondaryDeviceIds": [other["id"] for other in others],
            "PrintReportsWithPatientInformation": False,
            "ReportIds": [500000 + primary["type"]],
            "ClientReportIDs": [5],
            "StartDates": [start],
            "EndDate": end,
            "PatientId": self.account.user_id,
            "CultureCode": "en-US",
        } | changes
        body = {name: value for name, value in self.sent.items() if value is not None}
        return await self.ask("POST", "/reports", json=body)

    async def long_poll(self, start: int, end: int, **changes: Any) -> str:
        """Order a report and find out where to hear how it gets on."""
        url = (await self.order(start, end, **changes)).json["data"]["url"]
        address: str = (await self.ask_at("GET", url)).json["data"]["lp"]
        return address

    async def page(self, start: int, end: int, **changes: Any) -> str:
        """Order a report and fetch its page."""
        poll = await self.long_poll(start, end, **changes)
        url = (await self.ask_at("GET", poll)).json["args"]["urls"]["5"]
        headers = {"Authorization": None, "Accept": "text/html"}
        text: str = (await self.ask_at("GET", f"{url}?session={self.ticket}", headers=headers)).json
        return text

    async def report(self, start: int, end: int, **changes: Any) -> Any:
        """The JSON inside the page."""
        script = (await self.page(start, end, **changes)).partition("window.Report = ")[2]
        return json.JSONDecoder().raw_decode(script)[0]
