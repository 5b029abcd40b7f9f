"""Writing to a cluster: changes, conflicts, rebuilds and versions."""

import json
import random
import shutil
from functools import partial

import pytest
from click.testing import CliRunner

pytest.importorskip("opensearchpy")

from danvan_search import (
    Article,
    ConflictError,
    Index,
    IndexExistsError,
    IndexFormatError,
    IndexNotFoundError,
    QueryError,
    SearchOptions,
    StoreError,
    WriteOptions,
)
from danvan_search.cli import cli
from danvan_search.opensearch import OpenSearchStore
from tests.opensearch.contract import made_articles, pages_differ
from tests.seeds import SEEDS

pytestmark = pytest.mark.opensearch


@pytest.fixture
def store(client, alias):
    return OpenSearchStore(client, alias, refresh=True)


@pytest.fixture
def index(store):
    return Index.on(store, create=True)


def write(store, act, **values):
    """Change a store by what a function does with a writer."""
    with store.writer(WriteOptions(), **values) as writer:
        act(writer)


def fail(writer):
    """Put an article, and fail."""
    writer.put(Article("new", "", "e"))
    raise RuntimeError


def indices_of(client, alias):
    return sorted(client.indices.get(index=f"{alias}*"))


def test_a_folder_is_followed(index, tmp_path):
    """Files that are new, changed or gone are articles so; a dry run changes nothing."""
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS[0].parent, folder)
    assert index.sync([folder], dry_run=True).added == 5
    assert len(index) == 0
    assert index.sync([folder]).added == 5
    assert index.sync([folder]).unchanged == 5
    first, second, *_ = sorted(folder.iterdir())
    first.write_text("Hội thi\n\nDân vận khéo.", "utf-8")
    second.unlink()
    report = index.sync([folder])
    assert (report.updated, report.removed, report.unchanged) == (1, 1, 3)
    assert len(index) == 4
    assert [hit.title for hit in index.search('title:"hội thi"')] == ["Hội thi"]


def test_changes_are_those_of_a_folder(index, tmp_path):
    """After updates and removals both stores have the same articles, and answer alike."""
    rng = random.Random(3)
    articles = made_articles(60, seed=3)
    with Index.create(tmp_path / "index") as local:
        for _ in range(4):
            some = rng.sample(articles, 30)
            changed = [Article(one.id, one.title, f"{one.body} {rng.random()}") for one in some[:9]]
            removed = [one.id for one in some[20:]]
            same = [changed[0], changed[0]]
            for batch in (some, changed, same):
                assert index.add(batch) == local.add(batch)
            assert index.remove(removed) == local.remove(removed)
            assert index.remove(removed) == 0
            assert list(index.ids()) == sorted(local.ids())
            for query in ("dân", "khéo hà", '"dân vận"~3', "n*", "-dân khéo"):
                assert pages_differ(local, index, query, is_ordered=False) == []


@pytest.mark.parametrize("refresh", [False, True, "wait_for"])
def test_changes_are_visible_as_asked_for(client, alias, refresh):
    """By id at once, and by a search after the call unless it does not wait."""
    store = OpenSearchStore(client, alias, refresh=refresh)
    index = Index.on(store, create=True)
    index.add([Article("1", "", "dân vận")])
    assert index.get("1") == Article("1", "", "dân vận")
    if refresh:
        assert len(index) == 1
        assert index.search("dân").total == 1


def test_two_writers_do_not_undo_each_other(store, index):
    """Whoever comes second is told which articles, and the changes of the first stay."""
    index.add([Article("1", "", "a"), Article("2", "", "b")])

    def three(writer):
        assert len(list(writer.known())) == 2
        Index.on(store).add([Article("1", "", "theirs"), Article("3", "", "theirs")])
        for one in "123":
            writer.put(Article(one, "", "mine"))

    def removal(writer):
        assert writer.find("2") is not None
        Index.on(store).add([Article("2", "", "theirs")])
        writer.remove("2")

    def same(writer):
        assert len(list(writer.known())) == 3
        Index.on(store).add([Article("2", "", "both")])
        writer.put(Article("2", "", "both"))

    with pytest.raises(ConflictError) as caught:
        write(store, three)
    assert sorted(caught.value.ids) == ["1", "3"]
    assert [index.get(one).body for one in "123"] == ["theirs", "mine", "theirs"]
    with pytest.raises(ConflictError):
        write(store, removal)
    assert "2" in index
    write(store, same)  # no conflict, as nothing is lost
    assert index.get("2").body == "both"


def test_a_writer_knows_its_own_changes(store, index):
    """What it put or removed is not found as it was before, whatever was sent already."""
    index.add([Article("1", "", "a")])
    with store.writer(WriteOptions(words=False)) as writer:
        assert writer.put(Article("1", "", "x" * 1_500_000))
        assert writer.find("1") is None
        assert writer.put(Article("1", "", "b"))
        assert not writer.put(Article("2", "", "c"))
        assert writer.put(Article("2", "", "d"))
        assert writer.remove("2")
        assert not writer.remove("2")
        assert not writer.remove("3")
        assert not writer.put(Article("4", "", "e"))
    assert sorted(index.ids()) == ["1", "4"]
    assert index.get("1").body == "b"
    with pytest.raises(RuntimeError):
        write(store, fail)
    assert "new" not in index


