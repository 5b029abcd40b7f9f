"""What a document says of itself and is searched beside its title and body."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

SEARCHED: Final = ("tags", "aliases", "description", "author", "number", "book", "file_name")
"""The keys of ``extra`` whose values are searched."""


def details_of(extra: Mapping[str, Any]) -> str:
    """Return the searched values of an article's ``extra``, one per line."""
    lines = dict.fromkeys(
        " ".join(line.split()) for key in SEARCHED for line in _strings(extra.get(key))
    )
    return "\n".join(line for line in lines if line)


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield the strings of a value: itself, those of a list, the name of an object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(value.get("name"))
    elif isinstance(value, list | tuple):
        for one in value:
            if not isinstance(one, list | tuple):
                yield from _strings(one)
