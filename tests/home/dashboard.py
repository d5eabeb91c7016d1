"""The demo's dashboard: the one that the integration itself brings, with a page for each person."""

from .client import Client

URL_PATH = "glucose"
ICON = "mdi:water"


async def furnish(client: Client) -> None:
    """Make the dashboard, put it into the sidebar and make it the page that opens first."""
    existing = {board["url_path"] for board in await client.ask("lovelace/dashboards/list")}
    if URL_PATH not in existing:
        await client.ask(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            allow_single_word=True,
            title="Glucose",
            icon=ICON,
        )
    await client.ask(
        "lovelace/config/save", url_path=URL_PATH, config={"strategy": {"type": "custom:libreview"}}
    )
    await client.ask("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
