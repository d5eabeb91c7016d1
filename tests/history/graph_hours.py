"""What an hour was like, by the curve of the cloud double alone."""

from datetime import datetime, timedelta
from itertools import pairwise

from tests.cloud_double import Person
from tests.cloud_double.readings import graph

HOUR = timedelta(hours=1)


def hour_of_graph(who: Person, hour: datetime) -> tuple[float, float, float]:
    """Mean, least and most of the graph's readings in an hour: each of them holds until the next."""
    held = [
        (min(later.at, hour + HOUR) - max(earlier.at, hour), earlier.mg_dl)
        for earlier, later in pairwise(graph(who, hour + 3 * HOUR))
        if later.at > hour and earlier.at < hour + HOUR
    ]
    values = [mg_dl for _, mg_dl in held]
    return sum(span / HOUR * mg_dl for span, mg_dl in held), min(values), max(values)
