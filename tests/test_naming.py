"""The names of files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.naming import Names
from danvan_search.store import IndexedArticle


def known(id_: str, origin: str, root: str = "") -> IndexedArticle:
    """Return what an index says of an article."""
    return IndexedArticle(id_, "", origin, root)


def name(names: Names, path: str, *folders: str) -> str:
    """Return the name of a file."""
    return names.place(Path(path), [Path(one) for one in folders]).name


@pytest.mark.parametrize(
    ("id_", "origin", "root"),
    [
        ("docs/C#.txt", "/x/docs/C#.txt", "/x/docs"),
        ("x/docs/a.txt", "/x/docs/a.txt", "/x/docs"),
        ("old/a.txt", "/x/docs/a.txt", ""),
        ("docs/a.zip#b/a.zip#1", "/x/docs/a.zip", "/x/docs"),
        ("docs/a.txt/a.txt", "/x/docs/a.txt/a.txt", "/x/docs"),
        ("docs/\u0111.txt", "/x/docs/\u0111.txt", "/x/docs"),
    ],
)
def test_a_name_stays(id_, origin, root):
    """A file that the index knows keeps its name and its root, whatever is indexed now."""
    place = Names([known(id_, origin, root)]).place(Path(origin), [Path("/x"), Path("/")])
    assert (place.name, place.root) == (id_.removesuffix("#b/a.zip#1"), root)


def test_new_files_are_named_as_their_neighbours():
    """A new file gets its name from the innermost folder that was indexed before."""
    names = Names(
        [
            known("2024/docs/a.txt", "/x/2024/docs/a.txt", "/x/2024/docs"),
            known("y/b.txt", "/x/y/b.txt", "/x/y"),
        ]
    )
    assert name(names, "/x/2024/docs/sub/b.txt", "/x") == "2024/docs/sub/b.txt"
    assert name(names, "/x/c.txt", "/x/z", "/x") == "x/c.txt"
    assert name(names, "/x/z/d.txt", "/x/z", "/x") == "x/z/d.txt"


def test_roots_of_records():
    """The root of records stays, although their ids do not show the names of their files."""
    names = Names([known("1", "/x/docs/n.jsonl"), known("2", "/x/docs/m.jsonl", "/x/docs")])
    assert names.place(Path("/x/docs/n.jsonl"), [Path("/x")]).root == ""
    assert names.place(Path("/x/docs/m.jsonl"), [Path("/x")]).root == "/x/docs"
    assert name(names, "/x/docs/new.txt", "/x") == "docs/new.txt"


def test_folders_at_the_top(tmp_path):
    """Where there are no more parents to tell folders apart, a number does."""
    taken = known("tmp/a.txt", str(tmp_path / "a.txt"), str(tmp_path))
    names = Names([taken])
    assert name(names, "/tmp/b.txt", "/tmp") == "tmp-2/b.txt"
    assert name(Names([]), "/b.txt", "/") == "b.txt"


PATHS = st.lists(st.sampled_from("abc"), min_size=2, max_size=4).map(lambda parts: "/".join(parts))
CALLS = st.lists(
    st.tuples(PATHS, st.booleans()).map(lambda call: call[0] if call[1] else f"{call[0]}.txt"),
    min_size=1,
    max_size=6,
)


@given(calls=CALLS)
def test_names_are_unique_and_stay(tmp_path_factory, calls):
    """Whatever is indexed in whatever order, files have names of their own, which never change."""
    top = tmp_path_factory.getbasetemp() / "names"
    given_names: dict[str, tuple[str, str]] = {}
    for call in calls:
        path = top / call
        folder = path if path.suffix == "" else path.parent
        folder.mkdir(parents=True, exist_ok=True)
        names = Names(known(id_, origin, root) for origin, (id_, root) in given_names.items())
        files = [folder / "1.txt", folder / "a" / "1.txt"] if folder == path else [path]
        for file in files:
            place = names.place(file, [path] if folder == path else [])
            before = given_names.setdefault(str(file), (place.name, place.root))
            assert before == (place.name, place.root)
    all_names = [name for name, _ in given_names.values()]
    assert len(all_names) == len(set(all_names))
