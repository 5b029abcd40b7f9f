"""Array files: arrays are read as they were written, and damage is detected."""

import contextlib
import io

import numpy as np
import pytest

from danvan_search.errors import IndexDamagedError, IndexStorageError, StoreError
from danvan_search.index.codec.array_file import ArrayFile, ArrayFileWriter
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.writing.segment_writer import write_segment
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.phrase_top_docs import phrase_top
from tests.index.segments import build, build_arrays, columns_of, in_memory
from tests.search.execution.oracle import texts_of

ARRAYS = {
    "bytes": np.arange(5, dtype=np.uint8),
    "table": np.arange(12, dtype=np.float64).reshape(3, 4),
    "none": np.zeros((0, 7), dtype=np.uint16),
    "slots": np.array([0, 2**32 - 1], dtype=np.uint32),
    "signed": np.array([[-1]], dtype=np.int64),
}


@pytest.fixture
def path(tmp_path):
    """Return the path of a file with all of ``ARRAYS``."""
    path = tmp_path / "arrays"
    with path.open("wb") as file:
        writer = ArrayFileWriter(file)
        for name, array in ARRAYS.items():
            writer.add(name, array)
        writer.finish({"docs": 3})
    return path


def test_what_was_written_is_read(path):
    """Names, values, shapes, dtypes and meta are unchanged; arrays are aligned and read-only."""
    with ArrayFile(path) as file:
        file.verify()
        assert file.meta == {"docs": 3}
        assert list(ARRAYS) == list(file.arrays)
        for name, array in ARRAYS.items():
            read = file.arrays[name].whole()
            np.testing.assert_array_equal(array, read)
            assert array.dtype == read.dtype
            assert not read.flags.writeable
            assert read.size == 0 or read.ctypes.data % 64 == 0


def test_every_flipped_byte_is_noticed(path, tmp_path):
    """``verify`` detects an altered byte anywhere in the file, padding included."""
    good = path.read_bytes()
    damaged = tmp_path / "damaged"
    for offset in range(len(good)):
        for flip in (0x01, 0x80, 0xFF):
            raw = bytearray(good)
            raw[offset] ^= flip
            damaged.write_bytes(raw)
            with pytest.raises(StoreError, match=r"damaged|format"), ArrayFile(damaged) as file:
                file.verify()


def test_an_altered_array_is_never_read(path, tmp_path):
    """Even without ``verify``, reading an array returns what was written or is an error."""
    good = path.read_bytes()
    damaged = tmp_path / "damaged"
    for offset in range(len(good)):
        raw = bytearray(good)
        raw[offset] ^= 0x10
        damaged.write_bytes(raw)
        try:
            file = ArrayFile(damaged)
        except StoreError:
            continue
        for name, array in ARRAYS.items():
            with contextlib.suppress(IndexDamagedError):
                np.testing.assert_array_equal(array, file.arrays[name].whole())


def test_a_cut_file_is_refused(path, tmp_path):
    """A file that is cut short, or has extra bytes at its end, is not opened."""
    good = path.read_bytes()
    cut = tmp_path / "cut"
    for raw in (*(good[:size] for size in range(0, len(good), 7)), good + b"\0", b""):
        cut.write_bytes(raw)
        with pytest.raises(StoreError):
            ArrayFile(cut)


def test_a_missing_file_is_named(tmp_path):
    """The error of a missing file names it."""
    with pytest.raises(IndexStorageError, match="nowhere"):
        ArrayFile(tmp_path / "nowhere")


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.array([1j])])
def test_a_dtype_that_is_not_plain_numbers_is_refused(array):
    """Strings, objects and complex numbers cannot be stored."""
    with pytest.raises(ValueError, match="dtype"):
        ArrayFileWriter(io.BytesIO()).add("x", array)


def test_a_name_is_used_once():
    """Two arrays of the same name are an error of the caller."""
    writer = ArrayFileWriter(io.BytesIO())
    writer.add("x", np.zeros(1))
    with pytest.raises(ValueError, match="x"):
        writer.add("x", np.zeros(1))


def test_a_segment_is_searched_from_its_file(tmp_path):
    """A segment in a file has the results of one in memory, even after the file is deleted."""
    docs = [("Dân vận khéo", "Cán bộ làm dân vận khéo."), ("", "đường Dương \ud800 \x00")] * 3
    path = tmp_path / "segment"
    with path.open("wb") as file:
        write_segment(columns_of(docs), file)
    opened = SegmentReader.open(path)
    opened.verify()
    path.unlink()
    pattern = [("dan", "dân"), ("van", None)]
    expected = phrase_top(IndexSearcher([build(columns_of(docs))]), pattern, 10)
    page = phrase_top(IndexSearcher([opened]), pattern, 10)
    assert expected.docs == page.docs == [0, 2, 4]
    assert expected.scores == page.scores
    assert docs == [texts_of(opened, doc) for doc in range(opened.doc_count)]


def test_a_file_of_other_arrays_is_no_segment(path):
    """A segment reader refuses a file that lacks an array of a segment."""
    with pytest.raises(IndexDamagedError, match="arrays are missing"):
        SegmentReader.open(path)


def test_a_corrupt_frame_is_damage():
    """A corrupt frame with valid checksums decodes to a text of the same length, or is an error."""
    arrays, meta = build_arrays(columns_of([("tiêu đề", "nội dung " * 20)]))
    for index in range(len(arrays["text_frames"])):
        frames = arrays["text_frames"].copy()
        frames[index] ^= 0xFF
        segment = SegmentReader(in_memory({**arrays, "text_frames": frames}), meta)
        with contextlib.suppress(IndexDamagedError):
            assert [*map(len, texts_of(segment, 0))] == [7, 180]
