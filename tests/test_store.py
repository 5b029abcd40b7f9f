"""The protocols of stores: articles go into any store, and a folder is one."""

import pytest

from danvan_search import (
    ArgumentTypeError,
    Article,
    Index,
    QueryError,
    StoreIndex,
    SyncOptions,
    UnsupportedError,
    verify_index,
)
from danvan_search.arguments import checked_articles, checked_ids
from danvan_search.folder_store import FolderStore
from danvan_search.store import ArticleWriter, IndexedArticle
from danvan_search.sync import sync_paths
from danvan_search.upsert import upsert
from tests.seeds import SEEDS


class MemoryWriter:
    """A store in a dictionary; every change is committed at once."""

    lookahead = 3

    def __init__(self):
        self.articles = {}

    def find(self, article_id):
        return self.articles.get(article_id, (None, None))[1]

    def expect(self, article_ids):
        assert len(article_ids) <= self.lookahead

    def known(self):
        return iter([known for _, known in self.articles.values()])

    def put(self, article, *, origin="", root=""):
        replaced = article.id in self.articles
        known = IndexedArticle(article.id, article.content_hash(), origin, root)
        self.articles[article.id] = article, known
        return replaced

    def remove(self, article_id):
        return self.articles.pop(article_id, None) is not None

    def discard(self):
        raise AssertionError("nothing is discarded here")


def test_a_folder_is_brought_into_any_store(tmp_path):
    """A store that is no index follows a folder: added, unchanged, updated and removed."""
    for seed in SEEDS:
        (tmp_path / seed.name).write_bytes(seed.read_bytes())
    store = MemoryWriter()
    writer: ArticleWriter = store
    report = sync_paths(writer, [tmp_path], SyncOptions(), prune=True)
    assert (report.added, report.unchanged) == (5, 0)
    report = sync_paths(writer, [tmp_path], SyncOptions(), prune=True)
    assert (report.added, report.unchanged) == (0, 5)
    first, second, *_ = sorted(tmp_path.iterdir())
    first.write_text("Hội thi\n\nDân vận khéo.", "utf-8")
    second.unlink()
    report = sync_paths(writer, [tmp_path], SyncOptions(), prune=True)
    assert (report.updated, report.removed, report.unchanged) == (1, 1, 3)
    assert len(store.articles) == 4


def test_articles_go_into_any_store():
    """Equal articles are not written again, and of two with one id the last one stays."""
    store = MemoryWriter()
    one, other = Article("1", "", "dân vận"), Article("1", "", "dân vận khéo")
    assert upsert(store, iter([one])).added == 1
    assert upsert(store, iter([one])).unchanged == 1
    assert upsert(store, iter([one, other])).updated == 1
    assert store.articles["1"][0] == other


@pytest.mark.parametrize("articles", [[{"id": "1"}], Article("1", "", "a"), 7, None, ["1"]])
def test_what_is_no_article_is_refused(articles):
    """Anything but articles is one sentence, and a TypeError."""
    with pytest.raises(ArgumentTypeError, match=r"Article|list") as caught:
        list(checked_articles(articles))
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("ids", [[7], 7, None, [b"1"]])
def test_what_is_no_id_is_refused(ids):
    """Anything but strings is one sentence; one string is one id."""
    with pytest.raises(ArgumentTypeError, match=r"string|list"):
        list(checked_ids(ids))
    assert list(checked_ids("12")) == ["12"]


def test_a_folder_is_a_store(tmp_path):
    """It has the interface of any store, and what it does not do names itself."""
    with Index.create(tmp_path / "index") as local:
        index = Index.on(FolderStore(tmp_path / "index"))
        assert isinstance(index, StoreIndex)
        assert index.add([Article("1", "Đề", "dân vận", category="A", source="B")]).added == 1
        assert index.sync([SEEDS[0].parent], dry_run=True).added
        assert [*index.ids()] == [*local.ids()] == ["1"]
        assert index.get("1") == local.get("1")
        assert "1" in index
        assert index.search("dan").hits == local.search("dan").hits
        assert (index.categories(), index.sources()) == ({"A": 1}, {"B": 1})
        assert index.highlight("1", "dan").to_json() == local.highlight("1", "dan").to_json()
        assert index.rebuild(words=False) == 1
        assert index.stats().to_json() == local.stats().to_json()
        assert index.remove(["1"]) == 1
        assert len(index) == 0
        with pytest.raises(UnsupportedError, match=r"^verify: .*stats"):
            index.verify()
        with pytest.raises(QueryError):
            index.search("")
        index.close()


WRONG_CALLS = {
    "get": lambda index: index.get(7),
    "search": lambda index: index.search(None),
    "search bytes": lambda index: index.search(b"dan"),
    "add": lambda index: index.add([{}]),
    "add one": lambda index: index.add(Article("1", "", "a")),
    "remove": lambda index: index.remove([7]),
    "sync": lambda index: index.sync(7),
    "sync many": lambda index: index.sync([7]),
    "open": lambda index: Index.open(None),
    "create": lambda index: Index.create(7),
    "build": lambda index: Index.build(index.path.parent / "new", 7),
    "restore": lambda index: Index.restore(index.path.parent / "new", 7),
    "repair": lambda index: Index.repair(None),
    "backup": lambda index: index.backup(7),
    "verify": lambda index: verify_index(None),
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_type_is_one_sentence(tmp_path, call):
    """It is an error of ours and a TypeError, is never called damage, and changes nothing."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "", "dân vận")], words=False)
        with pytest.raises(ArgumentTypeError) as caught:
            WRONG_CALLS[call](index)
        assert isinstance(caught.value, TypeError)
        assert "\n" not in str(caught.value)
        assert list(index.ids()) == ["1"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["index"]
