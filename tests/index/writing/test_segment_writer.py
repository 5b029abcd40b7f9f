"""Building by ranges gives the arrays that simple counting gives, and so does merging."""

import itertools
from collections import Counter, defaultdict
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.index.codec import champions, posting_counts
from danvan_search.index.codec.grid import ESCAPE
from danvan_search.index.codec.grouped_offsets import GroupedOffsets
from danvan_search.index.codec.placement import lay_out_documents
from danvan_search.index.codec.posting_counts import sorted_pairs
from danvan_search.index.writing import segment_merger as merging
from danvan_search.index.writing.arena import BLOCK_BYTES, Arena
from danvan_search.index.writing.folded_ranges import RANGE_SYLLABLES
from danvan_search.index.writing.segment_merger import merged_columns
from tests.index.segments import build, build_arrays, columns_of, in_memory
from tests.search.execution.oracle import texts_of

WORDS = ["dân", "dan", "Dán", "vận", "van", "và", "khéo", "kheo", "đường", "duong", "32", "x" * 70]
TEXT = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
DOCS = st.lists(st.tuples(TEXT, TEXT), max_size=12)
SIZES = st.sampled_from([1, 2, 7, 50, RANGE_SYLLABLES])


def id_grid(arrays):
    """Return the accented id of every slot, and the folded id of every accented id."""
    ids = arrays["grid"].astype(np.int64)
    ids[arrays["escaped_slots"]] = arrays["escaped_ids"]
    variants = np.diff(arrays["variant_start"].astype(np.int64))
    return ids, np.repeat(np.arange(len(variants)), variants)


def body_slots(arrays):
    """Return the slot at which each body starts."""
    names = ("title_lengths", "body_lengths")
    return lay_out_documents(*(arrays[name].astype(np.int64) for name in names)).body_slot


