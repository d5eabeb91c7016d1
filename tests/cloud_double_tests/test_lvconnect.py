"""The way of skobkars/lvconnect, request for request: it sends a User-Agent, an Accept, a ticket, no more."""

from datetime import UTC, datetime, timedelta
import json
import re
from typing import Any

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person

from .conftest import Clock

OFFSET = 3600
"""What its user sets for Berlin, in seconds; there the sign is the other way round."""


class LvConnect:
    """What it does, in its order."""

    def __init__(self, session: ClientSession, cloud: CloudDouble, account: Account) -> None:
        self._session, self._cloud, self._account = session, cloud, account
        self.region = "global"
        self.ticket = ""
        self.user_id: str | None = None

    async def _ask(self, method: str, url: str, accept: str = "application/json", **options: Any) -> Any:
        headers = {"User-Agent": "lvconnect/0.1.0", "Accept": accept}
        if self.ticket and accept == "application/json":
            headers["Authorization"] = f"Bearer {self.ticket}"
        async with self._session.request(method, url, headers=headers, **options) as response:
            if method == "OPTIONS":
                return dict(response.headers)
            assert response.status == 200, await response.text()
            return await (response.text() if accept == "text/html" else response.json())

    def _url(self, path: str) -> str:
        return self._cloud.url_template.format(region=self.region) + path

    async def login(self) -> None:
        """Probe, sign in, follow the redirect, ask for the user where the sign-in does not tell."""
        told = await self._ask("OPTIONS", self._url("/auth/login"), "*/*")
        assert told["lvapi"]
        words = {"email": self._account.email, "password": self._account.password}
        data = (await self._ask("POST", self._url("/auth/login"), json=words))["data"]
        if data.get("redirect"):
            self.region = data["region"]
            await self.login()
            return
        self.ticket = data["authTicket"]["token"]
        self.user_id = data["user"].get("id")
        if self.user_id is None:
            data = (await self._ask("GET", self._url("/user")))["data"]
            self.user_id, self.ticket = data["user"]["id"], data["authTicket"]["token"]

    async def fetch(self, since: datetime, now: datetime) -> dict[str, Any]:
        """The data of a Daily Log."""
        settings = await self._ask("GET", self._url("/reportSettings"))
        self.ticket = settings["ticket"]["token"]
        sources = settings["data"]["dataSources"]
        primary = min(sources.values(), key=lambda source: min(source["daysData"]))
        order = {
            "PrimaryDeviceId": primary["id"],
            "PrimaryDeviceTypeId": primary["type"],
            "SecondaryDeviceIds": [other for other in sources if other != primary["id"]],
            "PrintReportsWithPatientInformation": False,
            "ReportIds": [500000 + primary["type"]],
            "ClientReportIDs": [5],
            "StartDates": [int(since.timestamp()) + OFFSET + 1],
            "EndDate": int(now.timestamp()),
            "PatientId": self.user_id,
            "CultureCode": "en-US",
        }
        ordered = await self._ask("POST", self._url("/reports"), json=order)
        self.ticket = ordered["ticket"]["token"]
        poll = (await self._ask("GET", ordered["data"]["url"]))["data"]["lp"]
        while (told := await self._ask("GET", poll))["operation"] == "started":
            pass
        assert told["operation"] == "update"
        urls = told["args"]["urls"]
        url = urls[5] if isinstance(urls, list) else urls["5"]
        page = await self._ask("GET", f"{url}?session={self.ticket}", "text/html")
        # On one line, to the last brace there.
        found = re.search(r"window.report\s*=\s*({.*})", page, re.IGNORECASE)
        assert found is not None
        data: dict[str, Any] = json.loads(found[1])["Data"]
        return data


@pytest.mark.parametrize("hides_id", [False, True])
@pytest.mark.parametrize("urls_as", ["map", "array"])
async def test_it_comes_to_its_readings(
    *,
    cloud: CloudDouble,
    session: ClientSession,
    own_account: Account,
    person: Person,
    clock: Clock,
    hides_id: bool,
    urls_as: str,
) -> None:
    person.former_device = True
    person.add_entry("note", at=clock.now - timedelta(hours=5), text='an {odd} "note" };')
    own_account.hides_id = hides_id
    cloud.urls_as, cloud.report_polls = urls_as, 1
    client = LvConnect(session, cloud, own_account)
    await client.login()
    assert client.user_id == person.patient_id
    since = clock.now - timedelta(days=2)
    data = await client.fetch(since, clock.now)
    instants = [
        datetime.fromtimestamp(value["Timestamp"] - OFFSET, UTC)
        for day in data["Days"]
        for segment in day["Glucose"]
        for value in segment
    ]
    assert instants == sorted(instants)
    assert since < instants[0] < since + timedelta(minutes=6)
    # Its end is true time, which the double takes for the phone's clock: an hour is missing in Berlin.
    assert clock.now - timedelta(minutes=66) < instants[-1] <= clock.now - timedelta(minutes=59)
    headers = {name for each in cloud.log for name in each.headers}
    assert headers.isdisjoint({"product", "version", "account-id", "newyu-lv-web-version"})
