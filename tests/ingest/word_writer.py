"""Writes documents of Word 97 to test with, after the published formats, apart from the reader."""

import itertools
import random
import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_TEXT_AT = 0x600


def ole_of(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE file of streams; each is padded to the size that needs no small sectors."""
    padded = {name: data + bytes(max(0, 4096 - len(data))) for name, data in streams.items()}
    entries = len(padded) + 1
    directory_sectors = -(-entries * 128 // _SECTOR)
    counts = [-(-len(data) // _SECTOR) for data in padded.values()]
    total = directory_sectors + sum(counts)
    fat_sectors = -(-(total + -(-total // 127)) // 128)
    fat = [_FAT] * fat_sectors
    for count in (directory_sectors, *counts):
        fat += [*range(len(fat) + 1, len(fat) + count), _END]
    fat += [_FREE] * (128 * fat_sectors - len(fat))
    directory = _entry("Root Entry", 5, 1, _FREE, _END, 0)
    first = fat_sectors + directory_sectors
    for number, (name, count) in enumerate(zip(padded, counts, strict=True), 1):
        following = number + 1 if number < len(padded) else _FREE
        directory += _entry(name, 2, _FREE, following, first, len(padded[name]))
        first += count
    directory += bytes(directory_sectors * _SECTOR - len(directory))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, _END, 0, _END, 0, 0)
    header = header[:-4] + b"".join(struct.pack("<I", one) for one in range(fat_sectors))
    header += b"\xff" * (_SECTOR - len(header))
    body = b"".join(struct.pack("<I", one) for one in fat) + directory
    for data in padded.values():
        body += data + bytes(-len(data) % _SECTOR)
    return header + body


def word_of(
    runs: Sequence[tuple[str, str]], chance: random.Random, properties: bytes = b""
) -> bytes:
    r"""Return a document of runs (text, font), in pieces that are saved in any order.

    The text is as Word keeps it: ``\r`` ends a paragraph.
    """
    fonts = list(dict.fromkeys(font for _, font in runs))
    text = "".join(text for text, _ in runs)
    ends = list(itertools.accumulate(len(text) for text, _ in runs))
    cuts = sorted({0, len(text), *(chance.randrange(len(text)) for _ in range(len(text) // 200))})
    pieces = list(itertools.pairwise(cuts))
    saved = sorted(pieces, key=lambda _: chance.random())
    data = b""
    places: dict[int, tuple[int, bool]] = {}
    ranges: list[tuple[int, int, int]] = []
    for start, end in saved:
        piece = text[start:end]
        is_narrow = all(ord(one) < 0x80 or 0xA0 <= ord(one) < 0x100 for one in piece)
        if not is_narrow and len(data) % 2:
            data += b"\0"
        width = 1 if is_narrow else 2
        places[start] = (_TEXT_AT + len(data), is_narrow)
        inner = [end_ for end_ in ends if start < end_ < end]
        for one, other in itertools.pairwise((start, *inner, end)):
            font = next(number for number, end_ in enumerate(ends) if one < end_)
            ranges.append((
                _TEXT_AT + len(data) + (one - start) * width,
                _TEXT_AT + len(data) + (other - start) * width,
                fonts.index(runs[font][1]),
            ))  # fmt: skip
        data += piece.encode("latin-1" if is_narrow else "utf-16-le")
    data += bytes(-len(data) % _SECTOR)
    first_page = (_TEXT_AT + len(data)) // _SECTOR
    pages = [_page(ranges[start : start + 60]) for start in range(0, len(ranges), 60)]
    bounds = [ranges[start][0] for start in range(0, len(ranges), 60)] + [ranges[-1][1]]
    table = b""
    parts = {}
    for place, part in (
        (0xFA, _numbers(bounds) + _numbers([first_page + one for one in range(len(pages))])),
        (0x112, struct.pack("<HH", len(fonts), 0) + b"".join(map(_font, fonts))),
        (0x1A2, _piece_table(cuts, [places[start] for start, _ in pieces])),
    ):
        parts[place] = (len(table), len(part))
        table += part
    head = bytearray(_TEXT_AT)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 0x0A, 0x0200)
    struct.pack_into("<I", head, 0x4C, len(text))
    for place, (start, size) in parts.items():
        struct.pack_into("<II", head, place, start, size)
    streams = {"WordDocument": bytes(head) + data + b"".join(pages), "1Table": table}
    if properties:
        streams["\x05SummaryInformation"] = properties
    return ole_of(streams)


def properties_of(title: bytes, code_page: int) -> bytes:
    """Return a summary with a title."""
    values = struct.pack("<IIIII", 2, 1, 24, 2, 32) + struct.pack("<IHxx", 2, code_page)
    values += struct.pack("<II", 30, len(title) + 1) + title + b"\0"
    head = struct.pack("<HHI16xI16xI", 0xFFFE, 0, 2, 1, 48)
    return head + struct.pack("<I", 4 + len(values)) + values


def _entry(name: str, kind: int, child: int, following: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw) + 2, kind, 1, _FREE, following, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def _page(ranges: Sequence[tuple[int, int, int]]) -> bytes:
    page = bytearray(_SECTOR)
    page[-1] = len(ranges)
    struct.pack_into(f"<{len(ranges) + 1}I", page, 0, *(one[0] for one in ranges), ranges[-1][1])
    end = 510
    known: dict[int, int] = {}
    for number, (_, _, font) in enumerate(ranges):
        if font not in known:
            end -= 10
            page[end] = 8
            struct.pack_into("<HHHH", page, end + 1, 0x4A4F, font, 0x4A51, font)
            known[font] = end // 2
        page[4 * (len(ranges) + 1) + number] = known[font]
    return bytes(page)


def _font(name: str) -> bytes:
    raw = bytes(39) + name.encode("utf-16-le") + b"\0\0"
    return bytes((len(raw),)) + raw


def _piece_table(cuts: Sequence[int], places: Sequence[tuple[int, bool]]) -> bytes:
    pieces = b"".join(
        struct.pack("<HIH", 0, (2 * place | 1 << 30) if is_narrow else place, 0)
        for place, is_narrow in places
    )
    table = _numbers(cuts) + pieces
    return b"\x01\x02\x00\x00\x00\x02" + struct.pack("<I", len(table)) + table


def _numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
