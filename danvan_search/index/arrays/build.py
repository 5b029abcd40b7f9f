"""Columns to the arrays of a segment; ``__init__`` draws what they are."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from danvan_search.index.arrays.arrayfile import ArrayFileWriter
from danvan_search.index.arrays.biwords import biword_arrays, run_starts
from danvan_search.index.arrays.champions import (
    FREQUENT,
    MIN_DOCS,
    ChampionsBuilder,
    Counts,
    count_slots,
)
from danvan_search.index.arrays.charspans import charspan_arrays
from danvan_search.index.arrays.columns import Columns
from danvan_search.index.arrays.doclists import doclist_arrays, run_lengths, term_doc_runs
from danvan_search.index.arrays.slots import (
    BLOCK,
    Placement,
    grid_arrays,
    place,
    syllable_slots,
)
from danvan_search.index.arrays.texts import text_arrays
from danvan_search.index.arrays.vocabulary import Arrays, Numbering, number, vocabulary_arrays


def write_segment(columns: Columns, file: BinaryIO) -> None:
    """Build a segment and write it.

    At its peak the build holds some 45 bytes per syllable beside the columns.

    :param columns: the documents; they are not altered.
    :param file: open for writing in binary; its owner flushes, syncs and closes it.
    :raises ValueError: when there are more syllables than a segment can hold (2^32, and less
        with many short documents).
    """
    writer = ArrayFileWriter(file)
    meta: dict[str, Any] = {}
    for arrays in _parts(columns, meta):
        # Each group is written and dropped before the next is made.
        while arrays:
            name = next(iter(arrays))
            writer.add(name, arrays.pop(name))
    writer.finish(meta)


def build_arrays(columns: Columns) -> tuple[Arrays, dict[str, Any]]:
    """Build a segment in memory: its arrays by name, and its meta values."""
    meta: dict[str, Any] = {}
    arrays: Arrays = {}
    for group in _parts(columns, meta):
        arrays |= group
    return arrays, meta


def _parts(columns: Columns, meta: dict[str, Any]) -> Iterator[Arrays]:
    """Yield the arrays of a segment in groups, and fill in its meta values."""
    from concurrent.futures import ThreadPoolExecutor  # takes long to load, and a search needs none

    title, body = columns.title, columns.body
    counts = np.bincount(title.accented, minlength=len(columns.accented_forms))
    counts += np.bincount(body.accented, minlength=len(columns.accented_forms))
    numbering = number(columns.folded_forms, counts)
    yield vocabulary_arrays(numbering, list(columns.accented_forms), list(columns.folded_forms))
    with ThreadPoolExecutor(1) as other:
        # Compressing needs nothing of the rest and no Python: where there is another core, it
        # takes no time of this one.
        texts = other.submit(text_arrays, title, body)
        yield from _grid_parts(columns, numbering, meta)
        yield texts.result()


def _grid_parts(columns: Columns, numbering: Numbering, meta: dict[str, Any]) -> Iterator[Arrays]:
    """Yield the arrays that are made of the syllables in groups, and fill in the meta values."""
    title, body = columns.title, columns.body
    placement = place(columns)
    meta["docs"] = columns.doc_count
    meta["syllables"] = int(placement.title_lengths.sum() + placement.body_lengths.sum())
    meta["title_syllables"] = int(placement.title_lengths.sum())
    meta["segmenters"] = list(columns.segmenters)
    title_slots = syllable_slots(title, placement.doc_slot[:-1])
    body_slots = syllable_slots(body, placement.body_slot)
    yield charspan_arrays(placement.slot_count, [(title, title_slots), (body, body_slots)])
    if title.word_starts is not None and body.word_starts is not None:
        word_starts = np.zeros(placement.slot_count, dtype=bool)
        word_starts[title_slots] = title.word_starts
        word_starts[body_slots] = body.word_starts
        yield {"word_bits": np.packbits(word_starts)}
        del word_starts
    accented_grid = np.zeros(placement.slot_count, dtype=np.uint32)
    accented_grid[title_slots] = numbering.new_id[title.accented]
    accented_grid[body_slots] = numbering.new_id[body.accented]
    del body_slots
    yield from _index(accented_grid, numbering, placement, title_slots)


def _index(
    accented_grid: np.ndarray,
    numbering: Numbering,
    placement: Placement,
    title_slots: np.ndarray,
) -> Iterator[Arrays]:
    """Yield everything that is made from the grid: grid, lists of positions and of documents."""
    doc_count = len(placement.body_slot)
    grid = grid_arrays(accented_grid, placement)
    block_doc = grid["block_doc"]
    folded_grid = numbering.folded_of[accented_grid]
    yield from _syllable_lists(
        accented_grid, folded_grid, numbering, placement, title_slots, block_doc
    )
    biwords = biword_arrays(folded_grid, len(numbering.variant_start) - 2)
    del folded_grid
    yield from _frequent_biwords(biwords, accented_grid, placement, block_doc, doc_count)
    yield grid
    yield biwords


def _syllable_lists(
    accented_grid: np.ndarray,
    folded_grid: np.ndarray,
    numbering: Numbering,
    placement: Placement,
    title_slots: np.ndarray,
    block_doc: np.ndarray,
) -> Iterator[Arrays]:
    """Yield the document lists of folded and of accented syllables, in all and in titles."""
    doc_count = len(placement.body_slot)
    folded_count = len(numbering.variant_start) - 1
    accented_count = len(numbering.folded_of)
    # The only variant of a folded form has the list of that form: it counts as a gap here.
    has_twin = np.diff(numbering.variant_start.astype(np.int64))[numbering.folded_of] > 1
    twin_id = np.where(has_twin, np.arange(accented_count), 0).astype(np.uint32)
    docs = np.repeat(block_doc, BLOCK)
    title_docs = docs[title_slots]
    lengths = placement.title_lengths + placement.body_lengths
    for kind, terms, term_count in (
        ("folded", folded_grid, folded_count),
        ("accented", twin_id[accented_grid], accented_count),
    ):
        title_runs = term_doc_runs(terms[title_slots], title_docs, doc_count)
        yield doclist_arrays(f"title_{kind}", *title_runs, term_count, doc_count)
        runs = term_doc_runs(terms, docs, doc_count)
        champions = ChampionsBuilder(lengths, placement.title_lengths)
        for term, counts in _frequent_terms(runs, title_runs, doc_count):
            champions.add(term, counts)
        yield champions.arrays(f"{kind}_syllable_champions")
        yield doclist_arrays(f"all_{kind}", *runs, term_count, doc_count)


def _frequent_terms(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray],
    title_runs: tuple[np.ndarray, np.ndarray, np.ndarray],
    doc_count: int,
) -> Iterator[tuple[int, Counts]]:
    """Yield the terms that enough documents have for champions, with their counts."""
    terms, docs, tfs = runs
    title_terms, title_docs, title_tfs = title_runs
    starts = run_starts(terms)
    lengths = run_lengths(starts, len(terms))
    title_tf_of_doc = np.zeros(doc_count, dtype=np.int64)
    often = lengths >= MIN_DOCS
    for start, length in zip(starts[often].tolist(), lengths[often].tolist(), strict=True):
        term = int(terms[start])
        low, high = np.searchsorted(title_terms, (term, term + 1))
        title_tf_of_doc[title_docs[low:high]] = title_tfs[low:high]
        some = docs[start : start + length]
        yield term, Counts(some, tfs[start : start + length], title_tf_of_doc.take(some))
        title_tf_of_doc[title_docs[low:high]] = 0


def _frequent_biwords(
    biwords: Arrays,
    accented_grid: np.ndarray,
    placement: Placement,
    block_doc: np.ndarray,
    doc_count: int,
) -> Iterator[Arrays]:
    """Yield document lists of frequent biwords, and the champions of those and of their accents."""
    starts = biwords["biword_start"].astype(np.int64)
    # A syllable before a gap is no phrase.
    frequent = np.flatnonzero((np.diff(starts) > FREQUENT) & (biwords["biword_second"] > 0))
    lengths = placement.title_lengths + placement.body_lengths
    folded_champions = ChampionsBuilder(lengths, placement.title_lengths)
    by_pair: dict[int, Counts] = {}
    all_counts: list[Counts] = []
    for rank, biword in enumerate(frequent.tolist()):
        slots = biwords["positions"][starts[biword] : starts[biword + 1]]
        counts = count_slots(slots, block_doc, placement.body_slot)
        all_counts.append(counts)
        folded_champions.add(rank, counts)
        for pair, pair_slots in _accented_pairs(slots, accented_grid):
            by_pair[pair] = (
                counts
                if len(pair_slots) == len(slots)
                else count_slots(pair_slots, block_doc, placement.body_slot)
            )
    accented_champions = ChampionsBuilder(lengths, placement.title_lengths)
    for pair in sorted(by_pair):
        accented_champions.add(pair, by_pair[pair])
    del by_pair
    yield {"frequent_biwords": frequent.astype(np.uint32)}
    yield folded_champions.arrays("folded_champions")
    yield accented_champions.arrays("accented_champions")
    docs = _joined([counts.docs for counts in all_counts])
    tfs = _joined([counts.tfs for counts in all_counts])
    title_tfs = _joined(
        [np.zeros_like(c.docs) if c.title_tfs is None else c.title_tfs for c in all_counts]
    )
    ranks = np.repeat(np.arange(len(frequent)), [len(counts.docs) for counts in all_counts])
    del all_counts
    yield doclist_arrays("all_biword", ranks, docs, tfs, len(frequent), doc_count)
    titled = np.flatnonzero(title_tfs)
    yield doclist_arrays(
        "title_biword", ranks[titled], docs[titled], title_tfs[titled], len(frequent), doc_count
    )


def _accented_pairs(
    slots: np.ndarray, accented_grid: np.ndarray
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the frequent pairs of accented ids, as id << 32 | next id, with their slots."""
    pairs = (accented_grid[slots].astype(np.uint64) << np.uint64(32)) | accented_grid[slots + 1]
    in_order = np.sort(pairs)
    starts = run_starts(in_order)
    lengths = run_lengths(starts, len(pairs))
    for start in starts[lengths > FREQUENT].tolist():
        yield int(in_order[start]), slots[pairs == in_order[start]]


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
