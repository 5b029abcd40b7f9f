"""Articles with and without words in one index, and the segmenter that made the words."""

import logging

import pytest

from danvan_search import Article, Index, QueryError, StoreError
from danvan_search.index.writing import index_writer
from danvan_search.text import Segmenter


def article(at, body="công tác dân vận"):
    return Article(str(at), "", body)


@pytest.fixture
def index(tmp_path):
    with Index.create(tmp_path / "index") as made:
        yield made


def found(index):
    return sorted(hit.id for hit in index.search('word:"dân vận"', limit=100))


def assert_no_words(index, sentence):
    with pytest.raises(QueryError, match=sentence) as caught:
        index.search('công word:"dân vận"')
    assert caught.value.position == 5
    assert isinstance(caught.value.__cause__, StoreError)


def test_an_index_without_words(index):
    """A query for a word is an error that says what to do; other queries work."""
    index.add([article(1)], words=False)
    assert_no_words(index, "this index holds no words: index again .*without --no-words")
    assert index.search('"dân vận" word').relaxed
    assert index.stats().without_words == 1
    assert index.stats().segmenters == ()


def test_some_articles_without_words(index):
    """One such article is enough for the error, until it is removed."""
    index.add([article(1)])
    index.add([article(2)], words=False)
    assert_no_words(index, "1 of the 2 articles of this index hold no words")
    index.remove(["2"])
    assert found(index) == ["1"]
    assert index.stats().without_words == 0


@pytest.mark.parametrize("optimize", [False, True])
def test_a_merge_keeps_words(index, optimize):
    """Articles keep their words in a merge with articles that have none."""
    for at in range(12):
        index.add([article(at), Article(f"t{at}", "dân vận", "")], words=at % 3 != 0)
    if optimize:
        index.optimize()
    assert index.stats().without_words == 8
    assert_no_words(index, "8 of the 24 articles")
    index.remove(id_ for at in range(0, 12, 3) for id_ in (str(at), f"t{at}"))
    expected = [id_ for at in range(12) if at % 3 for id_ in (str(at), f"t{at}")]
    assert found(index) == sorted(expected)
    index.optimize()
    assert found(index) == sorted(expected)


def test_a_changed_article_gets_words(index):
    """A changed article gets words; an unchanged one stays without."""
    index.add([article(1)], words=False)
    assert index.add([article(1)]).unchanged == 1
    assert index.stats().without_words == 1
    index.add([article(1, "dân vận")])
    assert found(index) == ["1"]


def test_articles_without_syllables_lack_no_words(index):
    """An article without syllables does not count as one without words."""
    index.add([article(1, "..."), Article("2", "", "")], words=False)
    assert index.stats().without_words == 0
    assert found(index) == []


def test_sync_and_build_leave_words_out(tmp_path, seeds):
    """``sync`` and ``build`` have the same option."""
    Index.build(tmp_path / "index", [seeds], words=False)
    with Index.open(tmp_path / "index") as index:
        assert index.stats().without_words == 5
        index.sync([seeds], rebuild=True)
        assert index.stats().without_words == 0
        index.sync([seeds], rebuild=True, words=False)
        assert index.stats().without_words == 5


def test_the_index_names_its_segmenter(index):
    """Each segment keeps the fingerprint of its segmenter, after merges, too."""
    index.add([article(1)])
    index.add([article(2)], words=False)
    fingerprint = Segmenter().fingerprint()
    assert index.stats().segmenters == (fingerprint,)
    index.optimize()
    assert index.stats().segmenters == (fingerprint,)


def test_another_segmenter_gives_one_warning(index, monkeypatch, caplog):
    """The first article with words warns; removing, and writing without words, do not."""
    index_writer._warn_of_other_segmenter.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(Segmenter, "fingerprint", lambda _self: "underthesea-of-old")
        index.add([article(1), article(2)])
    with caplog.at_level(logging.WARNING):
        index.remove(["2"])
        index.add([article(2)], words=False)
        assert not caplog.records
        index.add([article(3)])
        index.add([article(4)])
    (record,) = caplog.records
    assert "words of old and new articles may differ" in record.getMessage()
    assert str(index.path) in record.getMessage()
    assert index.stats().segmenters == tuple(
        sorted(("underthesea-of-old", Segmenter().fingerprint()))
    )
    index.optimize()
    assert len(index.stats().segmenters) == 2
