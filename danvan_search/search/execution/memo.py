"""What one query keeps: each value is made once, when it is first asked for."""

from collections.abc import Callable, Hashable
from typing import TypeVar

Value = TypeVar("Value")


class Memo:
    """Values by key; for one thread.

    The hash of a node takes as long as its tree is large, so keys have the number of a node.
    """

    __slots__ = ("_by_id", "_numbers", "_values")

    def __init__(self) -> None:
        self._values: dict[Hashable, object] = {}
        self._numbers: dict[Hashable, int] = {}
        self._by_id: dict[int, tuple[int, object]] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; the first call makes it."""
        known = self._values.get(key)
        if known is None:
            known = self._values[key] = make()
        return known  # type: ignore[return-value]

    def has(self, key: Hashable) -> bool:
        """Return whether the value of a key was made."""
        return key in self._values

    def number(self, node: Hashable) -> int:
        """Return the number of a node or of a syllable: equal ones have the same."""
        known = self._by_id.get(id(node))
        if known is not None:
            return known[0]
        number = self._numbers.setdefault(node, len(self._numbers))
        # The node is kept, so that no other one can have its id.
        self._by_id[id(node)] = number, node
        return number
