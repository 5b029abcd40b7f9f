"""The writer of ``danvan_search.whoosh.index``: what it writes is in the index, or refused."""

import datetime

import pytest
import whoosh.index
from whoosh import fields
from whoosh.fields import UnknownFieldError
from whoosh.query import Every, Prefix, Term
from whoosh.writing import CLEAR, MERGE_SMALL, OPTIMIZE, AsyncWriter, IndexingError

from danvan_search import (
    Article,
    ArticleError,
    Index,
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    StoreError,
    verify_index,
)
from danvan_search.whoosh.index import open_dir

DAY = datetime.date(2024, 2, 16)


@pytest.fixture
def index(tmp_path):
    """An index of three articles in two segments."""
    with Index.create(tmp_path / "index") as made:
        made.add([Article("1", "Một", "dân vận"), Article("2", "Hai", "khéo", DAY)], words=False)
        made.add([Article("3", "Ba", "dân vận khéo")], words=False)
        yield made


@pytest.fixture
def opened(index):
    """The index, opened for Whoosh."""
    return open_dir(index.path)


def files(index):
    """Return the files of an index with their contents."""
    paths = (path for path in index.path.iterdir() if path.is_file())
    return {path.name: path.read_bytes() for path in paths}


def test_add_and_replace(index, opened):
    """Added articles are in the index for all, and an id stays unique, in one batch, too."""
    with opened.writer(words=False) as writer:
        writer.add_document(
            id="4", title="Bốn", body="Nghệ An", date=DAY, extra={"a": [1]}, details="Vinh"
        )
        writer.add_document(id="1", body="mới", category="Xã hội", source="nguồn")
        writer.update_document(id="5", body="x", date="20240216", title=None)
        writer.add_document(id="5", body="năm", date=datetime.datetime(2024, 2, 16, 5))
        assert len(index) == 3
    assert sorted(index.ids()) == ["1", "2", "3", "4", "5"]
    assert index.get("1") == Article("1", "", "mới", None, "Xã hội", "nguồn")
    assert index.get("4") == Article("4", "Bốn", "Nghệ An", DAY, extra={"a": [1]}, details="Vinh")
    assert index.get("5") == Article("5", "", "năm", DAY)
    with opened.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(Term("body", "nghe"))] == ["4"]
        assert searcher.document(id="5")["body"] == "năm"
        assert searcher.search(Term("body", "x")).is_empty()


def test_words_are_made_unless_told_otherwise(index, opened):
    """The words of an added article are in the field of words."""
    with opened.writer() as writer:
        writer.add_document(id="4", body="dân vận khéo")
    with opened.searcher() as searcher:
        assert not searcher.search(Prefix("word", "dân")).is_empty()


def test_processes(index, opened):
    """A writer with several processes writes what one process writes."""
    with opened.writer(procs=2, words=False) as writer:
        for number in range(4, 60):
            writer.add_document(id=str(number), body=f"dân vận khéo số {number}")
    assert sorted(index.ids(), key=int) == [str(number) for number in range(1, 60)]
    with opened.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(Term("body", "57"))] == ["57"]


def test_deletions(index, opened):
    """Documents are deleted by term, by query and by number, and are gone for all."""
    writer = opened.writer()
    assert writer.delete_by_term("id", "1") == 1
    assert writer.delete_by_term("id", "1") == 0  # gone already
    assert writer.delete_by_term("id", "none") == 0
    with writer.searcher() as searcher:
        assert searcher.document(id="1") is None
    assert writer.is_deleted(0)
    assert not writer.is_deleted(1)
    writer.delete_document(1)
    writer.delete_document(1)
    assert writer.deleted_count() == 2
    assert writer.has_deletions()
    writer.commit()
    assert list(index.ids()) == ["3"]
    assert opened.delete_by_query(Term("body", "kheo")) == 1
    assert opened.delete_by_term("id", "3") == 0
    assert len(index) == opened.doc_count() == 0


def test_a_number_is_that_of_the_old_document(index, opened):
    """To delete the number of a document that was replaced keeps the replacement."""
    with opened.writer(words=False) as writer:
        writer.add_document(id="1", body="mới")
        writer.delete_document(0)
    assert index.get("1").body == "mới"


def test_cancelling(index, opened):
    """A cancelled writer, or a context with an exception, changes nothing and leaves nothing."""
    before = files(index)
    writer = opened.writer(words=False)
    writer.add_document(id="9", body="x")
    writer.delete_by_query(Every())
    writer.cancel()
    with pytest.raises(ArticleError), opened.writer(words=False) as writer:
        writer.add_document(id="9", body=9)
    assert files(index) == before
    for use in (writer.commit, writer.cancel, writer.reader, lambda: writer.add_document(id="1")):
        with pytest.raises(IndexingError, match="closed"):
            use()
    for use in (lambda: writer.delete_document(0), lambda: writer.delete_by_term("id", "1")):
        with pytest.raises(IndexingError, match="closed"):
            use()


def test_merging(index, opened):
    """``optimize`` makes one segment, ``CLEAR`` removes what was not added with it."""
    opened.delete_by_term("id", "1")
    opened.optimize()
    assert len(list(opened.reader().leaf_readers())) == 1
    assert opened.doc_count_all() == 2
    with opened.writer() as writer:
        writer.delete_by_term("id", "2")
        writer.mergetype = OPTIMIZE
    assert opened.doc_count_all() == 1
    writer = opened.writer(words=False)
    writer.add_document(id="7", body="x")
    writer.commit(mergetype=CLEAR)
    assert list(index.ids()) == ["7"]
    opened.writer().commit(mergetype=MERGE_SMALL, merge=False)
    before = opened.latest_generation()
    with opened.writer() as writer:
        writer.optimize = True
    assert opened.latest_generation() == before + 1


