"""Whoosh reads an index, and its writers are refused without damage."""

import contextlib
import datetime
import gc

import pytest
import whoosh.index
from whoosh import fields
from whoosh.query import Every
from whoosh.reading import TermNotFound
from whoosh.writing import CLEAR, UnknownFieldError

from danvan_search import Article, Index, StoreError, verify_index
from danvan_search.index.folder.whoosh_segment import ArticleCodec

ARTICLES = [
    Article("1", "Dân vận khéo", "Phong trào thi đua.", datetime.date(2020, 1, 2), "Xã hội"),
    Article("2", "", "", source="2", extra={"số": [1, None]}, details="Mùa xuân\nTết"),
    Article("3", "Tây Nguyên", "e\u0302\u0301 \ud800 đường\n", datetime.date.max, "", "nguồn"),
]
STORED = [
    {name: value for name, value in article.to_json().items() if value is not None}
    for article in ARTICLES
]


@pytest.fixture
def index(tmp_path):
    """Return an open index of three articles in two segments."""
    with Index.create(tmp_path / "index") as made:
        made.add(ARTICLES[:2])
        made.add(ARTICLES[2:])
        yield made


def contents(index: Index) -> dict[str, bytes]:
    """Return the contents of the files of an index, without the lock."""
    files = (one for one in index.path.iterdir() if one.is_file() and "LOCK" not in one.name)
    return {one.name: one.read_bytes() for one in files}


def test_whoosh_opens_it(index):
    """Whoosh reads the schema, the documents and the stored fields."""
    opened = whoosh.index.open_dir(index.path)
    names = ["body", "category", "date", "details", "extra", "id", "source", "title"]
    assert names == opened.schema.names()
    assert opened.doc_count() == opened.doc_count_all() == 3
    assert opened.latest_generation() == index.stats().generation == 2
    with contextlib.closing(opened.reader()) as reader:
        assert list(reader.all_stored_fields()) == STORED
        assert [reader.stored_fields(doc) for doc in range(3)] == STORED
        assert len(list(reader.leaf_readers())) == 2
    with opened.searcher() as searcher:
        assert [hit.fields() for hit in searcher.search(Every(), limit=None)] == STORED


def test_lengths_are_syllables(index):
    """The length of a field is its number of syllables; only texts have a length."""
    with contextlib.closing(whoosh.index.open_dir(index.path).reader()) as reader:
        lengths = [reader.doc_field_length(doc, "title") for doc in range(3)]
        assert lengths == [3, 0, 2]
        assert [reader.doc_field_length(doc, "body") for doc in range(2)] == [4, 0]
        assert reader.field_length("title") == 5
        assert reader.max_field_length("title") == 3
        assert reader.min_field_length("title") == 0
        assert reader.field_length("details") == reader.max_field_length("details") == 3
        assert [reader.doc_field_length(doc, "details") for doc in range(3)] == [0, 3, 0]
        assert reader.field_length("category") == 0
        assert reader.doc_field_length(0, "category", 7) == 7


def test_deletions(index):
    """Whoosh does not return removed articles, even while their segment still contains them."""
    index.remove(["1"])
    opened = whoosh.index.open_dir(index.path)
    assert (opened.doc_count(), opened.doc_count_all()) == (2, 3)
    with contextlib.closing(opened.reader()) as reader:
        assert reader.has_deletions()
        assert [reader.is_deleted(doc) for doc in range(3)] == [True, False, False]
        assert STORED[1:] == list(reader.all_stored_fields())
    index.optimize()
    opened = whoosh.index.open_dir(index.path)
    assert opened.doc_count() == opened.doc_count_all() == 2
    with contextlib.closing(opened.reader()) as reader:
        assert STORED[1:] == list(reader.all_stored_fields())


def test_no_terms(index):
    """Whoosh finds no terms, and raises its own exception."""
    with contextlib.closing(whoosh.index.open_dir(index.path).reader()) as reader:
        assert list(reader.all_terms()) == []
        with pytest.raises(TermNotFound, match="not indexed"):
            list(reader.lexicon("body"))
        assert ("body", b"dan") not in reader
        for look_up in (reader.doc_frequency, reader.frequency, reader.postings):
            with pytest.raises(TermNotFound):
                look_up("body", b"dan")


def test_no_terms_of_one_segment(tmp_path):
    """One segment is read without Whoosh's reader of several, with the same answers."""
    with Index.create(tmp_path / "index") as index:
        index.add(ARTICLES)
    with contextlib.closing(whoosh.index.open_dir(tmp_path / "index").reader()) as reader:
        assert reader.is_atomic()
        for look_up in (reader.postings, reader.first_id, reader.term_info):
            with pytest.raises(TermNotFound):
                look_up("body", b"duong")
        assert list(reader.all_terms()) == []
        assert not reader.cursor("body").is_valid()


def test_empty_index(tmp_path):
    """An empty index is an empty Whoosh index."""
    Index.create(tmp_path / "index").close()
    opened = whoosh.index.open_dir(tmp_path / "index")
    assert opened.is_empty()
    assert opened.doc_count() == 0
    assert list(opened.reader().all_stored_fields()) == []


WRITES = {
    "add": lambda writer: writer.add_document(id="9", body="x"),
    "delete": lambda writer: writer.delete_document(0),
    "nothing": lambda _writer: None,
    "field": lambda writer: writer.remove_field("title"),
}