def test_several_processes_cut_the_same_texts(store, index):
    """The documents do not depend on the number of processes."""
    articles = made_articles(40)
    index.add(articles, jobs=2)
    found = [hit.id for hit in index.search("dân vận", limit=40)]
    assert len(found) > 20
    index.rebuild()
    assert [hit.id for hit in index.search("dân vận", limit=40)] == found


def test_a_rebuild_takes_the_place_of_the_old_index(client, alias, store, index, tmp_path):
    """Its articles appear at once, and the old index is gone; if it fails, nothing changes."""
    for seed in SEEDS:
        shutil.copy(seed, tmp_path)
    index.add([Article("old", "", "dân vận")])
    assert indices_of(client, alias) == [f"{alias}-1"]
    assert index.sync([tmp_path], rebuild=True).added == 5
    assert indices_of(client, alias) == [f"{alias}-2"]
    assert "old" not in index
    before = [index.get(one) for one in index.ids()]
    assert index.rebuild(words=False) == 5
    assert indices_of(client, alias) == [f"{alias}-3"]
    assert [index.get(one) for one in index.ids()] == before
    assert index.stats().without_words == 5
    assert index.sync([tmp_path]).unchanged == 5
    with pytest.raises(RuntimeError):
        write(store, fail, clear=True)
    assert indices_of(client, alias) == [f"{alias}-3"]
    with pytest.raises(ConflictError):
        write(store, lambda _: index.add([Article("meanwhile", "", "a")]), clear=True)
    assert indices_of(client, alias) == [f"{alias}-3"]
    assert "meanwhile" in index
    with pytest.raises(ConflictError):
        write(store, lambda _: index.rebuild(), clear=True)
    assert len(index) == 6


def test_words_need_all_articles_with_words(index):
    """As in a folder, a query for words says that some articles have none."""
    index.add([Article("1", "", "dân vận")], words=False)
    with pytest.raises(QueryError, match="without words"):
        index.search('word:"dân vận"')
    index.rebuild()
    assert index.search('word:"dân vận"').total == 1


def test_an_index_of_another_version_says_that_it_is_to_be_rebuilt(client, alias, store, index):
    """It is neither searched nor written, and a rebuild of its articles helps."""
    index.add([Article("1", "", "dân vận")])
    mapping = client.indices.get_mapping(index=alias)[f"{alias}-1"]["mappings"]
    meta = {"danvan": {**mapping["_meta"]["danvan"], "analysis": 0}}
    client.indices.put_mapping(index=alias, body={"_meta": meta})
    other = Index.on(OpenSearchStore(client, alias, refresh=True))
    for act in (lambda: other.search("dân"), lambda: other.add([Article("2", "", "a")])):
        with pytest.raises(IndexFormatError, match="rebuild"):
            act()
    assert other.rebuild() == 1
    assert other.search("dân").total == 1
    meta["danvan"] = {**mapping["_meta"]["danvan"], "segmenter": "another"}
    client.indices.put_mapping(index=alias, body={"_meta": meta})
    with pytest.raises(IndexFormatError, match="segmenter"):
        other.add([Article("2", "", "a")])
    assert other.add([Article("2", "", "a")], words=False).added == 1


def test_what_is_no_index_of_ours_is_refused(client, alias, store):
    """Nothing, an index of another program, and a name that is no alias."""
    with pytest.raises(IndexNotFoundError, match="no index"):
        Index.on(store)
    with pytest.raises(IndexNotFoundError):
        store.search("dân", SearchOptions())
    client.indices.create(index=f"{alias}-other", body={"aliases": {alias: {}}})
    with pytest.raises(IndexFormatError, match="another program"):
        Index.on(store)
    client.indices.delete_alias(index=f"{alias}-other", name=alias)
    client.indices.create(index=alias)
    with pytest.raises(StoreError, match="not an alias"):
        Index.on(store, create=True)
    client.indices.delete(index=alias)
    Index.on(store, create=True)
    with pytest.raises(IndexExistsError):
        store.create()


def test_the_command_takes_an_address(cluster, client, alias):
    """It indexes, finds, counts and removes on the cluster, and names it."""
    host = cluster.hosts[0].removeprefix("http://")
    address = f"opensearch://{host}/{alias}?replicas=0"
    run = partial(CliRunner().invoke, cli, env={"DVSEARCH_STORE": address})
    done = run(["index", str(SEEDS[0].parent)])
    assert (done.exit_code, "added 5" in done.output) == (0, True), done.output
    client.indices.refresh(index=alias)
    found = json.loads(run(["query", '"dân vận khéo"', "--json", "--limit", "2"]).stdout)
    assert (found["total"], len(found["hits"])) == (4, 2)
    stats = json.loads(run(["stats", "--json"]).stdout)
    assert (stats["articles"], stats["replicas"], stats["index"]) == (5, 0, f"{alias}-1")
    removed = run(["remove", found["hits"][0]["id"], "--json"])
    assert json.loads(removed.stdout)["removed"] == [found["hits"][0]["id"]]
    assert run(["index", str(SEEDS[0].parent), "--rebuild"]).exit_code == 0
    assert indices_of(client, alias) == [f"{alias}-2"]
    missing = run(["query", "dân", "--store", f"opensearch://{host}/{alias}-none"])
    assert missing.exit_code == 2
    assert "create it" in missing.output
