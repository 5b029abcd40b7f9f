"""Vectors in an index: what is stored of them, merges, removals, repairs, and going on."""

import os
import shutil
import signal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, Index, IndexDamagedError, OptionError, verify_index
from danvan_search.embedder import vectors_of
from danvan_search.index import Snapshot
from danvan_search.index.codec.array_file import ArrayFile, ArrayFileWriter
from danvan_search.index.codec.vectors import ARRAYS, Passages
from danvan_search.index.snapshot import SegmentCache
from danvan_search.semantic.embedding import embed_articles
from danvan_search.semantic.passages import passages_of
from tests.embedders import Trigrams
from tests.index.segments import rewrite

WORDS = ["dân", "vận", "khéo", "công", "tác", "ở", "cơ", "sở", "xã", "thi", "đua", "phong", "trào"]


def article(number, length=30):
    """Return an article of some syllables."""
    body = " ".join(
        WORDS[(number * 7 + at * (1 + number % 5)) % len(WORDS)] for at in range(length)
    )
    return Article(str(number), f"Bài {number}", body)


def stored(path):
    """Return the passages of each article with vectors, by its id."""
    snapshot = Snapshot(path, SegmentCache(path))
    found = {}
    for at, segment in enumerate(snapshot.segments):
        chars = segment.reader.stored_text.lengths(np.arange(segment.reader.doc_count))[1]
        if segment.vectors is not None:
            segment.vectors.check_values(chars)
        for doc in range(len(segment.doc_values)):
            live = snapshot.live[at]
            if segment.vectors is not None and (live is None or live[doc]):
                passages = segment.vectors.of(doc)
                if len(passages):
                    found[segment.doc_values.id(doc)] = passages
    return found


def expected(articles, embedder, most=8):
    """Return what :func:`stored` must return, made article by article."""
    found = {}
    for one in articles:
        passages = passages_of(one, most)
        if passages:
            vectors = vectors_of(embedder, [own.text for own in passages])
            found[one.id] = Passages.of(vectors, [own.place for own in passages])
    return found


def assert_equal(found, wanted):
    """Compare the passages of articles."""
    assert found.keys() == wanted.keys()
    for name, own in wanted.items():
        for part in ("values", "scales", "places"):
            assert np.array_equal(getattr(found[name], part), getattr(own, part)), (name, part)


def test_every_article_has_the_vectors_of_its_passages(make_index):
    """Articles without letters and digits have none; the others as many as they are long."""
    articles = [
        article(0),
        article(1, 400),
        article(2, 3000),
        Article("e", "", "…"),
        Article("t", "A", ""),
    ]
    index = make_index(*articles)
    told = []
    report = index.embed(Trigrams(), progress=lambda *numbers: told.append(numbers))
    assert (report.articles, report.passages, report.total) == (4, 1 + 3 + 8 + 1, 5)
    assert (told[0], told[-1]) == ((0, 5), (5, 5))
    assert_equal(stored(index.path), expected(articles, Trigrams()))
    assert (index.stats().embedded, index.stats().embedder) == (4, "trigrams")
    assert index.embed(Trigrams()).passages == 0
    assert verify_index(index.path).is_whole


def test_an_index_without_vectors_has_no_array_of_them(make_index):
    """Nothing is stored where nobody asked for it, and removing all leaves nothing."""
    index = make_index(article(0))
    for file in index.path.glob("*.docs"):
        with ArrayFile(file) as read:
            assert (read.meta, [name for name in read.arrays if name in ARRAYS]) == ({}, [])
    assert (index.stats().embedded, index.stats().embedder) == (0, "")


def test_passages_cover_the_text():
    """Each begins where the one before it has not ended, and the last one ends with the text."""
    one = article(3, 1000)
    passages = passages_of(one, 100)
    ends = [own.place + len(own.text) - len(one.title) - 1 for own in passages]
    assert passages[0].place == 0
    assert ends[-1] == len(one.body)
    assert all(place.place < end for place, end in zip(passages[1:], ends, strict=False))
    assert passages_of(one, 2) == passages[:2]