REFUSED = {
    "unknown field": (UnknownFieldError, {"id": "9", "nothing": "x"}),
    "no id": (ArticleError, {"body": "x"}),
    "a list": (ArticleError, {"id": "9", "body": ["x"]}),
    "a boost": (StoreError, {"id": "9", "_boost": 2.0}),
    "another stored text": (StoreError, {"id": "9", "_stored_body": "x"}),
    "accented": (StoreError, {"id": "9", "body_accented": "x"}),
    "words": (StoreError, {"id": "9", "word": "x"}),
    "no date": (Exception, {"id": "9", "date": "x"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_article_is_refused(index, opened, case):
    """A wrong value raises, and the writer goes on without it."""
    error, values = REFUSED[case]
    with opened.writer(words=False) as writer:
        with pytest.raises(error):
            writer.add_document(**values)
        writer.add_document(id="4", body="x")
    assert list(index.ids()) == ["1", "2", "3", "4"]


def test_what_cannot_be_done_is_said(index, opened):
    """Schema, merge functions and unknown options are refused, and nothing is locked."""
    before = files(index)
    for use in (
        lambda: opened.add_field("x", fields.TEXT),
        lambda: opened.remove_field("title"),
    ):
        with pytest.raises(StoreError, match="fields of an index of articles are fixed"):
            use()
    with pytest.raises(TypeError, match="'codec'"):
        opened.writer(codec=None)
    writer = opened.writer(limitmb=1, delay=0.1, multisegment=True)
    with pytest.raises(StoreError, match="fixed"):
        writer.add_field("x", fields.TEXT)
    with pytest.raises(StoreError, match="fixed"):
        writer.remove_field("title")
    with pytest.raises(StoreError, match="add it again"):
        writer.delete_document(0, delete=False)
    with pytest.raises(StoreError, match="give no mergetype"):
        writer.commit(mergetype=lambda _writer, segments: segments)
    for number in (-1, 3):
        with pytest.raises(IndexingError, match="No document ID"):
            writer.delete_document(number)
    writer.cancel()
    assert files(index) == before
    assert verify_index(index.path).is_whole


def test_one_writer_at_a_time(index, opened):
    """A second writer gets Whoosh's LockError, with our sentence; an AsyncWriter waits."""
    writer = opened.writer(words=False)
    with pytest.raises(whoosh.index.LockError, match="another process is writing"):
        opened.writer()
    waiting = AsyncWriter(opened, delay=0.01, writerargs={"words": False})
    waiting.add_document(id="4", body="x")
    waiting.commit()
    writer.add_document(id="5", body="x")
    writer.commit()
    waiting.join(30)
    assert sorted(index.ids()) == ["1", "2", "3", "4", "5"]


def test_another_reader_is_copied(index, opened, tmp_path):
    """Articles are added by their stored values, to an index of ours and to an ordinary one."""
    with Index.create(tmp_path / "other") as other:
        target = open_dir(other.path)
        with opened.reader() as reader, target.writer(words=False) as writer:
            writer.add_reader(reader)
        assert [other.get(one) for one in other.ids()] == [index.get(one) for one in index.ids()]
    (tmp_path / "plain").mkdir()
    plain = whoosh.index.create_in(tmp_path / "plain", opened.schema)
    with plain.writer() as writer, opened.reader() as reader:
        for _, stored in reader.iter_docs():
            writer.add_document(**stored, body_accented=stored["body"])
    plain.add_field("more", fields.TEXT)
    copied = whoosh.index.open_dir(tmp_path / "plain")
    assert "more" in copied.schema.names()
    with copied.searcher() as searcher:
        found = searcher.search(Term("body_accented", "khéo"))
        assert sorted(hit["id"] for hit in found) == ["2", "3"]


def test_opening(index, tmp_path):
    """An index is read without its pickles; what is none is an error in one sentence."""
    with pytest.raises(IndexNotFoundError):
        open_dir(tmp_path / "none")
    whoosh.index.create_in(tmp_path, fields.Schema(x=fields.TEXT))
    with pytest.raises(IndexFormatError):
        open_dir(tmp_path)
    opened = open_dir(index.path)
    (path,) = index.path.glob("*.toc")
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError):
        opened.reader()


def test_nothing_is_unpickled(index, monkeypatch):
    """Neither schema nor segments are loaded from the pickles of the commit file."""

    def forbidden(*_args, **_options):
        raise AssertionError("a pickle was loaded")

    monkeypatch.setattr("pickle.loads", forbidden)
    monkeypatch.setattr("pickle.load", forbidden)
    monkeypatch.setattr("whoosh.filedb.structfile.load_pickle", forbidden, raising=False)
    with open_dir(index.path).searcher() as searcher:
        assert len(searcher.search(Term("body", "dan"))) == 2
        assert searcher.document(id="2")["title"] == "Hai"


def test_refreshing(index, opened):
    """A searcher is refreshed to the commits of others; one that is not keeps what it had."""
    old, kept = opened.searcher(), opened.searcher()
    assert old.up_to_date()
    assert old.refresh() is old
    index.add([Article("4", "", "dân")], words=False)
    index.remove(["1"])
    index.optimize()
    assert not old.up_to_date()
    fresh = old.refresh()
    assert sorted(hit["id"] for hit in fresh.search(Term("body", "dan"))) == ["3", "4"]
    assert sorted(hit["id"] for hit in kept.search(Term("body", "dan"))) == ["1", "3"]
