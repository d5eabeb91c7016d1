"""The ways of two public clients to the readings of a practice's patient, request for request.

One is skobkars/lvconnect for an account that is not of type `pat`; it sends no ProfessionalId. The other is
the order of calls that clients with a dashboard share (DenerRodrigues/LibreViewApi and a FastAPI project).
"""

from datetime import datetime, timedelta
import json
import re
from typing import Any, ClassVar, override

from aiohttp import ClientSession
import pytest

from tests.cloud_double import Account, CloudDouble, Person, Practice, Professional, professional

from .conftest import Clock


class PublicClient:
    """What both do: sign in with a code, and fetch the page of a report that was ordered."""

    headers: ClassVar[dict[str, str]]

    def __init__(self, session: ClientSession, cloud: CloudDouble, account: Account) -> None:
        self._session, self._cloud, self._account = session, cloud, account
        self.ticket = ""
        self.user: dict[str, Any] = {}

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        url = path if "://" in path else self._cloud.url_template.format(region="eu") + path
        sent = self.headers | headers
        if self.ticket and "Accept" not in headers:
            sent["Authorization"] = f"Bearer {self.ticket}"
        async with self._session.request(method, url, headers=sent, json=body) as response:
            assert response.status == 200, await response.text()
            return await (response.text() if "Accept" in headers else response.json())

    async def login(self) -> None:
        words = {"email": self._account.email, "password": self._account.password}
        answer = await self.ask("POST", "/auth/login", words)
        assert answer["data"]["step"]["type"] == "2faVerify"
        self.ticket = answer["data"]["authTicket"]["token"]
        answer = await self.ask("POST", "/auth/continue/2fa/sendcode", {"isPrimaryMethod": True})
        self.ticket = answer["ticket"]["token"]
        answer = await self.ask(
            "POST", "/auth/continue/2fa/result", {"code": "123456", "isPrimaryMethod": True}
        )
        self.user, self.ticket = answer["data"]["user"], answer["data"]["authTicket"]["token"]

    async def fetch(self, order: dict[str, Any]) -> dict[str, Any]:
        ordered = await self.ask("POST", "/reports", order)
        self.ticket = ordered["ticket"]["token"]
        poll = (await self.ask("GET", ordered["data"]["url"]))["data"]["lp"]
        url = (await self.ask("GET", poll))["args"]["urls"]["5"]
        page = await self.ask("GET", f"{url}?session={self.ticket}", Accept="text/html")
        found = re.search(r"window.report\s*=\s*({.*})", page, re.IGNORECASE)
        assert found is not None
        data: dict[str, Any] = json.loads(found[1])["Data"]
        return data


def common_order(sources: dict[str, Any], patient_id: str, now: datetime) -> dict[str, Any]:
    primary = min(sources.values(), key=lambda source: min(source["daysData"]))
    return {
        "PrimaryDeviceId": primary["id"],
        "PrimaryDeviceTypeId": primary["type"],
        "SecondaryDeviceIds": [other for other in sources if other != primary["id"]],
        "PrintReportsWithPatientInformation": False,
        "ReportIds": [500000 + primary["type"]],
        "ClientReportIDs": [5],
        "StartDates": [int((now - timedelta(days=2)).timestamp())],
        "EndDate": int(now.timestamp()),
        "PatientId": patient_id,
        "CultureCode": "en-US",
    }


class LvConnect(PublicClient):
    headers: ClassVar = {"User-Agent": "lvconnect/0.1.0"}

    @override
    async def login(self) -> None:
        """It can answer no code, and is given the token of a device that is trusted."""
        words = {
            "email": self._account.email,
            "password": self._account.password,
            "trustedDeviceToken": self._account.device_token,
        }
        data = (await self.ask("POST", "/auth/login", words))["data"]
        self.user, self.ticket = data["user"], data["authTicket"]["token"]
        if "id" not in self.user:
            data = (await self.ask("GET", "/user"))["data"]
            self.user, self.ticket = data["user"], data["authTicket"]["token"]

    async def readings(self, patient_id: str, now: datetime) -> dict[str, Any]:
        assert self.user["accountType"] != "pat"
        told = await self.ask("GET", f"/patients/{patient_id}")
        self.ticket = told["ticket"]["token"]
        assert told["data"]["patient"]["id"] == patient_id
        settings = await self.ask("GET", f"/patients/{patient_id}/reportSettings")
        self.ticket = settings["ticket"]["token"]
        return await self.fetch(common_order(settings["data"]["dataSources"], patient_id, now))


class DashboardClient(PublicClient):
    headers: ClassVar = {"product": "lv", "newyu-lv-web-version": "3.25.0.29"}

    async def readings(self, name: str, now: datetime) -> dict[str, Any]:
        body = {
            "filters": [],
            "columns": ["firstName", "lastName", "email", "dob", "lastAvailableData", "libreViewStatus"],
            "interval": "14",
            "view": "Dashboard.allPatients",
            "count": 50,
            "page": 1,
            "searching": {},
            "sort": {"key": "firstName", "desc": False},
        }
        board = await self.ask("POST", "/dashboard", body)
        self.ticket = board["ticket"]["token"]
        [patient_id] = [row["id"] for row in board["data"]["results"] if row["firstName"] == name]
        settings = await self.ask("GET", f"/patients/{patient_id}/reportSettings")
        self.ticket = settings["ticket"]["token"]
        data = settings["data"]
        more = {
            "ProfessionalId": self.user["id"],
            "Country": "DE",
            "CultureCodeCommunication": "en-US",
            "DateFormat": 2,
            "TimeFormat": 2,
            "TodayDate": int(now.timestamp()),
            "HighGlucoseThreshold": data["settings"]["highThreshold"],
            "LowGlucoseThreshold": data["settings"]["lowThreshold"],
            "TargetRangeHigh": data["settings"]["targetRange"]["max"],
            "TargetRangeLow": data["settings"]["targetRange"]["min"],
        }
        return await self.fetch(common_order(data["dataSources"], patient_id, now) | more)


@pytest.fixture
def nurse(cloud: CloudDouble, own_account: Account) -> Account:
    nurse = professional(professional=Professional(account_type="pro", role=None))
    cloud.add_practice(Practice(members=[nurse])).link(own_account)
    return nurse


@pytest.mark.parametrize("hides_id", [False, True])
async def test_lvconnect_comes_to_the_readings_of_a_patient(
    *,
    cloud: CloudDouble,
    session: ClientSession,
    nurse: Account,
    own_account: Account,
    person: Person,
    clock: Clock,
    hides_id: bool,
) -> None:
    person.former_device = True
    nurse.hides_id = hides_id
    client = LvConnect(session, cloud, nurse)
    await client.login()
    assert (await client.readings(own_account.user_id, clock.now))["Days"]
    assert [each.endpoint for each in cloud.log] == [
        "web_login",
        *(["user"] if hides_id else []),
        "patient",
        "patient_settings",
        "reports",
        "channel",
        "long_poll",
        "report_page",
    ]


@pytest.mark.parametrize("needs_professional_id", [False, True])
async def test_a_client_with_a_dashboard_does_too(
    *,
    cloud: CloudDouble,
    session: ClientSession,
    nurse: Account,
    own_account: Account,
    clock: Clock,
    needs_professional_id: bool,
) -> None:
    cloud.practice_forms.needs_professional_id = needs_professional_id
    client = DashboardClient(session, cloud, nurse)
    await client.login()
    assert (await client.readings(own_account.first_name, clock.now))["Days"]