@settings(max_examples=30)
@given(st.integers(0, 1 << 32), st.integers(1, 20), st.integers(1, 600))
def test_the_error_of_a_stored_number_is_at_most_half_of_the_scale(seed, count, dimension):
    """So a cosine is off by at most half of the scale times the sum of the query's numbers."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((count, dimension)).astype(np.float32)
    vectors[0] = 0
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    kept = Passages.of(vectors, [0] * count)
    again = kept.values * kept.scales[:, None]
    assert (np.abs(again - vectors) <= kept.scales[:, None] * 0.5001 + 1e-7).all()
    query = random.standard_normal(dimension).astype(np.float32)
    query /= np.linalg.norm(query)
    off = np.abs(again @ query - vectors @ query)
    assert (off <= kept.scales * 0.5001 * np.abs(query).sum() + 1e-5).all()


def test_vectors_follow_their_articles(make_index):
    """Through additions, changes, removals, merges and an optimised index."""
    articles = {str(number): article(number, 20 + number * 37) for number in range(22)}
    index = make_index(*articles.values())
    index.embed(Trigrams())
    with_vectors = dict(articles)
    for step in range(7):
        gone = str(step * 2)
        index.remove([gone])
        articles.pop(gone)
        with_vectors.pop(gone)
        new = article(100 + step, 250)
        changed = Article(str(step * 2 + 1), "Đổi", f"nội dung mới {step}")
        index.add([new, changed])
        articles |= {new.id: new, changed.id: changed}
        with_vectors.pop(changed.id)
        if step % 3 == 0:
            index.embed(Trigrams())
            with_vectors = dict(articles)
        assert_equal(stored(index.path), expected(with_vectors.values(), Trigrams()))
    index.optimize()
    assert_equal(stored(index.path), expected(with_vectors.values(), Trigrams()))
    index.remove(list(articles))
    assert stored(index.path) == {}
    assert verify_index(index.path).is_whole


def test_work_that_was_ended_goes_on(make_index):
    """What was committed before is not made again, and the rest is the same as at once."""
    articles = [article(number, 300) for number in range(60)]
    index = make_index(*articles)

    def embed(embedder):
        return embed_articles(index.path, index._live.current, embedder, commit_passages=40)

    with pytest.raises(KeyboardInterrupt):
        embed(Trigrams(fails_after=90))
    done = stored(index.path)
    assert 0 < len(done) < 60
    later = Trigrams()
    assert embed(later).articles == 60 - len(done)
    assert len(later.passages) == 2 * (60 - len(done))
    assert_equal(stored(index.path), expected(articles, Trigrams()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_killed_process_leaves_what_it_committed(make_index):
    """Nothing of the next commit is there, and the next call makes it."""
    articles = [article(number) for number in range(80)]
    index = make_index(*articles)

    class Killed(Trigrams):
        def embed(self, texts, *, is_query=False):
            if len(self.passages) >= 64:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().embed(texts, is_query=is_query)

    process = os.fork()
    if process == 0:
        try:
            with Index.open(index.path) as own:
                embed_articles(own.path, own._live.current, Killed(), commit_passages=32)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(process, 0)[1]) == signal.SIGKILL
    assert_equal(stored(index.path), expected(articles[:64], Trigrams()))
    assert index.embed(Trigrams()).articles == 16
    assert_equal(stored(index.path), expected(articles, Trigrams()))


def test_an_article_that_changes_meanwhile_gets_the_vectors_of_its_new_text(make_index):
    """Others may write while texts are embedded: what they wrote holds."""
    articles = [article(number) for number in range(4)]
    index = make_index(*articles)
    changed = Article("1", "Mới", "khác hẳn")

    class Meddling(Trigrams):
        def embed(self, texts, *, is_query=False):
            if not self.passages:
                index.add([changed])
                index.remove(["2"])
            return super().embed(texts, is_query=is_query)

    index.embed(Meddling())
    wanted = expected([articles[0], changed, articles[3]], Trigrams())
    assert_equal(stored(index.path), wanted)


def test_vectors_of_another_embedder(make_index):
    """They are one sentence, and are replaced where that is asked for."""
    articles = [article(0), article(1)]
    index = make_index(articles[0])
    index.add(articles[1:])
    index.embed(Trigrams())
    with pytest.raises(OptionError, match=r"of the embedder trigrams .* not of other"):
        index.embed(Trigrams(name="other"))
    with pytest.raises(OptionError, match=r"\(32 numbers\), not of trigrams \(16 numbers\)"):
        index.embed(Trigrams(16))
    index.embed(Trigrams(16, "other"), replace=True)
    assert_equal(stored(index.path), expected(articles, Trigrams(16)))
    assert index.stats().embedder == "other"


@pytest.mark.parametrize(
    ("vectors", "told"),
    [
        (np.zeros((1, 3), np.float32), "float32[1, 3]"),
        (np.zeros((2, 2), np.float32), "float32[2, 2]"),
        (np.array([[1, np.nan, 0]]), "float64[1, 3]"),
        (np.zeros((1, 2), np.int64), "int64[1, 2]"),
    ],
)
def test_an_embedder_that_returns_something_else(make_index, vectors, told):
    """It is one sentence, and the index stays as it was."""
    index = make_index(article(0))
    embedder = Trigrams(2 if vectors.shape[1] != 3 or np.isfinite(vectors).all() else 3, "odd")
    embedder.embed = lambda texts, is_query=False: vectors
    with pytest.raises(OptionError, match="the embedder odd returned") as raised:
        index.embed(embedder)
    assert told.replace("[", " [") in str(raised.value).replace("[", " [")
    assert index.stats().embedded == 0


@pytest.mark.parametrize("embedder", [object(), Trigrams, None, 3])
def test_what_is_no_embedder(make_index, embedder):
    """It is one sentence."""
    with pytest.raises(OptionError, match="is no embedder"):
        make_index(article(0)).embed(embedder)


def test_a_backup_has_them_and_a_repair_keeps_those_of_whole_segments(make_index, tmp_path):
    """Of a damaged segment they are made again."""
    articles = [article(number) for number in range(6)]
    index = make_index(*articles[:3])
    index.add(articles[3:])
    index.embed(Trigrams())
    index.backup(tmp_path / "saved")
    Index.restore(tmp_path / "copy", tmp_path / "saved")
    assert_equal(stored(tmp_path / "copy"), expected(articles, Trigrams()))
    path = tmp_path / "damaged"
    shutil.copytree(index.path, path)
    file = min(path.glob("*.docs"))
    data = bytearray(file.read_bytes())
    with ArrayFile(file) as read:
        at = bytes(data).index(read.arrays["vector_values"].whole().tobytes())
    data[at] ^= 1
    file.write_bytes(data)
    assert "'vector_values'" in verify_index(path).damages[0].problem
    with pytest.raises(IndexDamagedError):
        stored(path)
    report = Index.repair(path)
    assert (report.kept, report.salvaged) == (6, 3)
    assert len(stored(path)) == 3
    with Index.open(path) as repaired:
        repaired.embed(Trigrams())
    assert_equal(stored(path), expected(articles, Trigrams()))


def test_forged_values_are_found(make_index):
    """Each array with an impossible value is damage, whatever its checksum says."""
    index = make_index(article(0, 300), article(1))
    index.embed(Trigrams())
    (file,) = index.path.glob("*.docs")
    whole = file.read_bytes()

    def forged(name, value, at=0):
        def change(arrays):
            arrays[name].reshape(-1)[at] = value

        rewrite(file, change)
        snapshot = Snapshot(index.path, SegmentCache(index.path))
        with pytest.raises(IndexDamagedError):
            snapshot.check_values()
        file.write_bytes(whole)

    forged("vector_starts", 1)
    forged("vector_starts", 9, at=1)
    forged("vector_values", 128)
    forged("vector_values", 127)
    forged("vector_scales", np.nan)
    forged("vector_scales", -1)
    forged("vector_scales", 1)
    forged("vector_places", 1 << 31)
    Snapshot(index.path, SegmentCache(index.path)).check_values()


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9_000), max_size=6), st.sampled_from(["u1", "f4"]))
def test_an_array_in_pieces_is_the_array(tmp_path_factory, lengths, dtype):
    """Whatever the pieces are, the file is that of the array as a whole."""
    folder = tmp_path_factory.mktemp("pieces")
    pieces = [np.arange(7 * one).astype(dtype).reshape(one, 7) for one in lengths]
    whole = np.concatenate([np.zeros((0, 7), dtype), *pieces])
    for name in ("whole", "pieces"):
        with (folder / name).open("wb") as stream:
            writer = ArrayFileWriter(stream)
            if name == "whole":
                writer.add("a", whole)
            else:
                writer.add_pieces("a", whole.dtype, whole.shape, pieces)
            writer.add("b", np.arange(3, dtype=np.uint8))
            writer.finish({})
    assert (folder / "whole").read_bytes() == (folder / "pieces").read_bytes()
    with (folder / "wrong").open("wb") as stream, pytest.raises(ValueError, match="another size"):
        ArrayFileWriter(stream).add_pieces("a", whole.dtype, (len(whole) + 1, 7), pieces)
