"""What users pass to the library: a wrong type or value is one sentence under ``DanvanError``."""

import io
import os
from pathlib import Path, PurePath

import pytest

from danvan_search import (
    ArgumentTypeError,
    DanvanError,
    Index,
    IndexStorageError,
    OptionError,
    analyze,
    segment_words,
    verify_index,
)
from danvan_search.ingest import locate, read_stream, scan

AT_A_PATH = {
    "Index": Index,
    "open": Index.open,
    "open create": lambda path: Index.open(path, create=True),
    "create": Index.create,
    "build": lambda path: Index.build(path, ["a.txt"]),
    "build dry": lambda path: Index.build(path, ["a.txt"], dry_run=True),
    "repair": Index.repair,
    "restore": lambda path: Index.restore(path, io.BytesIO()),
    "verify": verify_index,
}
"""What takes the path of an index."""

OF_A_FILE = {
    "build": lambda path: Index.build("new", [path]),
    "sync": lambda path: Index.open("index").sync(path),
    "sync list": lambda path: Index.open("index").sync(["a.txt", path]),
    "backup": lambda path: Index.open("index").backup(path),
    "restore": lambda path: Index.restore("new", path),
    "scan": scan,
    "scan root": lambda path: scan("a.txt", root=path),
    "locate": locate,
}
"""What takes the path of another file."""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """Work in a folder with an index and a file of an article."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Bài một\n\nNội dung.\n", "utf-8")
    Index.create("index").close()
    return tmp_path


def is_one_sentence(error: DanvanError) -> bool:
    """Say whether a message is one line that says what to do next."""
    return "\n" not in str(error) and ": " in str(error)


@pytest.mark.parametrize("call", [*AT_A_PATH.values(), *OF_A_FILE.values()])
@pytest.mark.parametrize("path", ["", "a\0b", "\ud800", "index/\0", "a/\udfff/b"])
def test_invalid_paths(folder, call, path):
    """A path that is empty, or that no file can have, is refused, and nothing is made."""
    with pytest.raises(OptionError, match="path is empty" if not path else "invalid char") as error:
        call(path)
    assert is_one_sentence(error.value)
    str(error.value).encode()
    assert {one.name for one in folder.iterdir()} == {"a.txt", "index"}


@pytest.mark.parametrize("call", [*AT_A_PATH.values(), *OF_A_FILE.values()])
@pytest.mark.parametrize("path", [3, b"index", object()])
def test_paths_of_a_wrong_type(call, path):
    """Neither a number nor bytes are a path."""
    with pytest.raises(ArgumentTypeError):
        call(path)


@pytest.mark.parametrize("call", AT_A_PATH.values())
@pytest.mark.parametrize("path", ["y" * 300, "index/" + "y" * 300, "y/" * 3000])
def test_paths_that_the_system_refuses(call, path):
    """A name that is too long is an error of the storage, which says what to do."""
    with pytest.raises(IndexStorageError, match=r"\(File name too long\): check") as error:
        call(path)
    assert is_one_sentence(error.value)


@pytest.mark.parametrize("call", AT_A_PATH.values())
def test_folders_that_cannot_be_searched(folder, monkeypatch, call):
    """Without permission for the folder above, the error says so."""
    real_stat = os.stat

    def forbidden(path, *args, **options):
        if str(path).startswith(str(folder / "index")) or str(path).startswith("index"):
            raise PermissionError(13, "Permission denied", str(path))
        return real_stat(path, *args, **options)

    for name in ("exists", "is_dir", "is_file", "stat"):
        monkeypatch.setattr(Path, name, forbidden)
    with pytest.raises(IndexStorageError, match=r"no permission for .*: change its permissions"):
        call("index")


@pytest.mark.parametrize("stream", [io.StringIO(), io.TextIOWrapper(io.BytesIO())])
def test_text_streams(stream):
    """A backup is bytes."""
    with pytest.raises(ArgumentTypeError, match="text stream: open it in binary mode"):
        Index.open("index").backup(stream)
    with pytest.raises(ArgumentTypeError, match="text stream: open it in binary mode"):
        Index.restore("new", stream)


@pytest.mark.parametrize("text", [3, None, b"x", ["x"]])
def test_texts_to_analyze(text):
    """A text is a string."""
    with pytest.raises(ArgumentTypeError, match="a text is a string, not "):
        analyze(text)


@pytest.mark.parametrize("texts", [None, 3, "dân vận", [3], ["x", None], [b"x"], b"x"])
def test_texts_to_segment(texts):
    """Texts are an iterable of strings; one string is not."""
    with pytest.raises(ArgumentTypeError, match=r"list of strings|a text is a string"):
        segment_words(texts)


def test_texts_from_a_generator():
    """Any iterable of strings is segmented."""
    assert segment_words(one for one in ("dân vận", "")) == segment_words(["dân vận", ""])


FLAGS = {
    "create": lambda value: Index.open("index", create=value),
    "words": lambda value: Index.open("index").add([], words=value),
    "dry_run": lambda value: Index.open("index").sync("a.txt", dry_run=value),
    "prune": lambda value: Index.open("index").sync("a.txt", prune=value),
    "rebuild": lambda value: Index.open("index").sync("a.txt", rebuild=value),
    "folded": lambda value: Index.open("index").vocabulary(folded=value),
    "force": lambda value: Index.open("index").backup("new.tar.zst", force=value),
}
MORE_FLAGS = {
    "words": lambda value: Index.build("new", ["a.txt"], words=value),
    "dry_run": lambda value: Index.build("new", ["a.txt"], dry_run=value),
    "force": lambda value: Index.restore("new", "none", force=value),
}
REPAIR_FLAGS = {"dry_run": lambda value: Index.repair("index", dry_run=value)}


@pytest.mark.parametrize(
    ("name", "call"), [*FLAGS.items(), *MORE_FLAGS.items(), *REPAIR_FLAGS.items()]
)
@pytest.mark.parametrize("value", ["no", "", 0, 1, None, []])
def test_flags(folder, name, call, value):
    """A flag is True or False; the error names it, and nothing is made."""
    with pytest.raises(OptionError, match=f"^{name} is .*: give True or False$"):
        call(value)
    assert {one.name for one in folder.iterdir()} == {"a.txt", "index"}


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("progress", lambda value: Index.open("index").sync("a.txt", progress=value)),
        ("on_skip", lambda value: Index.open("index").sync("a.txt", on_skip=value)),
        ("progress", lambda value: Index.build("new", "a.txt", progress=value)),
        ("progress", lambda value: Index.open("index").backup("new", progress=value)),
        ("progress", lambda value: Index.restore("new", "none", progress=value)),
        ("progress", lambda value: Index.repair("index", progress=value)),
    ],
)
@pytest.mark.parametrize("value", [3, "print", True])
def test_callbacks(folder, name, call, value):
    """A callback is a function or None."""
    with pytest.raises(OptionError, match=f"^{name} is .*: give a function, or None$"):
        call(value)
    assert {one.name for one in folder.iterdir()} == {"a.txt", "index"}


@pytest.mark.parametrize("value", ["x", "", "-1", 1.5, True, None])
def test_sizes(value):
    """A size that cannot be understood is an error that names the option."""
    with pytest.raises(OptionError, match=r"^max_bytes"):
        Index.open("index").sync("a.txt", max_bytes=value)


@pytest.mark.parametrize("value", ["20MB", 1.5, True, None])
def test_sizes_of_readers(value):
    """The readers of files take a number."""
    with pytest.raises(OptionError, match=r"^max_bytes is .*: give"):
        read_stream(io.BytesIO(), max_bytes=value)


def test_paths_of_each_type(folder):
    """Strings, paths and other objects that are paths are the same."""

    class Own:
        def __fspath__(self) -> str:
            return "a.txt"

    found = [scan(path).files for path in ("a.txt", Path("a.txt"), PurePath("a.txt"), Own())]
    assert found == [found[0]] * 4
    assert scan(str(folder), root=str(folder)).files[0].path == folder / "a.txt"
