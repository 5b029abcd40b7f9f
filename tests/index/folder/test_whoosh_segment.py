"""Whoosh reads the commit file, and its own writers are refused without damage."""

import contextlib
import copyreg
import datetime
import gc
import pickle
import re

import pytest
import whoosh.index
from whoosh import fields
from whoosh.query import Every, Term
from whoosh.writing import CLEAR, AsyncWriter, BufferedWriter

from danvan_search import Article, Index, StoreError, verify_index
from danvan_search.index.folder import whoosh_segment
from danvan_search.index.folder.whoosh_segment import ArticleSchema, ArticleSegments
from danvan_search.whoosh.codec.article_codec import ArticleCodec
from danvan_search.whoosh.codec.schema import article_schema, moment

ARTICLES = [
    Article("1", "Dân vận khéo", "Phong trào thi đua.", datetime.date(2020, 1, 2), "Xã hội"),
    Article("2", "", "", source="2", extra={"số": [1, None]}, details="Mùa xuân\nTết"),
    Article("3", "Tây Nguyên", "e\u0302\u0301 \ud800 đường\n", datetime.date.max, "", "nguồn"),
]
STORED = [
    {name: value for name, value in article.to_json().items() if value is not None}
    | ({"date": moment(article.date)} if article.date else {})
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
    assert opened.schema == article_schema()
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
        assert reader.field_length("details") == 0
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


def test_empty_index(tmp_path):
    """An empty index is an empty Whoosh index."""
    Index.create(tmp_path / "index").close()
    opened = whoosh.index.open_dir(tmp_path / "index")
    assert opened.is_empty()
    assert opened.doc_count() == 0
    assert list(opened.reader().all_stored_fields()) == []


def check_unchanged(index: Index, before: dict[str, bytes]) -> None:
    """Check that an index is as it was, that nothing was left in it, and that it can be written."""
    gc.collect()  # the lock goes with the Whoosh writer
    assert contents(index) == before
    assert not (index.path / "MAIN.tmp").exists()
    assert verify_index(index.path).leftovers == ()
    assert index.add([Article("4", "", "dân vận")]).added == 1
    assert list(index.ids()) == ["1", "2", "3", "4"]


def with_own_schema(opened):
    """Open the index with another schema, and ask for a writer."""
    whoosh.index.open_dir(opened.storage.folder, schema=fields.Schema(x=fields.TEXT)).writer()


WRITERS = {
    "writer": lambda opened: opened.writer(),
    "several processes": lambda opened: opened.writer(procs=2),
    "options": lambda opened: opened.writer(limitmb=0, compound=False),
    "codec": lambda opened: opened.writer(codec=ArticleCodec()),
    "async": AsyncWriter,
    "buffered": BufferedWriter,
    "optimize": lambda opened: opened.optimize(),
    "add field": lambda opened: opened.add_field("x", fields.TEXT),
    "remove field": lambda opened: opened.remove_field("title"),
    "delete by term": lambda opened: opened.delete_by_term("id", "1"),
    "delete by query": lambda opened: opened.delete_by_query(Every()),
    "schema": with_own_schema,
}


@pytest.mark.parametrize("use", WRITERS)
def test_a_whoosh_writer_is_refused_before_it_creates_a_file(index, use):
    """Every way to write through Whoosh's own writer is one sentence, and leaves nothing behind."""
    before = contents(index)
    with pytest.raises(StoreError, match="Whoosh's own writer cannot write this index"):
        WRITERS[use](whoosh.index.open_dir(index.path))
    check_unchanged(index, before)


def test_a_whoosh_writer_of_an_empty_index_is_refused(tmp_path):
    """An index without segments is as safe."""
    with Index.create(tmp_path / "index") as index:
        before = contents(index)
        with pytest.raises(StoreError, match="Whoosh's own writer"):
            whoosh.index.open_dir(index.path).writer()
        gc.collect()
        assert contents(index) == before
        assert index.add(ARTICLES).added == 3


def test_the_pickles_hold_references(index):
    """The pickled schema is a reference, and the pickled segments are entries: names that stay."""
    assert len(pickle.dumps(ArticleSchema(), 2)) < 100
    assert pickle.loads(pickle.dumps(ArticleSchema(), 2)) == article_schema()
    (path,) = index.path.glob("*.toc")
    data = path.read_bytes()
    for name in (b"danvan_search.index.folder.whoosh_segment", b"schema", b"ArticleSegments"):
        assert name in data
    assert {b"ArticleSegment"} < set(re.findall(b"ArticleSegment[a-z]*", data))
    assert b"danvan_search.whoosh" not in data


def test_only_counted_segments_are_iterated():
    """The list of segments can be read once its length was asked for, and pickled before."""
    segments = pickle.loads(pickle.dumps(ArticleSegments(["one", "two"]), 2))
    with pytest.raises(StoreError, match=r"danvan_search\.whoosh\.index\.open_dir"):
        list(iter(segments))
    assert len(segments) == 2
    assert [*segments] == ["one", "two"]


@pytest.fixture
def plain_lists(monkeypatch):
    """Have commit files hold a plain list of segments, and a schema with fields of its own."""

    def reduce(schema):
        state = fields.Schema(id=fields.STORED, body=fields.STORED).__dict__
        return copyreg.__newobj__, (type(schema),), state

    monkeypatch.setattr(ArticleSchema, "__reduce__", reduce)
    monkeypatch.setattr(whoosh_segment, "ArticleSegments", list)


def test_whoosh_reads_plain_lists_too(plain_lists, index):
    """Whatever schema a commit file holds, Whoosh gets the current one, and finds terms."""
    opened = whoosh.index.open_dir(index.path)
    assert opened.schema.names() == article_schema().names()
    assert opened.schema.copy().names() == article_schema().names()
    with opened.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(Term("body", "phong"))] == ["1"]
        assert searcher.document(id="3")["title"] == "Tây Nguyên"


