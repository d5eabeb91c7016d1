"""A phone whose clock is wrong, and with it the times of all that it uploads."""

from datetime import datetime, timedelta
from typing import Any

from custom_components.libreview.cloud.fields import utc_time
from tests.cloud_double import CloudDouble
from tests.cloud_double.wire import us_time


def set_phone_clocks(cloud: CloudDouble, since: datetime, off: timedelta) -> None:
    """Have the phones of all persons off by so much from an instant on, until the cloud is healed."""

    def shift(measurement: dict[str, Any]) -> dict[str, Any]:
        at = utc_time(measurement["FactoryTimestamp"])
        if at is None or at < since:
            return measurement
        return measurement | {"FactoryTimestamp": us_time(at + off)}

    def edit(connections: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = ("glucoseMeasurement", "glucoseItem")
        return [each | {name: shift(each[name]) for name in names if each[name]} for each in connections]

    cloud.edit_connections = edit
    cloud.edit_graph = lambda graph: (
        graph
        | {
            "connection": edit([graph["connection"]])[0],
            "graphData": [shift(each) for each in graph["graphData"]],
        }
    )
