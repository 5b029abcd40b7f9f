"""Forged indexes with correct checksums: every question gives an error or an answer.

There is no other exception, no crash, no huge allocation and no endless loop. Any answer will do,
since an attacker who can write the whole index can give it any content.
"""

import faulthandler
import json
import resource
import shutil
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from danvan_search import DanvanError, Index
from danvan_search.index.codec import array_file
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.checked_array import checksum
from danvan_search.index.codec.stored_text import MAX_RATIO
from danvan_search.index.folder.verify import damages
from tests.index import questions
from tests.index.segments import rewrite

_HANG_SECONDS = 120
_GROWTH_KB = 400_000

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Return the folder of an index; each test forges a file and restores it."""
    path = tmp_path_factory.mktemp("forged") / "index"
    questions.make(path)
    return path


@pytest.fixture(scope="module")
def whole(path):
    """Return the bytes of all files of the index."""
    return {file.name: file.read_bytes() for file in path.iterdir()}


def files(path):
    """Return the array files of an index, those of the larger segment first."""
    return [
        file
        for suffix in (".grid", ".docs")
        for file in sorted(path.glob(f"*{suffix}"), key=lambda file: -file.stat().st_size)
    ]


def restore(path, whole):
    """Restore the files of an index."""
    for name, data in whole.items():
        if not (path / name).exists() or (path / name).read_bytes() != data:
            (path / name).write_bytes(data)
    for file in path.iterdir():
        if file.name not in whole:
            file.unlink()


def use(path, *, write=False):
    """Verify an index and ask all questions; only ``DanvanError`` is caught.

    :param write: also remove, add and optimise.
    """
    faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        damages(path)
        answers = questions.answers(path)
        if write:
            try:
                with Index.open(path) as index:
                    index.remove(["3"])
                    index.add(questions.LATER)
                    index.optimize()
            except DanvanError:
                pass
        return answers
    finally:
        faulthandler.cancel_dump_traceback_later()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < _GROWTH_KB, f"{grown} KB"


def names_of(suffix):
    """Return the names of the arrays in files with a suffix, from an index made for this."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        questions.make(Path(folder) / "index")
        file = next(file for file in files(Path(folder) / "index") if file.suffix == suffix)
        with ArrayFile(file) as read:
            return list(read.arrays)


def _extreme(array):
    info = np.finfo if array.dtype.kind == "f" else np.iinfo
    return info(array.dtype).max


CHANGES = {
    "dropped": lambda array: None,
    "empty": lambda array: array[:0],
    "shorter": lambda array: array[:-1],
    "longer": lambda array: np.concatenate([array, array[-1:]]),
    "much longer": lambda array: np.concatenate([array] * 50),
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "the most": lambda array: np.full_like(array, _extreme(array)),
    "half the most": lambda array: np.full_like(array, _extreme(array) / 2),
    "the least": lambda array: (
        np.full_like(array, -_extreme(array)) if array.dtype.kind in "if" else ~array
    ),
    "backwards": lambda array: array[::-1],
    "one more": lambda array: array + array.dtype.type(1),
    "one less": lambda array: array - array.dtype.type(1),
    "doubled": lambda array: array * array.dtype.type(2),
    "rising": lambda array: np.arange(array.size, dtype=array.dtype).reshape(array.shape),
    "random": lambda array: np.frombuffer(
        np.random.default_rng(3).bytes(array.nbytes), array.dtype
    ).reshape(array.shape),
    "another shape": lambda array: array.reshape(*array.shape, 1),
    "no numbers": lambda array: np.full(array.shape, np.nan),
    "of a sign": lambda array: array.astype(np.int32),
    "wider": lambda array: array.astype(np.uint64),
    "bytes": lambda array: array.astype(np.uint8),
}


def apply(arrays, name, kind):
    """Change the array of a name."""
    if name not in arrays:
        return
    with np.errstate(all="ignore"):
        changed = CHANGES[kind](arrays[name])
    if changed is None:
        del arrays[name]
    else:
        arrays[name] = np.ascontiguousarray(changed)


