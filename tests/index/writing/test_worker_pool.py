"""Analysis in several processes: the same files as from one, and no leftovers after failures."""

import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, OptionError, StoreError, workers
from danvan_search.index.writing import segment_builder
from danvan_search.index.writing.text_analysis import InProcessAnalysis
from danvan_search.index.writing.worker_pool import WorkerPool, _analyze
from danvan_search.text.batch_analyzer import BatchAnalyzer
from tests.naughty import NAUGHTY


def contents(index):
    """Return the bytes of the segment files of an index, sorted."""
    return sorted(
        (file.suffix, file.read_bytes())
        for file in index.path.iterdir()
        if file.suffix in (".grid", ".docs")
    )


def outcome(index, query):
    results = index.search(query, limit=100)
    return results.total, [(hit.id, hit.score, hit.exact, hit.snippet) for hit in results]


@pytest.fixture
def small_batches(monkeypatch):
    """Make batches of about 3,000 characters, so that few articles make several."""
    monkeypatch.setattr(segment_builder, "_BATCH_CHARS", 3000)


def test_an_index_does_not_depend_on_the_number_of_processes(tmp_path, seeds, small_batches):
    """One process and two make the same files from the seeds, with the same hits."""
    made = []
    for count in (1, 2):
        Index.build(tmp_path / str(count), [seeds], jobs=count)
        made.append(Index.open(tmp_path / str(count)))
    one, two = made
    assert contents(one) == contents(two)
    for query in ("dân vận khéo", '"dan van kheo"', "word:vận", 'word:"dân vận"', "tỉnh hưng yên"):
        assert outcome(one, query) == outcome(two, query)
    for index in made:
        index.close()


@pytest.mark.parametrize("words", [True, False])
def test_naughty_texts_in_other_processes(tmp_path, words, small_batches):
    """Workers analyse lone surrogates and similar texts as this process does."""
    articles = [
        Article(str(at), text, text * 2) for at, (_, text) in enumerate([*NAUGHTY, ("one", "dân")])
    ]
    made = []
    for count in (1, 2):
        with Index.create(tmp_path / str(count)) as index:
            index.add(articles, words=words, jobs=count)
            made.append((contents(index), list(index.ids()), outcome(index, "dân")))
    assert made[0] == made[1]


texts = st.lists(st.text("dâđ vậủ́19.中a", max_size=30), max_size=4)


@settings(max_examples=50)
@given(st.lists(texts, max_size=4), st.booleans())
def test_forms_get_the_ids_that_one_process_assigns(batches, words):
    """Each batch has the same ids, forms, offsets and words."""
    alone, together = InProcessAnalysis(words=words), WorkerPool(2, words=words)
    analyzer = BatchAnalyzer()
    for batch in batches:
        details = ["\n".join([*batch[at:], text]) for at, text in enumerate(batch)]
        several = batch, batch[::-1], details
        expected = alone.start(several)()
        result = _analyze(analyzer, several, words=words)
        for part, own in zip(together._with_shared_ids(result), expected, strict=True):
            for name in ("accented", "starts", "lengths", "counts", "word_starts", "lines"):
                ours, theirs = getattr(part, name), getattr(own, name)
                assert (ours is None) == (theirs is None)
                assert ours is None or (ours.tolist(), ours.dtype) == (
                    theirs.tolist(),
                    theirs.dtype,
                )
    assert together.form_table.accented == alone.form_table.accented
    assert together.form_table.folded == alone.form_table.folded


def many(count=40):
    return [Article(str(at), "Dân vận", "dân vận khéo " * 40) for at in range(count)]


def with_pools(monkeypatch):
    """Return a list that collects the pools that are created from now on."""
    pools = []

    class Pool(workers.ProcessPoolExecutor):
        def __init__(self, *args):
            super().__init__(*args)
            pools.append(self)

    monkeypatch.setattr(workers, "ProcessPoolExecutor", Pool)
    return pools


def test_a_killed_worker_is_an_error_that_changes_nothing(tmp_path, monkeypatch, small_batches):
    """The error says what to do; the index is unchanged and unlocked, and no process is left."""
    pools = with_pools(monkeypatch)

    def killing():
        for article in many():
            yield article
            if article.id == "20":
                for process in list(pools[0]._processes):
                    os.kill(process, signal.SIGKILL)

    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", "", "khéo")])
        before = sorted(one.name for one in index.path.iterdir())
        with pytest.raises(StoreError, match=r"was killed.*fewer jobs"):
            index.add(killing(), jobs=2)
        assert before == sorted(one.name for one in index.path.iterdir())
        assert list(index.ids()) == ["a"]
        assert not pools[0]._processes
        assert index.add(many(3)).added == 3


def test_a_script_without_a_main_guard_is_told(tmp_path):
    """Workers import the script, which starts workers again: the error says what is missing."""
    Index.create(tmp_path / "index").close()
    script = tmp_path / "script.py"
    script.write_text(
        "from danvan_search import Article, Index\n"
        "index = Index.open('index')\n"
        "index.add([Article('1', '', 'dân vận')], jobs=2, words=False)\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "must index under if __name__ == '__main__':" in run.stderr.splitlines()[-1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupt_ends_the_workers(tmp_path, monkeypatch, small_batches, error):
    """Ctrl-C during the analysis leaves the index unchanged, and no process."""
    pools = with_pools(monkeypatch)

    def interrupted():
        yield from many()
        raise error

    with Index.create(tmp_path / "index") as index:
        with pytest.raises(error):
            index.add(interrupted(), jobs=2)
        assert not pools[0]._processes
        assert len(index) == 0
        assert index.add(many(3)).added == 3


def test_no_process_starts_without_articles(tmp_path, monkeypatch):
    """Workers start with the first batch."""
    pools = with_pools(monkeypatch)
    with Index.create(tmp_path / "index") as index:
        assert index.add([], jobs=3).added == 0
    assert not pools


@pytest.mark.parametrize("count", [0, -1, True, "2", 1.0])
def test_invalid_numbers_of_processes(tmp_path, seeds, count):
    """The number of processes is at least 1; other values are refused before any change."""
    with Index.create(tmp_path / "index") as index:
        for call in (
            lambda: index.add([], jobs=count),
            lambda: index.sync([seeds], jobs=count),
            lambda: Index.build(tmp_path / "new", [seeds], jobs=count),
        ):
            with pytest.raises(OptionError, match="jobs"):
                call()
        assert index.add([]).added == 0
