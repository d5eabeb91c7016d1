"""How long answers take to parse, and how much memory: ours beside pylibrelinkup, from the same bytes."""

from collections.abc import Callable
from copy import deepcopy
import gc
import json
from pathlib import Path
from time import process_time
from timeit import Timer
import tracemalloc
from typing import Any
from uuid import UUID

from pylibrelinkup.models.connection import Connection, GraphResponse

from custom_components.libreview.cloud.answer_errors import decode_object
from custom_components.libreview.cloud.librelinkup import parse_connections, parse_graph

RECORDED = Path(__file__).parents[2] / "tests" / "recorded"
TIMES_FASTER = 5
ROUNDS = 15

type Parse = Callable[[bytes], object]


def our_connections(body: bytes) -> object:
    """Parse as our client does."""
    return parse_connections((decode_object(body) or {})["data"])


def their_connections(body: bytes) -> object:
    """Parse as pylibrelinkup does in a graph's answer; its list of patients holds no more than names."""
    return [Connection.model_validate(connection) for connection in json.loads(body)["data"]]


def our_graph(body: bytes) -> object:
    """Parse as our client does."""
    return parse_graph((decode_object(body) or {})["data"])


def their_graph(body: bytes) -> object:
    """Parse as pylibrelinkup does."""
    return GraphResponse.model_validate(json.loads(body))


def report() -> None:
    """Print a table of all answers, and whether the aim is met."""
    print(f"From bytes to models: processor time (best of {ROUNDS} rounds) and peak memory (tracemalloc).")
    print()
    print(
        f"{'answer':24}{'ours':>12}{'pylibrelinkup':>16}{'faster':>9}{'ours':>12}{'pylibrelinkup':>16}{'less':>8}"
    )
    met = True
    for name, body, ours, theirs in _answers():
        our_time, their_time = _seconds(ours, body), _seconds(theirs, body)
        our_peak, their_peak = _peak(ours, body), _peak(theirs, body)
        faster = their_time / our_time
        met = met and faster >= TIMES_FASTER
        print(
            f"{name:24}{our_time * 1e6:9.0f} µs{their_time * 1e6:13.0f} µs{faster:8.1f}x"
            f"{our_peak / 1024:8.0f} KiB{their_peak / 1024:12.0f} KiB{their_peak / our_peak:7.1f}x"
        )
    print()
    print(f"Aim: at least {TIMES_FASTER} times faster:{'  met' if met else '  NOT met everywhere'}")


def _answers() -> list[tuple[str, bytes, Parse, Parse]]:
    """Give the answers to parse: recorded ones, with the ids that were blanked in them put back."""
    connections = _recorded("llu_connections.nightscout-librelink-up.json")
    graph = _recorded("llu_graph.nightscout-librelink-up.json")
    _identify(graph["data"]["connection"], 0)
    answers: list[tuple[str, bytes, Parse, Parse]] = []
    for count in (1, 10, 500):
        persons = [deepcopy(connections["data"][0]) for _ in range(count)]
        for number, person in enumerate(persons):
            _identify(person, number)
        body = json.dumps({**connections, "data": persons}).encode()
        answers.append((f"connections, persons: {count}", body, our_connections, their_connections))
    points = len(graph["data"]["graphData"])
    answers.append((f"graph, points: {points}", json.dumps(graph).encode(), our_graph, their_graph))
    return answers


def _recorded(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    return answer


def _identify(connection: dict[str, Any], number: int) -> None:
    connection["id"] = str(UUID(int=2 * number + 1))
    connection["patientId"] = str(UUID(int=2 * number + 2))


def _seconds(parse: Parse, body: bytes) -> float:
    # Processor time: other work on the machine hardly counts.
    timer = Timer(lambda: parse(body), timer=process_time)
    number = max(1, timer.autorange()[0] // 4)
    return min(timer.repeat(ROUNDS, number)) / number


def _peak(parse: Parse, body: bytes) -> int:
    parse(body)
    gc.collect()
    tracemalloc.start()
    try:
        parse(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
