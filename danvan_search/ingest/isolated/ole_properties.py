"""The summary of an OLE file: title, author, keywords and day, from the stream that holds it.

The property set is read in bounds, one value after the other; what is damaged is left out.
"""

import datetime
import struct
from typing import Final

from danvan_search.ingest.isolated.binary import u2, u4, u8

_NAMES: Final = {2: "title", 4: "author", 5: "tags", 12: "created"}
_CODE_PAGE: Final = 1
_BYTES, _WIDE, _TIME, _SHORT = 30, 31, 64, 2
_MAX_PROPERTIES: Final = 200
_MAX_BYTES: Final = 10_000
_SET: Final = 48
"""Where the first set begins: after the header and its identifier comes its offset."""

_EPOCH: Final = datetime.datetime(1601, 1, 1)
_UTF16: Final = 1200


def summary_of(stream: bytes) -> dict[str, str]:
    """Return the values of a summary by name; ``created`` is an ISO date."""
    found: dict[str, str] = {}
    try:
        start = u4(stream, _SET - 4)
        count = min(u4(stream, start + 4), _MAX_PROPERTIES)
        places = {
            u4(stream, start + 8 + 8 * one): start + u4(stream, start + 12 + 8 * one)
            for one in range(count)
        }
    except struct.error:
        return found
    encoding = "cp1252"
    if _CODE_PAGE in places:
        encoding = _encoding(stream, places[_CODE_PAGE])
    for number, name in _NAMES.items():
        if number in places and (value := _value(stream, places[number], encoding)):
            found[name] = value
    return found


def _encoding(stream: bytes, place: int) -> str:
    try:
        page = u2(stream, place + 4)
    except struct.error:
        return "cp1252"
    name = {65001: "utf-8", _UTF16: "utf-16-le"}.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _value(stream: bytes, place: int, encoding: str) -> str:
    try:
        kind, size = u2(stream, place), u4(stream, place + 4)
        if kind == _TIME:
            seconds = u8(stream, place + 4) // 10_000_000
            return (_EPOCH + datetime.timedelta(seconds=seconds)).date().isoformat()
        if kind == _WIDE:
            size, encoding = 2 * size, "utf-16-le"
        elif kind != _BYTES:
            return ""
    except (struct.error, OverflowError):
        return ""
    raw = stream[place + 8 : place + 8 + min(size, _MAX_BYTES)]
    return raw.decode(encoding, "replace").split("\0")[0].strip()
