"""Numbers and strings in binary formats, read in bounds."""

import struct
from typing import Final

_U2: Final = struct.Struct("<H")
_U4: Final = struct.Struct("<I")
_U8: Final = struct.Struct("<Q")


def u2(data: bytes, place: int) -> int:
    """Return the number in 2 bytes.

    :raises struct.error: it is not within the data.
    """
    return int(_U2.unpack_from(data, _checked(place))[0])


def u4(data: bytes, place: int) -> int:
    """Return the number in 4 bytes.

    :raises struct.error: it is not within the data.
    """
    return int(_U4.unpack_from(data, _checked(place))[0])


def u8(data: bytes, place: int) -> int:
    """Return the number in 8 bytes.

    :raises struct.error: it is not within the data.
    """
    return int(_U8.unpack_from(data, _checked(place))[0])


def plex(data: bytes, size: int) -> tuple[list[int], list[bytes]]:
    """Return the bounds and the values of a PLC: n + 1 numbers of 4 bytes, n values.

    :param size: the size of a value, in bytes.
    """
    count = max(0, (len(data) - 4) // (4 + size))
    bounds = [u4(data, 4 * number) for number in range(count + 1)] if count else []
    first = 4 * (count + 1)
    return bounds, [data[first + size * one : first + size * (one + 1)] for one in range(count)]


def _checked(place: int) -> int:
    if place < 0:
        raise struct.error("a place before the data")
    return place