def check_change(path, whole, suffix, name, kind, *, write=False):
    """Change one array of one file, and use the index."""
    file = next(file for file in files(path) if file.suffix == suffix)
    try:
        rewrite(file, lambda arrays: apply(arrays, name, kind))
        use(path, write=write)
    finally:
        restore(path, whole)


def test_rewriting_without_changes_gives_the_same_file(path, whole):
    """``rewrite`` changes nothing by itself."""
    for file in files(path):
        rewrite(file, lambda arrays: None)
        assert file.read_bytes() == whole[file.name]
    assert not [one for one in use(path).values() if isinstance(one, Exception)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHANGES)
def test_every_array_changed(path, whole, kind):
    """Each array is changed in every fourth way; a tenth of the indexes are also written to."""
    arrays = [(suffix, name) for suffix in (".grid", ".docs") for name in names_of(suffix)]
    kind_number = list(CHANGES).index(kind)
    for number, (suffix, name) in enumerate(arrays):
        if number % 4 == kind_number % 4:
            write = number // 4 % 10 == kind_number // 4 % 10
            check_change(path, whole, suffix, name, kind, write=write)


GRID_NAMES = names_of(".grid")
DOCS_NAMES = names_of(".docs")
NAMES = st.sampled_from([(".grid", name) for name in GRID_NAMES]) | st.sampled_from(
    [(".docs", name) for name in DOCS_NAMES]
)


@settings(max_examples=30)
@given(NAMES, st.sampled_from(list(CHANGES)))
@example((".grid", "block_doc"), "the most")
@example((".grid", "positions"), "the most")
@example((".grid", "body_lengths"), "the most")
@example((".grid", "variant_start"), "the most")
@example((".grid", "text_frame_offsets"), "the least")
@example((".grid", "text_frames"), "random")
@example((".grid", "all_folded_long_blocks"), "another shape")
@example((".grid", "all_folded_long_tfs"), "the most")
@example((".grid", "all_folded_long_df"), "ones")
@example((".docs", "title_bytes"), "random")
@example((".docs", "extra_ordinals"), "the most")
@example((".docs", "category_offsets"), "backwards")
@example((".docs", "dates"), "the most")
@example((".docs", "category_ordinals"), "the most")
@example((".docs", "vector_starts"), "the most")
@example((".docs", "vector_starts"), "backwards")
@example((".docs", "vector_values"), "another shape")
@example((".docs", "vector_scales"), "no numbers")
@example((".docs", "vector_places"), "the most")
def test_a_changed_array_is_an_error_or_an_answer(path, whole, array, kind):
    """Some arrays are changed in some ways; the slow test has all combinations."""
    check_change(path, whole, *array, kind)


@settings(max_examples=30)
@given(NAMES, st.data())
def test_a_changed_number_is_an_error_or_an_answer(path, whole, array, data):
    """One number of one array is changed."""
    suffix, name = array
    file = next(file for file in files(path) if file.suffix == suffix)

    def change(arrays):
        changed = arrays[name].reshape(-1)
        if not len(changed):
            return
        at = data.draw(st.integers(0, len(changed) - 1))
        if changed.dtype.kind == "f":
            changed[at] = data.draw(st.floats())
        else:
            info = np.iinfo(changed.dtype)
            near = st.integers(-3, 3).map(
                lambda by: min(max(int(changed[at]) + by, info.min), info.max)
            )
            values = near | st.integers(info.min, info.max)
            changed[at] = data.draw(values | st.sampled_from([info.min, info.max]))

    try:
        rewrite(file, change)
        use(path)
    finally:
        restore(path, whole)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: st.lists(some, max_size=5) | st.dictionaries(st.text(), some, max_size=5),
    max_leaves=8,
)
NUMBERS = (
    st.integers(-2, 100)
    | st.integers()
    | st.sampled_from([1 << 31, 1 << 40, 1 << 63, 1 << 64, True, 1.0, "1", None])
)


