"""What one query keeps: each value is made once, when it is first asked for."""

from collections.abc import Callable, Hashable
from typing import TypeVar

Value = TypeVar("Value")


class Memo:
    """Values by key; for one thread."""

    def __init__(self) -> None:
        self._values: dict[Hashable, object] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; the first call makes it."""
        known = self._values.get(key)
        if known is None:
            known = self._values[key] = make()
        return known  # type: ignore[return-value]