def four_bit_rows(arrays, name, lengths):
    """Yield rows of numbers in four bits, read one by one."""
    raw = iter(arrays[name].tolist())
    starts = arrays[f"{name}_high_start"].tolist()
    high = zip(
        arrays[f"{name}_high_place"].tolist(), arrays[f"{name}_high_value"].tolist(), strict=True
    )
    for length, (low, end) in zip(lengths, itertools.pairwise(starts), strict=True):
        packed = [next(raw) for _ in range(-(-length // 2))]
        row = [number & 15 for number in packed] + [number >> 4 for number in packed]
        for place, value in itertools.islice(high, end - low):
            assert row[place] == 15 <= value
            row[place] = value
        yield row[:length]
    assert not [*raw, *high]


def lists_of(arrays, prefix):
    """Return the posting lists of one kind: term to document to frequency."""
    found = defaultdict(dict)
    start, docs, tfs = (arrays[f"{prefix}_{name}"].tolist() for name in ("start", "docs", "tfs"))
    for term, (low, high) in enumerate(itertools.pairwise(start)):
        if low < high:
            assert docs[low:high] == sorted(set(docs[low:high]))
            found[term] = dict(zip(docs[low:high], tfs[low:high], strict=True))
    terms = arrays[f"{prefix}_long_terms"].tolist()
    dfs = arrays[f"{prefix}_long_df"].tolist()
    doc_count = len(arrays["body_lengths"])
    lengths = [doc_count if df > doc_count / 4 else df for df in dfs]
    blocks = iter(arrays[f"{prefix}_long_blocks"].tolist())
    places = iter(arrays[f"{prefix}_long_places"].tolist())
    rows = four_bit_rows(arrays, f"{prefix}_long_tfs", lengths)
    for term, df, row in zip(terms, dfs, rows, strict=True):
        assert not found[term]
        if df > doc_count / 4:
            found[term] = {doc: tf for doc, tf in enumerate(row) if tf}
        else:
            own = [
                block * 255 + next(places)
                for block, count in enumerate(next(blocks))
                for _ in range(count)
            ]
            assert own == sorted(set(own))
            assert 0 not in row
            found[term] = dict(zip(own, row, strict=True))
        assert df == len(found[term])
    assert not [*blocks, *places]
    over = (arrays[f"{prefix}_over_{name}"].tolist() for name in ("terms", "docs", "tfs"))
    for term, doc, tf in zip(*over, strict=True):
        assert found[term][doc] == 255 < tf
        found[term][doc] = tf
    return {term: docs for term, docs in found.items() if docs}


def check_lists(arrays, prefix, occurrences):
    """Compare all posting lists with the (term, slot) of each occurrence; return both as counts."""
    all_docs, title_docs = defaultdict(Counter), defaultdict(Counter)
    block_doc, body_slot = arrays["block_doc"].tolist(), body_slots(arrays).tolist()
    for term, slot in occurrences:
        doc = block_doc[slot >> 4]
        all_docs[term][doc] += 1
        if slot < body_slot[doc]:
            title_docs[term][doc] += 1
    assert lists_of(arrays, f"all_{prefix}") == all_docs
    assert lists_of(arrays, f"title_{prefix}") == title_docs
    return all_docs, title_docs


def check_champions(arrays, prefix, docs, title_docs):
    """Compare champions with the documents of all terms, scored one by one."""
    keys = arrays[f"{prefix}_keys"].tolist()
    assert keys == sorted(key for key in docs if len(docs[key]) >= champions.MIN_DOCS)
    lengths = arrays["title_lengths"].astype(np.int64) + arrays["body_lengths"]
    parts = (lengths, docs, 1.0), (arrays["title_lengths"].astype(np.int64), title_docs, 0.3)
    names = ("docs", "tfs", "title_tfs")
    rows = [arrays[f"{prefix}_{name}"].tolist() for name in (*names, "rests", "dfs")]
    for name in names[1:]:
        array = arrays[f"{prefix}_{name}"]
        assert array.dtype == np.min_scalar_type(array.max(initial=0))
    for key, own, tfs, title_tfs, rest, df in zip(keys, *rows, strict=True):
        scores = dict.fromkeys(docs[key], 0.0)
        for part_lengths, part_docs, weight in parts:
            norms = champions.length_norms(part_lengths, part_lengths.mean())
            for doc, tf in part_docs[key].items():
                scores[doc] += weight * (tf / (tf + norms[doc]))
        assert own == sorted(set(own)), "champions are not sorted"
        assert df == len(docs[key])
        assert tfs == [docs[key][doc] for doc in own]
        assert title_tfs == [title_docs[key][doc] for doc in own]
        best = sorted(scores.values(), reverse=True)
        assert sorted((scores[doc] for doc in own), reverse=True) == best[: champions.CHAMPIONS]
        assert rest == best[champions.CHAMPIONS]


def check(arrays):
    """Compare all inverted arrays with the grid."""
    ids, folded_of = id_grid(arrays)
    folded = folded_of[ids]
    slots = np.flatnonzero(ids)
    order = np.lexsort((slots, folded[slots + 1], folded[slots]))
    positions = slots[order]
    assert np.array_equal(arrays["positions"], positions)
    pairs = np.stack([folded[positions], folded[positions + 1]])
    distinct, starts, counts = np.unique(pairs, axis=1, return_index=True, return_counts=True)
    found = GroupedOffsets(in_memory(arrays), "biword_start")
    assert found.take(np.arange(len(found))).tolist() == [*starts.tolist(), len(slots)]
    assert np.array_equal(arrays["biword_second"], distinct[1])
    firsts = np.searchsorted(distinct[0], np.arange(folded_of.max(initial=0) + 2))
    assert np.array_equal(arrays["biword_first"], firsts)

    occurrences = [(int(folded[slot]), int(slot)) for slot in slots]
    check_champions(
        arrays, "folded_syllable_champions", *check_lists(arrays, "folded", occurrences)
    )
    has_own_list = np.bincount(folded_of)[folded_of] > 1
    occurrences = [(int(ids[slot]), int(slot)) for slot in slots if has_own_list[ids[slot]]]
    check_champions(
        arrays, "accented_syllable_champions", *check_lists(arrays, "accented", occurrences)
    )

    frequent = np.flatnonzero((counts > champions.FREQUENT) & (distinct[1] > 0))
    assert np.array_equal(arrays["frequent_biwords"], frequent)
    occurrences = [
        (rank, int(slot))
        for rank, biword in enumerate(frequent)
        for slot in positions[starts[biword] : starts[biword] + counts[biword]]
    ]
    check_champions(arrays, "folded_champions", *check_lists(arrays, "biword", occurrences))
    by_pair = defaultdict(list)
    for slot in slots[ids[slots + 1] > 0].tolist():
        by_pair[int(ids[slot]) << 32 | int(ids[slot + 1])].append(slot)
    docs, title_docs = {}, {}
    for pair, own in by_pair.items():
        if len(own) > champions.FREQUENT:
            of_slots = arrays["block_doc"][np.array(own) >> 4].tolist()
            docs[pair] = Counter(of_slots)
            in_title = np.array(own) < body_slots(arrays)[of_slots]
            title_docs[pair] = Counter(np.array(of_slots)[in_title].tolist())
    check_champions(arrays, "accented_champions", docs, title_docs)


@pytest.fixture
def few(monkeypatch):
    """Lower the thresholds, so that small corpora have all posting lists and champions."""
    monkeypatch.setattr(champions, "CHAMPIONS", 2)
    monkeypatch.setattr(champions, "MIN_DOCS", 3)
    monkeypatch.setattr(champions, "FREQUENT", 4)
    monkeypatch.setattr("danvan_search.index.writing.inverter.FREQUENT", 4)
    monkeypatch.setattr("danvan_search.index.writing.folded_ranges._CHUNK", 48)
    monkeypatch.setattr("danvan_search.index.writing.segment_writer._CHUNK", 48)
    monkeypatch.setattr(merging, "BATCH_SYLLABLES", 10)


def check_same(one, other):
    """Compare two segments bit by bit."""
    assert one[1] == other[1]
    assert list(one[0]) == list(other[0])
    for name, array in one[0].items():
        assert array.dtype == other[0][name].dtype, name
        assert array.shape == other[0][name].shape, name
        assert array.tobytes() == other[0][name].tobytes(), name


@pytest.mark.usefixtures("few")
def test_ranges_of_any_size_give_the_same_as_counting():
    """Posting lists, positions and champions are correct for ranges of any size."""

    @given(DOCS, SIZES)
    def run(docs, size):
        built = build_arrays(columns_of(docs), size)
        check(built[0])
        check_same(built, build_arrays(columns_of(docs)))

    run()


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("size", [1, 400, RANGE_SYLLABLES])
def test_frequencies_of_more_than_a_byte(size):
    """Syllables and biwords that occur hundreds of times in a document, in several ranges."""
    docs = [
        ("dân " * 260, "dân vận " * 300),
        ("", "khéo dan " * 270),
        ("vận", ""),
        *[("và", "đường")] * 10,
    ]
    arrays = build_arrays(columns_of(docs), size)[0]
    assert all(len(arrays[f"all_{kind}_over_tfs"]) for kind in ("folded", "accented", "biword"))
    assert len(arrays["title_folded_over_tfs"])
    check(arrays)


@pytest.mark.usefixtures("few")
def test_merging_gives_the_same_as_building():
    """Merging live documents gives the segment that building from their texts gives."""

    @settings(max_examples=40)
    @given(st.lists(st.tuples(DOCS, st.integers(0, 3)), max_size=4), SIZES)
    def run(pieces, size):
        segments = [build(columns_of(docs)) for docs, _ in pieces]
        live = [np.arange(len(docs)) % 4 != dropped for docs, dropped in pieces]
        kept = [
            doc
            for (docs, _), mask in zip(pieces, live, strict=True)
            for doc, is_live in zip(docs, mask, strict=True)
            if is_live
        ]
        merged, meta = build_arrays(merged_columns(segments, live), size)
        check(merged)
        assert meta["docs"] == len(kept)
        segment = build(merged_columns(segments, live))
        fresh = build(columns_of(kept))
        assert segment.syllables == fresh.syllables
        for doc, texts in enumerate(kept):
            assert texts_of(segment, doc) == texts
            start, end = int(fresh.grid.doc_slot[doc]), int(fresh.grid.doc_slot[doc + 1])
            assert start == segment.grid.doc_slot[doc]
            forms = [
                [
                    one.term_dictionary.accented_form(i)
                    for i in one.grid.ids(start, end).tolist()
                    if i
                ]
                for one in (segment, fresh)
            ]
            assert forms[0] == forms[1]
            slots = [*range(start, end)]
            spans = [one.offsets.borders(slots, slots) for one in (segment, fresh)]
            assert all(map(np.array_equal, *spans))

    run()


def test_more_forms_than_sixteen_bits_count():
    """A segment of over 65,535 accented and folded forms, some of them frequent."""
    rng = np.random.default_rng(7)
    rare = [f"x{number}" for number in range(70_000)]
    common = rng.choice(["dân", "dan", "vận", "và"], size=30_000).tolist()
    words = [*rare, *common, "đ"]
    rng.shuffle(words)
    docs = [
        (" ".join(words[at : at + 3]), " ".join(words[at + 3 : at + 150]))
        for at in range(0, len(words), 150)
    ]
    built = build_arrays(columns_of(docs))
    check_same(built, build_arrays(columns_of(docs), 1_000))
    assert len(built[0]["accented_offsets"]) > ESCAPE
    assert built[0]["biword_second"].dtype == np.uint32
    assert len(built[0]["escaped_ids"])
    assert len(built[0]["frequent_biwords"])
    assert len(built[0]["folded_syllable_champions_keys"])
    assert len(built[0]["accented_champions_keys"])
    check(built[0])


@given(
    st.lists(st.tuples(*[st.integers(0, (1 << 32) - 1)] * 2), max_size=50),
    st.sampled_from([0, 64]),
)
def test_pairs_too_long_for_one_number(pairs, max_key_bits):
    """Pairs are sorted the same way whether pair and index fit one number or not."""
    pairs = [*pairs, *pairs[::2]]
    first = np.array([one for one, _ in pairs], dtype=np.uint32)
    second = np.array([two for _, two in pairs], dtype=np.uint32)
    if max_key_bits:
        first %= 50
        second %= 50
    with patch.object(posting_counts, "_MAX_KEY_BITS", max_key_bits):
        found = sorted_pairs(first, second)
    expected = sorted(range(len(pairs)), key=lambda at: (first[at], second[at], at))
    assert found.order.tolist() == expected
    counts = Counter(zip(first.tolist(), second.tolist(), strict=True))
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == sorted(counts)
    assert found.lengths.tolist() == [counts[pair] for pair in sorted(counts)]
    assert found.starts.tolist() == (np.cumsum(found.lengths) - found.lengths).tolist()


def test_building_consumes_the_columns():
    """Building frees the texts and the syllables of the columns."""
    columns = columns_of([("Dân vận", "dân vận khéo")] * 3)
    build_arrays(columns)
    assert next(columns.batches, None) is None
    with pytest.raises(IndexError):
        next(columns.texts.drain())


def test_an_arena_keeps_arrays_apart():
    """Arrays of all sizes and types, also larger than a block, keep their values."""
    arena = Arena()
    sizes = [0, 1, 3, 1_000, BLOCK_BYTES // 2, BLOCK_BYTES // 2, 5, BLOCK_BYTES + 1, 2]
    arrays = [
        np.full(size, number, dtype=dtype)
        for number, size in enumerate(sizes)
        for dtype in ((np.uint8, np.int32, bool) if size < 2_000 else (np.uint8,))
    ]
    kept = [arena.keep(array) for array in arrays]
    for array, one in zip(arrays, kept, strict=True):
        assert one.dtype == array.dtype
        assert np.array_equal(one, array)
        array[:] = 0
    assert kept[-1].all()
