"""The commit file: checked, synced, and read without running anything from it."""

import json
import os
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search import (
    Article,
    DanvanError,
    Index,
    IndexDamagedError,
    IndexFormatError,
    verify_index,
)
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.index.folder.verify import damages
from danvan_search.text.analysis_version import ANALYSIS_VERSION


@pytest.fixture
def index(tmp_path):
    """Return an open index of two segments, one of which has a removed article."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "", "dân vận"), Article("2", "", "khéo")])
        made.add([Article("3", "", "dân vận khéo")])
        made.remove(["2"])
        yield made


def commit_file_of(index):
    (path,) = index.path.glob("*.toc")
    return path


def test_a_generation_is_read_back(tmp_path):
    """Reading returns the counts, the order and the deleted documents that were written."""
    first, second = SegmentEntry(doc_count=10, syllables=500), SegmentEntry(doc_count=3)
    first.delete_document(7)
    commit_file.write(tmp_path, 4, [first, second])
    found = commit_file.read_latest(tmp_path)
    assert found.generation == 4
    assert [vars(one) for one in found.segments] == [vars(first), vars(second)]


def test_every_flipped_byte_is_noticed(index):
    """A change of any byte of the file is reported as damage."""
    path = commit_file_of(index)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(IndexDamagedError, match="--rebuild"):
            Index.open(index.path)
    path.write_bytes(whole)
    assert Index.open(index.path).search("dân").total == 2


def test_every_cut_is_noticed(index):
    """No prefix of the file is accepted."""
    path = commit_file_of(index)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(DanvanError):
            Index.open(index.path)


class Bomb:
    """An object that makes a folder when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def parts(path):
    """Return Whoosh's part of a commit file, and the JSON values of the own part."""
    data = path.read_bytes()[: -commit_file._TRAILER.size - commit_file._LENGTH.size]
    start = data.index(b'{"generation"')
    return data[:start], json.loads(data[start:])


def forge(path, *, whoosh=None, raw=None, length=None, **values):
    """Write a commit file with forged content and a correct checksum.

    :param whoosh: another part for Whoosh.
    :param raw: other bytes of the own part; by default only ``values`` are replaced in it.
    :param length: another value for the length of the own part.
    """
    own_whoosh, own = parts(path)
    raw = json.dumps(own | values).encode() if raw is None else raw
    data = (own_whoosh if whoosh is None else whoosh) + raw
    data += commit_file._LENGTH.pack(len(raw) if length is None else length)
    path.write_bytes(data + commit_file._TRAILER.pack(*commit_file._trailer(data)))


def use(path):
    """Use an index in every way: open, search, verify, write, merge."""
    with Index.open(path) as index:
        assert index.search("dân").total == 2
        assert index.get("3").body == "dân vận khéo"
        index.vocabulary()
        index.stats()
        damages(path)
        index.add([Article("4", "", "x")])
        index.remove(["4"])
        index.optimize()
        assert index.search("dân").total == 2


def test_forging_without_changes_gives_a_valid_file(index):
    """A file that ``forge`` writes without changes is accepted."""
    forge(commit_file_of(index))
    use(index.path)


def bombs(target):
    """Return pickles that would make a folder, in all protocols, also in containers."""
    return [
        pickle.dumps(value, protocol)
        for value in (Bomb(target), [Bomb(target)], {"x": Bomb(target)}, (1, Bomb(target)))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]


def test_a_bomb_is_one(tmp_path):
    """Unpickling each bomb makes the folder."""
    for number, bomb in enumerate(bombs(tmp_path / "bomb")):
        pickle.loads(bomb)
        (tmp_path / "bomb").rename(tmp_path / str(number))