WRITES = {
    "add": lambda writer: writer.add_document(id="9", body="x"),
    "delete": lambda writer: writer.delete_document(0),
    "nothing": lambda _writer: None,
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
    with pytest.raises(StoreError, match="Whoosh's own writer cannot write this index"):
        commit(**how)


@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"mergetype": CLEAR}, {"merge": False}])
@pytest.mark.parametrize("write", WRITES)
@leaves_files_open
def test_the_commit_over_a_plain_list_is_refused(plain_lists, index, write, how):
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


def temporary_files(opened):
    """Drop a writer that has written postings to temporary files."""
    writer = opened.writer(limitmb=0)
    for text in ("a b", "c d"):
        writer.add_document(title=text)


def separate_files(opened):
    """Write a segment that is not packed into one file."""
    writer = opened.writer(compound=False)
    writer.add_document(id="9", body="x")
    refused(writer.commit)


@pytest.mark.parametrize("use", [cancel, give_up, temporary_files, separate_files])
@leaves_files_open
def test_the_next_commit_removes_what_a_whoosh_writer_left(plain_lists, index, use):
    """However a Whoosh writer ends, the index is whole and needs no repair."""
    before = contents(index)
    use(whoosh.index.open_dir(index.path))
    check_leftovers(index, before)


def test_the_codec_writes_nothing(index):
    """Whoosh cannot write a segment with our codec, nor read one without its folder."""
    opened = whoosh.index.open_dir(index.path)
    codec = ArticleCodec()
    for make in (codec.new_segment, codec.per_document_writer, codec.field_writer):
        with pytest.raises(StoreError, match=r"danvan_search\.whoosh\.index"):
            make(opened.storage, None)
    segment = next(iter(opened.reader().leaf_readers()))[0].segment()
    with pytest.raises(StoreError, match="open it in its folder"):
        codec.terms_reader(whoosh.filedb.filestore.RamStorage(), segment)


def test_a_segment_that_a_commit_removed_is_not_found(index):
    """Whoosh tries again on FileNotFoundError, which a commit beside it may cause."""
    opened = whoosh.index.open_dir(index.path)
    with contextlib.closing(opened.reader()) as reader:
        segment = next(iter(reader.leaf_readers()))[0].segment()
    index.optimize()
    with pytest.raises(FileNotFoundError):
        ArticleCodec().terms_reader(opened.storage, segment)
    assert opened.doc_count() == 3
