"""Frames: a JSON object, and bytes, over a pipe.

A frame is the length of the JSON and of the bytes (4 bytes each, big-endian), the JSON in UTF-8,
and the bytes.
"""

import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

MAX_ELEMENTS: Final = 10_000_000
"""How many values the JSON of a frame may hold."""

_LENGTHS: Final = struct.Struct(">II")


class FrameError(Exception):
    """What came over the pipe is no frame, or ends within one, or is longer than allowed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What came over the pipe.

    :ivar values: the JSON object.
    :ivar content: the bytes.
    :ivar length: of the whole frame, in bytes.
    :ivar elements: the most values that the JSON may hold: its commas and opening brackets.
    """

    values: dict[str, Any]
    content: bytes
    length: int
    elements: int


def write_frame(stream: BinaryIO, values: dict[str, Any], content: bytes = b"") -> None:
    """Write a frame, and flush.

    :param values: a JSON object; its strings may hold any characters.
    :param content: the bytes.
    :raises OSError: the other end is closed.
    """
    header = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    stream.write(_LENGTHS.pack(len(header), len(content)) + header)
    stream.write(content)
    stream.flush()


def read_frame(stream: BinaryIO, max_bytes: int, max_elements: int = MAX_ELEMENTS) -> Frame | None:
    """Return the next frame; None at the end of the stream.

    :param max_bytes: the maximum length of a frame.
    :param max_elements: the maximum number of values in its JSON: an empty list is two bytes there,
        and sixty in memory.
    :raises FrameError: it is no frame.
    """
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise FrameError("ends within a frame")
    header_length, content_length = _LENGTHS.unpack(lengths)
    if header_length + content_length > max_bytes:
        raise FrameError("is too long")
    header, content = stream.read(header_length), stream.read(content_length)
    if len(header) < header_length or len(content) < content_length:
        raise FrameError("ends within a frame")
    elements = sum(header.count(sign) for sign in (b",", b"[", b"{"))
    if elements > max_elements:
        raise FrameError("is too long")
    try:
        values = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise FrameError("is no JSON") from error
    if not isinstance(values, dict):
        raise FrameError("is no object")
    return Frame(values, content, _LENGTHS.size + header_length + content_length, elements)
