"""The protocol of readers: choosing one, adding one, and what becomes of what it yields."""

import datetime
import gzip
import logging
from collections.abc import Iterator

import pytest

from danvan_search.ingest import (
    READERS,
    Cause,
    Document,
    Loaded,
    Problem,
    Reader,
    ReadError,
    Skipped,
    Source,
    formats,
    scan,
)


class Entry:
    """Stands for an entry point of another package."""

    value = "other.package:READER"

    def __init__(self, name: str, loaded: object) -> None:
        self.name = name
        self.loaded = loaded

    def load(self):
        """Return the reader, or raise what its module raises."""
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


@pytest.fixture
def add(monkeypatch) -> Iterator:
    """Return a function that adds readers as another package does."""

    def add_readers(*loaded: object) -> None:
        entries = [Entry(str(number), one) for number, one in enumerate(loaded)]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries)
        formats.all_readers.cache_clear()

    yield add_readers
    monkeypatch.undo()
    formats.all_readers.cache_clear()


def reading(function, *suffixes: str, **options) -> Reader:
    """Return a reader of a made-up format."""
    return Reader("made-up", suffixes or (".made",), function, **options)


def test_suffixes():
    """Every suffix of the table is that of one reader, in lower case and with a dot."""
    suffixes = [suffix for reader in READERS for suffix in reader.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(one == one.lower() and one.startswith(".") for one in suffixes)


def test_added_reader(read, add, tmp_path):
    """The documents of an added reader become articles, with ids and metadata."""

    def two(source: Source):
        text = source.text()
        yield Document(
            text,
            "Một",
            datetime.date(2024, 2, 3),
            ("A", "B"),
            "https://example.org",
            {"author": "N", "x": 1},
            notices=("was upside down",),
            part="1",
        )
        yield Problem("has no second half", "2")
        yield Document("ba", id="own")

    add(reading(two))
    first, problem, last = read("a.made", "thân bài")
    article = first.article
    assert article.id == "folder/a.made#1"
    assert (article.title, article.body, article.category) == ("Một", "thân bài", "A; B")
    assert article.date == datetime.date(2024, 2, 3)
    assert article.source == "https://example.org"
    assert article.extra == {"author": "N", "x": 1, "url": "https://example.org"}
    assert first.notices == ("was upside down",)
    assert (str(problem), problem.unreadable) == ("folder/a.made:2: has no second half", False)
    assert (last.article.id, last.article.source, last.article.extra) == (
        "own",
        "folder/a.made",
        {},
    )
    origin = str(tmp_path / "folder" / "a.made")
    assert {record.origin for record in (first, problem, last)} == {origin}


def test_added_readers_come_first(read, add):
    """An added reader may replace one of the table; content decides before the name."""

    def say(word):
        return lambda source: iter([Document(word)])

    add(reading(say("suffix"), ".txt"), reading(say("content"), matches=lambda head: b"!" in head))
    (by_suffix,) = read("a.txt", "x")
    (by_content,) = read("b.md", "x!")
    assert (by_suffix.article.body, by_content.article.body) == ("suffix", "content")


def test_compressed(read, add):
    """Files of every format may be compressed; a reader sees neither the suffix nor the bytes."""

    def name(source: Source):
        yield Document(f"{source.file_name} {source.head(1).decode()} {source.text()}")

    add(reading(name))
    (record,) = read("a.made.gz", gzip.compress(b"hai"))
    assert record.article.body == "a.made h hai"
    assert record.article.id == "folder/a.made.gz"
    (damaged,) = read("b.made.gz", gzip.compress(b"hai" * 99)[:-12])
    assert damaged.cause is Cause.DAMAGED
    assert damaged.unreadable


@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (ReadError("is locked: open it", Cause.LOCKED), Cause.LOCKED, "is locked: open it"),
        (RecursionError(), Cause.MALFORMED, "is nested too deeply: its text cannot be found"),
        (
            EOFError("ends"),
            Cause.DAMAGED,
            "is damaged or cut short somewhere (ends): make it again",
        ),
    ],
)
def test_reader_that_gives_up(read, add, error, cause, reason):
    """What was read before stays, and the rest is one sentence."""

    def stop(source: Source):
        yield Document("một", part="1")
        raise error

    add(reading(stop))
    first, last = read("a.made", "x")
    assert first.article.body == "một"
    assert last == Skipped("folder/a.made", reason, last.origin, unreadable=True, cause=cause)


def test_impossible_document(read, add):
    """A document that no article can hold is a problem of its own."""
    add(reading(lambda source: iter([Document("x", part="d" * 1001), Document("y", part="2")])))
    first, last = read("a.made", "x")
    assert isinstance(first, Skipped)
    assert "characters" in first.reason
    assert isinstance(last, Loaded)


def test_package_that_is_missing(read, add):
    """A format whose package is not installed is told, with the command that installs it."""
    add(reading(lambda source: iter([]), package="no_such_package", install="pip install it"))
    (record,) = read("a.made", "x")
    assert record.cause is Cause.NO_PACKAGE
    assert record.reason == "needs the package no_such_package: `pip install it`"


def test_bad_entry_points(add, caplog, tmp_path):
    """An entry point that cannot be used is a warning, and the others are used."""
    good = reading(lambda source: iter([]))
    add(ImportError("no module"), "no reader", good)
    with caplog.at_level(logging.WARNING):
        assert (good, *READERS) == formats.all_readers()
    assert [record.getMessage() for record in caplog.records] == [
        "the reader 0 of other.package:READER cannot be loaded: no module",
        "the reader 1 of other.package:READER is no Reader",
    ]
    (tmp_path / "a.MADE").touch()
    assert len(scan(tmp_path).files) == 1


@pytest.mark.parametrize(
    ("content", "kind"), [(b"\x1f\x8b\x08", "gzip"), (b"\x7fELF\0", "program")]
)
def test_file_of_another_kind_under_a_known_suffix(read, content, kind):
    """A suffix does not make a text of a file that is none."""
    (record,) = read("a.txt", content)
    assert record.cause is Cause.OTHER_KIND
    assert record.reason == f"is a file of another kind ({kind})"


@pytest.mark.parametrize(
    ("cause", "failure"), [(Cause.DAMAGED, True), (Cause.EMPTY, False), (Cause.OTHER_KIND, False)]
)
def test_failures(cause, failure):
    """An article is missing if a file is damaged, but not if it is of another kind."""
    assert failure == cause.is_failure
