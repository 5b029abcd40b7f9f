"""The table of contents: checked, synced, and read without running anything from it."""

import io
import os
import pickle
import struct
import zlib

import pytest
from whoosh.filedb.structfile import StructFile

from danvan_search import Article, DanvanError, Index, IndexDamagedError
from danvan_search.index import contents
from danvan_search.index.codec import ArticleSegment


@pytest.fixture
def index(tmp_path):
    """An index of two segments, one of which has a removed article."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "", "dân vận"), Article("2", "", "khéo")])
        made.add([Article("3", "", "dân vận khéo")])
        made.remove(["2"])
        yield made


def toc_of(index):
    (path,) = index.path.glob("*.toc")
    return path


def test_a_generation_is_read_back(tmp_path):
    """What was written is read: numbers, order and removed documents."""
    first, second = ArticleSegment(doc_count=10, syllables=500), ArticleSegment(doc_count=3)
    first.delete_document(7)
    contents.write(tmp_path, 4, [first, second])
    found = contents.read_latest(tmp_path)
    assert found.generation == 4
    assert [vars(one) for one in found.segments] == [vars(first), vars(second)]


def test_every_flipped_byte_is_noticed(index):
    """No byte of the file can change without the index saying that it is damaged."""
    path = toc_of(index)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(IndexDamagedError, match="--rebuild"):
            Index.open(index.path)
    path.write_bytes(whole)
    assert Index.open(index.path).search("dân").total == 2


def test_every_cut_is_noticed(index):
    """No beginning of the file passes for the whole."""
    path = toc_of(index)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(DanvanError):
            Index.open(index.path)


class Bomb:
    """Unpickled carelessly, it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def forge(path, *, schema=b"", segments=b"", generation=None):
    """Write a table of contents with a true checksum and pickles of somebody else."""
    whole = path.read_bytes()[: -contents._TRAILER.size]
    stream = StructFile(io.BytesIO(whole))
    for _ in range(3):
        stream.read_varint()
    stream.read_int()
    stream.read_int()
    for _ in range(3):
        stream.read_varint()
    head = whole[: stream.tell()]
    own_schema = stream.read_string()
    own_generation = stream.read_int()
    stream.read_int()
    own_segments = whole[stream.tell() :]
    made = StructFile(io.BytesIO())
    made.write(head)
    made.write_string(schema or own_schema)
    made.write_int(own_generation if generation is None else generation)
    made.write_int(0)
    made.write(segments or own_segments)
    data = made.file.getvalue()
    path.write_bytes(data + struct.pack("<I8s", zlib.crc32(data), b"DVTOCCRC"))


def test_a_forged_table_of_contents_is_read_as_far_as_it_is_true(index):
    """The forging in these tests gives a file that is read, if nothing in it is forged."""
    forge(toc_of(index))
    assert Index.open(index.path).search("dân").total == 2


def test_nothing_in_the_segments_is_run(index, tmp_path):
    """A list of segments that would run something is refused, and runs nothing."""
    target = tmp_path / "bomb"
    forge(toc_of(index), segments=pickle.dumps([Bomb(target)]))
    with pytest.raises(IndexDamagedError, match="not allowed"):
        Index.open(index.path)
    with pytest.raises(IndexDamagedError):
        index.add([Article("4", "", "x")])
    assert not target.exists()


def test_nothing_in_the_schema_is_run(index, tmp_path):
    """The schema is ours, whatever the file says: its pickle is passed over."""
    target = tmp_path / "bomb"
    forge(toc_of(index), schema=pickle.dumps(Bomb(target)))
    assert Index.open(index.path).search("dân").total == 2
    assert not target.exists()


def _with(**values):
    segment = ArticleSegment(doc_count=1)
    vars(segment).update(values)
    return segment


IMPOSSIBLE = {
    "no list": 7,
    "no segment": [7],
    "another folder": [_with(segid="../../etc/x")],
    "no name": [_with(segid=None)],
    "another index": [_with(indexname="OTHER")],
    "a negative count": [_with(_doc_count=-1)],
    "a count that is no number": [_with(_doc_count="9")],
    "a huge count": [_with(_doc_count=1 << 60)],
    "removed documents beyond": [_with(_deleted={9})],
    "removed documents that are no set": [_with(_deleted=[0])],
}


@pytest.mark.parametrize("segments", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_values_are_refused(index, segments):
    """Segments with values that no writer gives are an error, not a crash or a huge allocation."""
    forge(toc_of(index), segments=pickle.dumps(segments))
    with pytest.raises(DanvanError):
        Index.open(index.path).search("dân")


def test_a_count_that_its_files_do_not_have_is_refused(index):
    """A segment whose count of documents is forged is refused before anything is made of it."""
    path = toc_of(index)
    segments = contents.read_latest(index.path).segments
    vars(segments[0])["_doc_count"] = 1 << 50
    forge(path, segments=pickle.dumps(segments))
    with pytest.raises(IndexDamagedError):
        Index.open(index.path).search("dân")
    with pytest.raises(IndexDamagedError):
        index.add([Article("4", "", "x")])


def test_another_generation_inside_is_refused(index):
    """A file under the name of another generation is not taken for it."""
    forge(toc_of(index), generation=99)
    with pytest.raises(IndexDamagedError):
        Index.open(index.path)