def seal(file, data, table):
    """Write an array file with another table and correct checksums.

    :param data: the bytes of the original file.
    :param table: the JSON values of the table, or its bytes.
    """
    size = array_file._TRAILER.size
    at, blocks, *_ = array_file._TRAILER.unpack(data[-size:])
    checksums = data[at : at + 8 * blocks]
    raw = table if isinstance(table, bytes) else json.dumps(table).encode()
    trailer = array_file._TRAILER.pack(
        *(at, blocks, len(raw), checksum(checksums + raw)),
        *(array_file.FORMAT_VERSION, 0, array_file.MAGIC),
    )
    file.write_bytes(data[:at] + checksums + raw + trailer)


def table_of(data):
    """Return the JSON values of the table of an array file."""
    size = array_file._TRAILER.size
    at, blocks, length, *_ = array_file._TRAILER.unpack(data[-size:])
    start = at + 8 * blocks
    return json.loads(data[start : start + length])


@settings(max_examples=100)
@given(st.integers(0, 3), st.data())
def test_a_forged_table_is_an_error_or_an_answer(path, whole, number, data):
    """Names, dtypes, shapes, offsets and meta values of a table are forged."""
    file = files(path)[number]
    table = table_of(whole[file.name])
    rows = table["arrays"]
    kind = data.draw(st.sampled_from(["row", "shape", "offset", "dtype", "name", "meta", "any"]))
    row = data.draw(st.sampled_from(rows))
    if kind == "row":
        table["arrays"] = data.draw(
            st.sampled_from([rows[1:], rows[:-1], [*rows, row], rows[::-1], []]) | JSON_VALUES
        )
    elif kind == "shape":
        row[2] = data.draw(st.lists(NUMBERS, max_size=3) | st.just([1] * 70) | JSON_VALUES)
    elif kind == "offset":
        row[3] = data.draw(NUMBERS)
    elif kind == "dtype":
        row[1] = data.draw(
            st.sampled_from(list(array_file._DTYPES)) | st.sampled_from(["O", "<U9"])
        )
    elif kind == "name":
        row[0] = data.draw(st.sampled_from([one[0] for one in rows]) | JSON_VALUES)
    elif kind == "meta":
        name = data.draw(
            st.sampled_from(
                ["docs", "syllables", "title_syllables", "segmenters", "ranking", "vectors"]
            )
        )
        table["meta"] = data.draw(st.just(table["meta"] | {name: data.draw(NUMBERS | JSON_VALUES)}))
    else:
        table = data.draw(
            JSON_VALUES | st.binary() | st.integers(1, 50_000).map(lambda depth: b"[" * depth)
        )
    try:
        seal(file, whole[file.name], table)
        use(path)
    finally:
        restore(path, whole)


@given(st.data())
def test_array_files_of_any_bytes(path, whole, data):
    """Any bytes, prefixes of the original, and the original with replaced pieces are refused."""
    file = files(path)[0]
    original = whole[file.name]
    forged = data.draw(
        st.binary(max_size=200)
        | st.integers(0, len(original)).map(lambda size: original[:size])
        | st.tuples(st.integers(0, len(original)), st.binary(max_size=40)).map(
            lambda put: original[: put[0]] + put[1] + original[put[0] + len(put[1]) :]
        )
        | st.binary(max_size=40).map(
            lambda tail: original[: -len(tail)] + tail if tail else original
        )
    )
    file.write_bytes(forged)
    try:
        with ArrayFile(file) as read:
            read.verify()
        assert forged == original
    except DanvanError:
        assert forged != original
    finally:
        restore(path, whole)


@given(
    st.binary()
    | st.text().map(lambda text: json.dumps({"format": text}).encode())
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | JSON_VALUES.map(lambda value: json.dumps({"format": value}).encode())
    | st.integers(1, 100_000).map(lambda depth: b"[" * depth)
)
@example(b'{"format": "danvan-grid-3"}')
@example(b'{"format":"danvan-grid-3"}\n')
@example(b'{"format": "danvan-grid-3"}\n ')
def test_markers_of_any_bytes(path, whole, raw):
    """Only the exact bytes of the marker open an index; anything else is an error."""
    (path / "danvan.json").write_bytes(raw)
    try:
        with pytest.raises(DanvanError):
            Index.open(path)
        (found,) = damages(path)
        assert found.file == "danvan.json"
    finally:
        restore(path, whole)