def test_nothing_in_the_part_of_whoosh_is_run(index, tmp_path):
    """The pickles of schema and segments there are skipped, whatever they contain."""
    target = tmp_path / "bomb"
    whoosh, _ = parts(commit_file_of(index))
    head = whoosh[: whoosh.index(b"\x80")]  # up to the first pickle, the schema
    for bomb in bombs(target):
        for forged in (bomb, head + bomb * 3, whoosh + bomb, b""):
            forge(commit_file_of(index), whoosh=forged)
            with Index.open(index.path) as opened:
                assert opened.search("dân").total == 2
    use(index.path)
    assert not target.exists()


def test_pickles_in_our_part_are_refused(index, tmp_path):
    """A pickle in place of JSON is an error, and runs nothing."""
    target = tmp_path / "bomb"
    whole = commit_file_of(index).read_bytes()
    for bomb in bombs(target):
        commit_file_of(index).write_bytes(whole)
        forge(commit_file_of(index), raw=bomb)
        for call in (use, damages, lambda path: Index.open(path).add([Article("4", "", "x")])):
            try:
                assert call(index.path)
            except IndexDamagedError:
                continue
    assert not target.exists()


SUFFIXES = ("seg", "trm", "pst", "vps", "col", "dci", "dcz", "sti", "fdz", "len", "tiz", "pickle")


def test_pickles_in_files_that_whoosh_would_read_are_not_run(index, tmp_path):
    """Whoosh's compound, stored field and term files, of older formats too, are never read."""
    target = tmp_path / "bomb"
    for bomb in bombs(target)[::5]:
        segment = commit_file.read_latest(index.path).segments[0].segment_id()
        for suffix in SUFFIXES:
            (index.path / f"{segment}.{suffix}").write_bytes(bomb)
        (index.path / "_OTHER_1.toc").write_bytes(bomb)
        use(index.path)
    assert not target.exists()


def test_no_pickle_is_loaded(index, monkeypatch):
    """No use of an index calls a function that unpickles."""

    def refuse(*_):
        raise AssertionError("something is unpickled")

    for name in ("load", "loads", "Unpickler", "_loads", "_load"):
        monkeypatch.setattr(pickle, name, refuse)
    for name in ("filedb.structfile.load_pickle", "codec.whoosh3.loads", "columns.loads"):
        monkeypatch.setattr(f"whoosh.{name}", refuse)
    monkeypatch.setattr("whoosh.index.TOC.read", refuse)
    use(index.path)


def _with(**values):
    return [{"name": "0" * 16, "documents": 1, "syllables": 1, "deleted": []} | values]


IMPOSSIBLE = {
    "no list": 7,
    "nothing": None,
    "no segment": [7],
    "no values": [{}],
    "another folder": _with(name="../../etc/x"),
    "a longer name": _with(name="0" * 16 + "\n"),
    "no name": _with(name=None),
    "a negative count": _with(documents=-1),
    "a count that is no number": _with(documents="9"),
    "a count that is true": _with(documents=True),
    "a count that is broken": _with(documents=1.0),
    "a huge count": _with(documents=1 << 60),
    "so many syllables": _with(syllables=10**400),
    "removed documents beyond": _with(deleted=[9]),
    "removed documents before": _with(deleted=[-1]),
    "removed documents that are no list": _with(deleted={"0": 0}),
    "removed documents that are no numbers": _with(deleted=["0"]),
    "a missing file": _with(),
}


