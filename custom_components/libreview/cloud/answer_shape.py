"""The shape of an answer: which keys it has and of what types their values are, never a value.

    >>> describe({"status": 0, "data": [{"sn": "0X1", "pt": 4}, {"sn": None, "pt": 4}]})
    {'': 'data list, status int', 'data': '[] 2 x object', 'data[]': 'pt int, sn 1 x null 1 x string'}

Each object has a line with its members, by its path. `?` stands after names that no public source has, and
`<key>` for keys that could be anybody's name or id.
"""

from collections import Counter, defaultdict
from typing import Final

from .known_names import HIDDEN, show_key

type Shape = dict[str, str]
"""The members of each object, by its path."""

_TYPES: Final = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "float",
    str: "string",
    list: "list",
    dict: "object",
}
_ELEMENT: Final = "[]"
_LOOKED_INTO: Final = 100
"""Elements of a list that are looked into. All are counted."""
_MOST_KEYS: Final = 40
"""An object with more keys is rather a map, whose keys are no names."""
_DEEPEST: Final = 12
_MOST_VALUES: Final = 100_000
_LONGEST_SHAPE: Final = 3000
"""Characters."""
_CUT: Final = "…"


class _Walk:
    """The members of all objects in a value, with how often each type occurs."""

    def __init__(self, value: object, at_most: int) -> None:
        self.members: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._left = at_most
        self._enter("", value, 0)

    def _enter(self, path: str, value: object, depth: int) -> None:
        """Add what is in an object or a list."""
        if depth == _DEEPEST or self._left <= 0:
            return
        if isinstance(value, dict):
            self._left -= len(value)
            for key, child in value.items():
                name = show_key(str(key), is_new_shown=len(value) <= _MOST_KEYS)
                self._add(path, name, child)
                self._enter(f"{path}.{name.rstrip('?')}".lstrip("."), child, depth + 1)
        elif isinstance(value, list):
            counted = self.members[path][_ELEMENT]
            for kind, count in Counter(map(type, value)).items():
                counted[_name_of(kind)] += count
            for child in value[:_LOOKED_INTO]:
                self._enter(f"{path}{_ELEMENT}", child, depth + 1)

    def _add(self, path: str, name: str, value: object) -> None:
        self.members[path][name][_name_of(type(value))] += 1


def _name_of(kind: type) -> str:
    return _TYPES.get(kind, "other")


def describe(value: object, at_most: int = _MOST_VALUES) -> Shape:
    """Return the shape of whatever a body or a report holds, as far as so many values tell it."""
    shape: Shape = {}
    left = _LONGEST_SHAPE
    for path, members in sorted(_Walk(value, at_most).members.items()):
        line = _line_of(members)
        left -= len(path) + len(line) + 8  # The quotes and what else stands between them.
        if left < 0:
            return shape | {_CUT: _CUT}
        shape[path] = line
    return shape


def _line_of(members: dict[str, Counter[str]]) -> str:
    """Return the members of the objects at one path; with numbers where they differ from object to object."""
    counted = (HIDDEN, _ELEMENT)
    most = max((types.total() for name, types in members.items() if name not in counted), default=0)
    texts = []
    for name, types in sorted(members.items()):
        if len(types) == 1 and types.total() == most and name not in counted:
            texts.append(f"{name} {next(iter(types))}")
        else:
            texts.append(" ".join([name, *(f"{count} x {kind}" for kind, count in sorted(types.items()))]))
    return ", ".join(texts)
