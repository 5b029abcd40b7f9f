"""What a document says of itself and is searched beside its title and body."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

SEARCHED: Final = ("tags", "aliases", "description", "author", "number", "book", "file_name")
"""The keys of ``extra`` whose values are searched."""


def details_of(extra: Mapping[str, Any]) -> str:
    """Return the searched values of an article's ``extra``, one per line.

    The kind of an act stands before its number, since people ask for ``nghị định 74/2025`` and
    ``nghị định số 74/2025``.
    """
    lines = dict.fromkeys(
        " ".join(line.split())
        for key in SEARCHED
        if key in extra
        for value in _strings(extra[key])
        for line in (_acts(extra.get("kind"), value) if key == "number" else (value,))
    )
    return "\n".join(line for line in lines if line)


def _acts(kind: object, number: str) -> Iterator[str]:
    """Yield the names of an act."""
    if isinstance(kind, str) and kind:
        yield f"{kind} {number}"
        yield f"{kind} số {number}"
    else:
        yield number


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