@pytest.mark.parametrize("segments", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_impossible_values_are_refused(index, segments):
    """Segments with impossible values are an error, not a crash or a huge allocation."""
    forge(commit_file_of(index), segments=segments)
    with pytest.raises(DanvanError):
        Index.open(index.path).search("dân")
    with pytest.raises(DanvanError):
        index.add([Article("4", "", "x")])
    assert damages(index.path)


def test_a_segment_that_is_listed_twice_is_refused(index):
    """A repeated segment would repeat its documents."""
    _, own = parts(commit_file_of(index))
    forge(commit_file_of(index), segments=own["segments"] * 2)
    with pytest.raises(IndexDamagedError, match="twice"):
        Index.open(index.path)


def test_a_count_that_its_files_do_not_have_is_refused(index):
    """A segment with a forged number of documents is refused before anything is allocated."""
    _, own = parts(commit_file_of(index))
    own["segments"][0]["documents"] = (1 << 32) - 1
    forge(commit_file_of(index), **own)
    with pytest.raises(IndexDamagedError):
        Index.open(index.path).search("dân")
    with pytest.raises(IndexDamagedError):
        index.add([Article("4", "", "x")])


def test_another_generation_inside_is_refused(index):
    """The generation in the file must be that in its name."""
    forge(commit_file_of(index), generation=99)
    with pytest.raises(IndexDamagedError):
        Index.open(index.path)


def test_another_version_of_the_analysis_is_refused(index):
    """Opening, searching, writing and verifying say the same, and change nothing."""
    before = commit_file_of(index).read_bytes()
    forge(commit_file_of(index), analysis=ANALYSIS_VERSION + 1)
    forged = commit_file_of(index).read_bytes()
    says = (
        rf"by version {ANALYSIS_VERSION + 1} of the text analysis, this version needs "
        rf"{ANALYSIS_VERSION}: .*`dvsearch repair`.*`dvsearch index --rebuild FOLDER`$"
    )
    for use_it in (
        lambda: Index.open(index.path),
        lambda: index.search("dân"),
        lambda: index.add([Article("4", "", "x")]),
        lambda: verify_index(index.path),
        lambda: damages(index.path),
    ):
        with pytest.raises(IndexFormatError, match=says):
            use_it()
    assert commit_file_of(index).read_bytes() == forged
    commit_file_of(index).write_bytes(before)
    assert Index.open(index.path).search("dân").total == 2


@pytest.mark.parametrize("version", [None, "1", True, -1, 1.0, 1 << 32, 10**4000])
def test_an_impossible_version_of_the_analysis_is_damage(index, version):
    """Anything but a number of a possible version is damage."""
    forge(commit_file_of(index), analysis=version)
    with pytest.raises(IndexDamagedError):
        Index.open(index.path)


@pytest.mark.parametrize("length", [0, 1, 10**6, (1 << 32) - 1])
def test_another_length_is_refused(index, length):
    """A wrong length of the own part is an error."""
    forge(commit_file_of(index), length=length)
    with pytest.raises(IndexDamagedError):
        Index.open(index.path)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    max_leaves=10,
)
RAW = st.one_of(
    st.binary(),
    JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {
            "generation": st.just(3) | JSON_VALUES,
            "analysis": st.just(ANALYSIS_VERSION) | st.integers(0) | JSON_VALUES,
            "segments": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "name": st.just("0" * 16) | JSON_VALUES,
                        "documents": st.integers(-1, 3) | JSON_VALUES,
                        "syllables": st.integers(-1, 3) | JSON_VALUES,
                        "deleted": st.lists(st.integers(-1, 3)) | JSON_VALUES,
                    },
                )
                | JSON_VALUES
            ),
        }
    ).map(lambda value: json.dumps(value).encode()),
    st.integers(1, 5000).map(lambda depth: b"[" * 20 * depth),
    st.integers(1, 5000).map(lambda digits: b'{"generation": ' + b"9" * digits + b"}"),
)


@given(RAW)
def test_any_own_part_gives_segments_or_an_error(tmp_path_factory, raw):
    """With a correct checksum, any bytes give segments with possible values, or an error."""
    folder = tmp_path_factory.getbasetemp() / "forged"
    folder.mkdir(exist_ok=True)
    commit_file.write(folder, 3, [])
    forge(folder / "_MAIN_3.toc", raw=raw)
    try:
        segments = commit_file.read(folder, 3)
    except (IndexDamagedError, IndexFormatError):
        return
    assert all(0 <= one.deleted_count() <= one.doc_count_all() < 1 << 32 for one in segments)