def leaves_files_open(test):
    """Mark a test with a Whoosh writer that fails, whose files Whoosh does not close."""
    for warning in ("ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
        test = pytest.mark.filterwarnings(f"ignore::{warning}")(test)
    return test


def check_leftovers(index: Index, before: dict[str, bytes], *, count: int | None = None) -> None:
    """Check that an index is unchanged but for leftovers, which the next commit removes.

    :param before: the contents of its files before a Whoosh writer was refused.
    :param count: how many leftovers there are; None for any number from 1 on.
    """
    gc.collect()  # the lock goes with the Whoosh writer
    assert before.items() <= contents(index).items()
    assert list(index.ids()) == ["1", "2", "3"]
    assert [hit.id for hit in index.search("dan van")] == ["1"]

    found = verify_index(index.path)
    assert found.damages == ()
    names = {one.name for one in index.path.iterdir()} - {"MAIN_WRITELOCK"}
    assert set(found.leftovers) == names - before.keys()
    assert found.leftovers
    assert count is None or len(found.leftovers) == count
    assert Index.repair(index.path).old is None

    assert index.add([Article("4", "", "dân vận")]).added == 1
    with Index.open(index.path) as other:
        assert list(other.ids()) == ["1", "2", "3", "4"]
    assert verify_index(index.path).leftovers == ()
    kinds = {one.suffix for one in index.path.iterdir()} - {""}
    assert kinds == {".grid", ".docs", ".toc", ".json"}


def refused(commit, **how) -> None:
    """Call a function that is refused."""
    with pytest.raises(StoreError, match="use its add and remove"):
        commit(**how)


@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"mergetype": CLEAR}, {"merge": False}])
@pytest.mark.parametrize("write", WRITES)
@leaves_files_open
def test_the_commit_of_a_whoosh_writer_is_refused(index, write, how):
    """The index is unchanged, and the leftovers of the writer are not damage."""
    before = contents(index)
    writer = whoosh.index.open_dir(index.path).writer()
    WRITES[write](writer)
    refused(writer.commit, **how)
    del writer
    check_leftovers(index, before)


def cancel(opened):
    """Cancel a writer with a document."""
    writer = opened.writer()
    writer.add_document(id="9", body="x")
    writer.cancel()


def give_up(opened):
    """Drop a writer with a document, as a killed process does."""
    opened.writer().add_document(id="9", body="x")


def unknown_field(opened):
    """Drop a writer after Whoosh refused a document."""
    with pytest.raises(UnknownFieldError):
        opened.writer().add_document(nothing="x")


def context(opened):
    """Use a writer as a context manager."""

    def write():
        with opened.writer() as writer:
            writer.add_document(id="9", body="x")

    refused(write)


def indexed_field(opened):
    """Add an indexed field, and documents whose postings go to temporary files."""
    writer = opened.writer(limitmb=0)
    writer.add_field("t", fields.TEXT(vector=True, stored=True, sortable=True))
    for text in ("a b", "c d"):
        writer.add_document(t=text)
    refused(writer.commit, merge=False)


def temporary_files(opened):
    """Drop a writer that has written postings to temporary files."""
    writer = opened.writer(limitmb=0)
    writer.add_field("t", fields.TEXT)
    for text in ("a b", "c d"):
        writer.add_document(t=text)


def separate_files(opened):
    """Write a segment that is not packed into one file."""
    writer = opened.writer(compound=False)
    writer.add_document(id="9", body="x")
    refused(writer.commit)


def own_codec(opened):
    """Give the writer the codec of the index."""
    refused(opened.writer, codec=ArticleCodec())


WRITERS = [
    cancel,
    give_up,
    unknown_field,
    context,
    indexed_field,
    temporary_files,
    separate_files,
    own_codec,
    lambda opened: refused(opened.optimize),
    lambda opened: refused(opened.remove_field, fieldname="title"),
    lambda opened: refused(opened.delete_by_query, q=Every()),
]


@pytest.mark.parametrize("use", WRITERS)
@leaves_files_open
def test_the_next_commit_removes_what_a_whoosh_writer_left(index, use):
    """However a Whoosh writer ends, the index is whole and needs no repair."""
    before = contents(index)
    use(whoosh.index.open_dir(index.path))
    check_leftovers(index, before)


@leaves_files_open
def test_cancelling_a_refused_writer_frees_the_lock(index):
    """After ``cancel`` the next writer can work even while the Whoosh writer exists."""
    before = contents(index)
    writer = whoosh.index.open_dir(index.path).writer()
    writer.add_document(id="9", body="x")
    refused(writer.commit)
    writer.cancel()
    assert not (index.path / "MAIN.tmp").exists()
    check_leftovers(index, before, count=1)
    assert writer.is_closed


def test_our_codec_writes_nothing_for_whoosh(index):
    """A Whoosh writer cannot use the codec of the index."""
    opened = whoosh.index.open_dir(index.path)
    with pytest.raises(StoreError, match="use its add and remove"):
        ArticleCodec().per_document_writer(opened.storage, None)
    with pytest.raises(StoreError, match="use its add and remove"):
        ArticleCodec().field_writer(opened.storage, None)