def text_frames(file, frame, size):
    """Make every text of a segment one frame with a claimed size in bytes."""

    def change(arrays):
        count = len(arrays["text_body_chars"])
        arrays["text_frames"] = np.frombuffer(frame * count, np.uint8)
        arrays["text_frame_offsets"] = np.arange(count + 1, dtype=np.int64) * len(frame)
        arrays["text_body_chars"][:] = size
        arrays["text_title_chars"][:] = 0

    rewrite(file, change)


def compressed(raw, **options):
    """Return a compressed frame."""
    return zstandard.ZstdCompressor(level=3, **options).compress(raw)


CLAIM = bytes.fromhex("28b52ffd e0") + (1 << 50).to_bytes(8, "little") + bytes.fromhex("010000")
FRAMES = {
    "a frame that claims a petabyte": (CLAIM, 100),
    "a frame that claims a petabyte, and is believed": (CLAIM, (1 << 32) - 1),
    "a bomb": (compressed(bytes(1 << 29), write_content_size=False), 1 << 29),
    "a bomb that says so": (compressed(bytes(1 << 29)), 1 << 29),
    "a bomb that says something else": (compressed(bytes(1 << 29), write_content_size=False), 9),
    "no frame": (b"x" * 40, 40),
    "nothing": (b"", 4000),
    "a frame of a dictionary": (
        compressed(b"x" * 99, dict_data=zstandard.ZstdCompressionDict(b"x" * 999)),
        99,
    ),
    "no text": (compressed(b"\xff" * 99, write_content_size=False), 99),
    "half a letter": (compressed("ế".encode()[:2] * 9, write_content_size=False), 18),
}


@pytest.mark.parametrize(("frame", "size"), FRAMES.values(), ids=FRAMES)
def test_a_forged_text_is_an_error(path, whole, frame, size):
    """Any bytes in place of a text are an error, and need little memory."""
    try:
        for file in files(path)[:2]:
            text_frames(file, frame, size)
        answers = use(path, write=True)
        for name in ("an id", "a phrase with accents", "the article of a hit"):
            assert isinstance(answers[name], DanvanError)
    finally:
        restore(path, whole)


def test_a_text_of_few_different_letters_is_stored(tmp_path):
    """A text that compresses like a bomb is read back unchanged."""
    from danvan_search import Article

    body = "dân vận " + " " * (MAX_RATIO * 4000)
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "", body)], words=False)
        assert index.get("1").body == body
        index.optimize()
        assert index.get("1").body == body
        assert len(index.search('"dan van"').hits[0].snippet.text) < 300
    shutil.rmtree(tmp_path / "index")


VALUES = [
    b"",
    b"\xff",
    b"\xfe",
    b"null",
    b"7",
    b"[]",
    b"{}",
    b'["1"]',
    b"[1, 2, 3, 4]",
    b"[null, null, null, null]",
    b'[["1"], {}, [], 7.5]',
    b'["1", true, {}, "x", "y"]',
    b'["1", true, {}, ["x"]]',
    b'"1234"',
    b"\xff\xfe",
    b"\x80\x04N.",
    b"[" * 100_000,
    b"9" * 100_000,
    b'{"\\udc00": "\\ud800"}',
    b'{"x": NaN, "y": [Infinity, -Infinity, 1e999]}',
    b'{"x": ' + b"[" * 100_000,
    b"[NaN, Infinity, -Infinity, 1e999]",
]


COLUMNS = ("id", "title", "category", "source", "origin", "root", "extra", "details")


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_forged_value_is_an_error_or_an_answer(path, whole, value):
    """Any bytes in place of all values of the columns, also of the id."""

    def change(arrays):
        for name in COLUMNS:
            if f"{name}_offsets" not in arrays:
                continue
            offsets = arrays[f"{name}_offsets"]
            count = len(offsets) - 1
            arrays[f"{name}_bytes"] = np.frombuffer(value * count, np.uint8)
            arrays[f"{name}_offsets"] = np.arange(count + 1, dtype=offsets.dtype) * len(value)

    try:
        for file in path.glob("MAIN_*.docs"):
            rewrite(file, change)
        use(path, write=True)
    finally:
        restore(path, whole)
