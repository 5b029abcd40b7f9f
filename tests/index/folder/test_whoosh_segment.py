"""What Whoosh itself makes of an index, and what it can do to it."""

import contextlib
import datetime

import pytest
import whoosh.index
from whoosh.query import Every
from whoosh.reading import TermNotFound
from whoosh.writing import CLEAR

from danvan_search import Article, Index, StoreError

ARTICLES = [
    Article("1", "Dân vận khéo", "Phong trào thi đua.", datetime.date(2020, 1, 2), "Xã hội"),
    Article("2", "", "", source="2", extra={"số": [1, None]}),
    Article("3", "Tây Nguyên", "e\u0302\u0301 \ud800 đường\n", datetime.date.max, "", "nguồn"),
]
STORED = [
    {name: value for name, value in article.to_json().items() if value is not None}
    for article in ARTICLES
]


@pytest.fixture
def index(tmp_path):
    """Return an index of three articles in two segments, open."""
    with Index.create(tmp_path / "index") as made:
        made.add(ARTICLES[:2])
        made.add(ARTICLES[2:])
        yield made


def everything(index: Index) -> dict[str, bytes]:
    """Return the files of an index but the lock, with their contents."""
    return {one.name: one.read_bytes() for one in index.path.iterdir() if "LOCK" not in one.name}


def test_whoosh_opens_it(index):
    """The folder is a Whoosh index: its schema, documents and stored fields are read by Whoosh."""
    opened = whoosh.index.open_dir(index.path)
    names = ["body", "category", "date", "extra", "id", "source", "title"]
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
    """A field is as long as it has syllables; what is no text has none."""
    with contextlib.closing(whoosh.index.open_dir(index.path).reader()) as reader:
        lengths = [reader.doc_field_length(doc, "title") for doc in range(3)]
        assert lengths == [3, 0, 2]
        assert [reader.doc_field_length(doc, "body") for doc in range(2)] == [4, 0]
        assert reader.field_length("title") == 5
        assert reader.max_field_length("title") == 3
        assert reader.min_field_length("title") == 0
        assert reader.field_length("category") == 0
        assert reader.doc_field_length(0, "category", 7) == 7


def test_deletions(index):
    """What was removed is not there for Whoosh either, though its bytes are."""
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
    """Whoosh sees no terms, and says so in its own way."""
    with contextlib.closing(whoosh.index.open_dir(index.path).reader()) as reader:
        assert list(reader.all_terms()) == []
        with pytest.raises(TermNotFound, match="not indexed"):
            list(reader.lexicon("body"))
        assert ("body", b"dan") not in reader
        for look_up in (reader.doc_frequency, reader.frequency, reader.postings):
            with pytest.raises(TermNotFound):
                look_up("body", b"dan")


def test_empty_index(tmp_path):
    """An index of nothing is an empty Whoosh index."""
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


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"mergetype": CLEAR}, {"merge": False}])
@pytest.mark.parametrize("write", WRITES)
def test_whooshs_writer_is_refused(index, write, how):
    """Whoosh's own writer, which knows nothing of our files, is told so and changes nothing."""
    before = everything(index)
    writer = whoosh.index.open_dir(index.path).writer()
    WRITES[write](writer)
    with pytest.raises(StoreError, match="use its add and remove"):
        writer.commit(**how)
    writer._finish()
    assert before.items() <= everything(index).items()
    assert list(index.ids()) == ["1", "2", "3"]
    assert [hit.id for hit in index.search("dan van")] == ["1"]
    assert index.add([Article("4", "", "dân vận")]).added == 1
    with Index.open(index.path) as other:
        assert list(other.ids()) == ["1", "2", "3", "4"]
    kinds = {one.suffix for one in index.path.iterdir() if one.is_file() and one.suffix}
    assert kinds == {".grid", ".docs", ".toc", ".json"}


def test_our_codec_writes_nothing_for_whoosh(index):
    """Whoosh's writer cannot be given our codec either."""
    from danvan_search.index.folder.whoosh_segment import ArticleCodec

    opened = whoosh.index.open_dir(index.path)
    with pytest.raises(StoreError, match="use its add and remove"):
        ArticleCodec().per_document_writer(opened.storage, None)
    with pytest.raises(StoreError, match="use its add and remove"):
        ArticleCodec().field_writer(opened.storage, None)
