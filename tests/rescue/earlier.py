"""Writes the format before, as far as it is read: the reverse of ``rescue.earlier_format``."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import zstandard

from danvan_search.index.codec import array_file
from danvan_search.index.codec.array_file import ArrayFileWriter
from danvan_search.index.codec.checked_array import Arrays
from danvan_search.index.codec.ragged import offsets_of
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.codec.text_encoding import EncodedText, cut_up, encode, pack
from danvan_search.index.folder import commit_file

CHUNK_CHARS = 800


def make_earlier(path: Path) -> None:
    """Rewrite an index in the format before."""
    for entry in commit_file.read_latest(path).segments:
        name = entry.segment_id()
        segment = OpenSegment(path, name, entry.doc_count_all())
        docs = range(segment.reader.doc_count)
        articles = [segment.article(doc) for doc in docs]
        known = [segment.doc_values.known(doc) for doc in docs]
        meta = {"docs": len(docs), "segmenters": list(segment.reader.segmenters)}
        write(path / f"{name}.grid", text_arrays(articles), meta)
        write(path / f"{name}.docs", row_arrays(articles, known), {})
    (file,) = path.glob("*.toc")
    reseal(file, lambda own: own.pop("analysis"))
    (path / "danvan.json").write_bytes(b'{"format": "danvan-grid-2"}\n')


def reseal(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON values of a commit file, and give it a correct checksum."""
    data = file.read_bytes()[: -commit_file._TRAILER.size - commit_file._LENGTH.size]
    start = data.index(b'{"generation"')
    own = json.loads(data[start:])
    change(own)
    raw = json.dumps(own).encode()
    data = data[:start] + raw + commit_file._LENGTH.pack(len(raw))
    file.write_bytes(data + commit_file._TRAILER.pack(*commit_file._trailer(data)))


def write(file: Path, arrays: Arrays, meta: dict[str, Any]) -> None:
    """Write an array file of version 3."""
    with patch.object(array_file, "FORMAT_VERSION", 3), file.open("wb") as stream:
        writer = ArrayFileWriter(stream)
        for name, array in arrays.items():
            writer.add(name, array)
        writer.finish(meta)


def text_arrays(articles) -> Arrays:
    """Return the arrays of the texts."""
    compressor = zstandard.ZstdCompressor(level=3, write_content_size=False)
    frames, firsts = [], [0]
    for one in articles:
        title, body = encode(one.title), encode(one.body)
        chunks = cut_up(body, CHUNK_CHARS)
        if chunks or title.codes:
            *whole, last = chunks or [EncodedText(b"", "")]
            packed = [*map(pack, whole), pack(last, title)]
            least = -(-5 * (len(last.codes) + len(title.codes)) // 1000)
            frames += [compressor.compress(chunk).ljust(least, b"\0") for chunk in packed]
        firsts.append(len(frames))
    return {
        "text_dictionary": np.zeros(0, np.uint8),
        "text_frames": np.frombuffer(b"".join(frames), np.uint8),
        "text_frame_offsets": offsets_of(np.array([*map(len, frames)], int)).astype(np.uint32),
        "text_chunks": np.array(firsts, np.uint32),
        "text_title_chars": np.array([len(one.title) for one in articles], np.uint32),
        "text_body_chars": np.array([len(one.body) for one in articles], np.uint32),
    }


def row_arrays(articles, known) -> Arrays:
    """Return the arrays of the doc values."""
    keys = np.array(
        [
            int.from_bytes(hashlib.blake2b(one.id.encode(), digest_size=8).digest(), "little")
            for one in articles
        ],
        np.uint64,
    )
    order = np.argsort(keys, kind="stable")
    arrays = {
        "hashes": np.array([[*bytes.fromhex(one.hash)] for one in known], np.uint8),
        "dates": np.array([one.date.toordinal() if one.date else 0 for one in articles], np.int32),
        "id_keys": keys[order],
        "id_docs": order.astype(np.uint32),
        **json_arrays(
            "records",
            [
                [one.id, one.source == one.id or one.source, dict(one.extra), one.title]
                for one in articles
            ],
        ),
    }
    for name, values in (
        ("category", [one.category for one in articles]),
        ("origin", [one.origin for one in known]),
        ("root", [one.root for one in known]),
    ):
        names = [*dict.fromkeys(value for value in values if value is not None)]
        numbers = [-1 if value is None else names.index(value) for value in values]
        arrays |= {name: np.array(numbers, np.int32), **json_arrays(f"{name}_names", names)}
    return arrays


def json_arrays(name: str, values: list[Any]) -> Arrays:
    """Return the arrays of JSON values."""
    raw = [
        json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        for one in values
    ]
    lengths = np.array([*map(len, raw)], int)
    return {name: np.frombuffer(b"".join(raw), np.uint8), f"{name}_offsets": offsets_of(lengths)}
