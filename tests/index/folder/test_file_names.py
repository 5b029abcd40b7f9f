"""The names of an index: what is its own, and what the next commit removes."""

import pytest

from danvan_search import Article, Index, verify_index
from danvan_search.index.folder.file_names import (
    COMMIT_FILE,
    SEGMENT_FILE,
    commit_file_name,
    is_own_name,
    leftovers,
    needed_file_names,
    segment_file_names,
    unfinished_commit_file_name,
)

SEGMENT, OTHER = "MAIN_0123456789abcdef", "MAIN_ffffffffffffffff"


def test_names_match_their_patterns():
    """The patterns recognise the names, and find generation and segment in them."""
    assert COMMIT_FILE.fullmatch(commit_file_name(12))[1] == "12"
    for name in segment_file_names(SEGMENT):
        assert SEGMENT_FILE.fullmatch(name)[1] == SEGMENT
    own = [commit_file_name(0), unfinished_commit_file_name(7), *segment_file_names(SEGMENT)]
    assert all(map(is_own_name, own))


@pytest.mark.parametrize(
    "name",
    [
        "danvan.json",
        "MAIN_WRITELOCK",
        "_MAIN_.toc",
        "_MAIN_-1.toc",
        "_MAIN_01.toc",
        "_MAIN_1.toc\n",
        "_OTHER_1.toc",
        "MAIN_0123456789abcde.grid",
        "MAIN_0123456789ABCDEF.grid",
        "MAIN_0123456789abcdef.grid.bak",
        "MAIN_0123456789abcdef.seg",
        "MAIN.tmp",
        "notes.txt",
    ],
)
def test_names_that_are_not_own(name):
    """Other names are not those of commit files or segment files."""
    assert not is_own_name(name)


NOT_NEEDED = [
    "_MAIN_2.toc",
    "_MAIN_4.toc",
    "_MAIN_3.toc.new",
    "_MAIN_3.toc.1700000000.5",
    *segment_file_names(OTHER),
    "MAIN_00zz99yy88xx77ww.seg",
    "MAIN_00zz99yy88xx77ww._stored.col",
    "MAIN.tmp",
]


def test_leftovers():
    """Files of other generations and of Whoosh writers are leftovers; foreign files are not."""
    kept = [*needed_file_names(3, [SEGMENT]), "MAIN_WRITELOCK", f"{SEGMENT}.bak", "notes.txt"]
    kept += [".danvan-new", "MAIN.temporary", "_MAIN_3.tocs", "_OTHER_1.toc", "MAIN_x"]
    assert leftovers([*kept, *NOT_NEEDED], 3, {SEGMENT}) == NOT_NEEDED


def test_leftovers_of_every_kind_are_removed(tmp_path):
    """The next commit removes files, folders and links, but nothing that a link leads to."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "notes.txt").write_text("mine")
    with Index.create(tmp_path / "index") as index:
        for number, tmp in enumerate(("folder", "file", "link")):
            for name in NOT_NEEDED[4:-1]:
                (index.path / name).write_text("x")
            if tmp == "folder":
                (index.path / "MAIN.tmp" / "below").mkdir(parents=True)
                (index.path / "MAIN.tmp" / "below" / "x.run").write_text("x")
            elif tmp == "file":
                (index.path / "MAIN.tmp").write_text("x")
            else:
                (index.path / "MAIN.tmp").symlink_to(elsewhere)
            found = verify_index(index.path)
            assert found.is_whole
            assert sorted(found.leftovers) == sorted(NOT_NEEDED[4:])
            index.add([Article(str(number), "", "x")])
            assert verify_index(index.path).leftovers == ()
            assert not (index.path / "MAIN.tmp").is_symlink()
    assert (elsewhere / "notes.txt").read_text() == "mine"
