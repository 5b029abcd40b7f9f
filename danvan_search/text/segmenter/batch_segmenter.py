"""The batch segmenter: it finds the words of many texts at once, in NumPy arrays.

Data flows from left to right::

    texts ── Lexicon ──> chunks ──> tokens ── Scorer ──> scores ── decode ──> labels B and I
                           └──> syllables ── the token each starts in ──> word-start flags
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter import lexicon as lex
from danvan_search.text.segmenter.chunks import TEXT_END, ends_capital, find_chunks
from danvan_search.text.segmenter.features import BORDER, Scorer
from danvan_search.text.segmenter.lexicon import Lexicon
from danvan_search.text.segmenter.templates import REACH
from danvan_search.text.segmenter.viterbi import (
    Transitions,
    decode,
    decode_exactly,
    rounding,
)

_BLOCK: Final = 1 << 13
"""The number of tokens that are scored at once; each takes some 200 bytes."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """The words of D texts with C chunks and T tokens; both counts include border tokens.

    :ivar chunks: (C,) int64, the ids of the chunks in the lexicon.
    :ivar tokens: (T,) int64, the ids of the tokens in the lexicon.
    :ivar begins: (T,) bool, whether a word begins with the token.
    :ivar token_starts: (D,) int64, the index in ``tokens`` of the first token of each text.
    :ivar token_ends: (D,) int64, the index after the last token of each text.
    :ivar unaligned: the indices of the texts whose number of syllables changes in normalisation;
        each of their syllables counts as a word.
    :ivar long: the indices of the texts with a chunk that is too long for the pattern. The other
        fields are wrong for these texts, because the chunk was left out.
    """

    chunks: NDArray[np.int64]
    tokens: NDArray[np.int64]
    begins: NDArray[np.bool_]
    token_starts: NDArray[np.int64]
    token_ends: NDArray[np.int64]
    unaligned: frozenset[int]
    long: frozenset[int]


@dataclass(frozen=True, slots=True)
class SyllableFlags:
    """The word starts among the S syllables of D texts.

    :ivar word_starts: (S,) bool, whether a word starts with the syllable.
    :ivar starts: (D,) int64, the index in ``word_starts`` of the first syllable of each text.
    :ivar ends: (D,) int64, the index after the last syllable of each text.
    """

    word_starts: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def segment(
    texts: Sequence[str], lexicon: Lexicon, scorer: Scorer, transitions: Transitions
) -> Segmented:
    """Segment D texts into words."""
    chunks, unaligned, long = _chunks(texts, lexicon)
    borders = (chunks == lex.BORDER_ID).nonzero()[0]
    token_counts, token_starts, _, _ = lexicon.chunks.array.take(chunks, axis=0).T
    tokens = lexicon.chunk_tokens.array[_ranges(token_starts, token_counts)]
    chunk_ends = token_counts.cumsum()
    starts, ends = chunk_ends[borders[:-1]], chunk_ends[borders[1:]] - REACH
    begins = _begins(tokens, starts, ends, lexicon, scorer, transitions)
    return Segmented(
        chunks=chunks,
        tokens=tokens,
        begins=begins,
        token_starts=starts,
        token_ends=ends,
        unaligned=unaligned,
        long=long,
    )


def syllable_flags(segmented: Segmented, lexicon: Lexicon) -> SyllableFlags:
    """Return the word starts on the syllable grids of the texts."""
    chunks = segmented.chunks
    token_counts, _, syllable_counts, syllable_starts = lexicon.chunks.array.take(chunks, axis=0).T
    # A syllable starts a word unless its token and that of the previous syllable are of one word.
    in_chunk = lexicon.chunk_syllables.array[_ranges(syllable_starts, syllable_counts)]
    token_of = in_chunk + (token_counts.cumsum() - token_counts).repeat(syllable_counts)
    word_of = segmented.begins.cumsum()[token_of]
    word_starts = np.ones(len(word_of), np.bool_)
    np.not_equal(word_of[1:], word_of[:-1], out=word_starts[1:])
    ends = syllable_counts.cumsum()[np.flatnonzero(chunks == lex.BORDER_ID)]
    for text in segmented.unaligned:
        word_starts[ends[text] : ends[text + 1]] = True
    return SyllableFlags(word_starts, starts=ends[:-1], ends=ends[1:])


def words(segmented: Segmented, pieces: Sequence[str]) -> list[list[str]]:
    """Return the words of each text, as underthesea gives them.

    :param pieces: the ``pieces`` of the lexicon.
    """
    # No token contains a line feed, so it can separate the words of a joined text.
    piece_ids = (2 * segmented.tokens + segmented.begins).tolist()
    joined = list(map(pieces.__getitem__, piece_ids))
    return [
        "".join(joined[start:end])[1:].split("\n") if end > start else []
        for start, end in zip(
            segmented.token_starts.tolist(), segmented.token_ends.tolist(), strict=True
        )
    ]


def _chunks(
    texts: Sequence[str], lexicon: Lexicon
) -> tuple[NDArray[np.int64], frozenset[int], frozenset[int]]:
    """Find the chunks of D texts.

    :return: the ids of the chunks, with a border before each text and after the last one; the
        indices of the unaligned texts; the indices of the texts with an overlong chunk.
    """
    found = find_chunks(texts)
    starts, ends, offsets = found.starts, found.ends, found.offsets
    ids = lexicon.run_ids(found)
    capital_texts = [index for index, text in enumerate(texts) if ends_capital(text)]
    if capital_texts:
        last = offsets[1:][capital_texts] - 1
        spans = zip(starts[last].tolist(), ends[last].tolist(), strict=True)
        ids[last] = lexicon.chunk_ids([found.text[a:b] + TEXT_END for a, b in spans])
    borders = offsets + np.arange(len(offsets))
    is_chunk = np.ones(len(ids) + len(offsets), np.bool_)
    is_chunk[borders] = False
    chunks = np.full(len(is_chunk), lex.BORDER_ID)
    chunks[is_chunk] = ids
    odd = lexicon.odd.array[ids].nonzero()[0]
    if not len(odd):
        return chunks, frozenset(), frozenset()
    text_of = np.searchsorted(offsets, odd, "right") - 1
    long = text_of[ids[odd] == lex.LONG_ID]
    # A superset of the texts in which a token crosses white space: `Th` and then an s.
    crossed = {
        text
        for text, index in zip(text_of.tolist(), odd.tolist(), strict=True)
        if index + 1 < offsets[text + 1]
        and found.text[starts[index + 1]] in "sS"
        and found.text.startswith(lex.HALF_TOKEN, ends[index] - len(lex.HALF_TOKEN))
    }
    chunks = _merge_chunks(
        chunks, borders, sorted(crossed.difference(long.tolist())), texts, lexicon
    )
    is_unaligned = np.isin(chunks, list(lexicon.unaligned)) if lexicon.unaligned else chunks < 0
    unaligned = np.flatnonzero(is_unaligned)
    unaligned_texts = np.searchsorted(np.flatnonzero(chunks == lex.BORDER_ID), unaligned) - 1
    return chunks, frozenset(unaligned_texts.tolist()), frozenset(long.tolist())


def _merge_chunks(
    chunks: NDArray[np.int64],
    borders: NDArray[np.int64],
    merged_texts: Sequence[int],
    texts: Sequence[str],
    lexicon: Lexicon,
) -> NDArray[np.int64]:
    """Replace the chunks of each text in ``merged_texts`` (sorted indices) by one chunk."""
    pieces = []
    start = 0
    for text in merged_texts:
        pieces += [chunks[start : borders[text] + 1], np.array([lexicon.text_id(texts[text])])]
        start = borders[text + 1]
    return np.concatenate([*pieces, chunks[start:]])


def _begins(
    tokens: NDArray[np.int64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    lexicon: Lexicon,
    scorer: Scorer,
    transitions: Transitions,
) -> NDArray[np.bool_]:
    """Return whether a word begins with each of T padded tokens: (T,) bool.

    :param starts: (D,) int64, the index of the first token of each text.
    :param ends: (D,) int64, the index after the last token of each text.
    """
    columns = lexicon.columns(tokens)
    weights = np.empty(len(tokens))
    for start in range(0, len(tokens), _BLOCK):
        stop = min(start + _BLOCK, len(tokens))
        # The features of these tokens look at most REACH tokens beyond them.
        padded = slice(max(start - REACH, 0), stop + REACH)
        rows = lexicon.rows.array.take(tokens[padded], axis=0)
        scores = scorer.differences(columns[padded], rows)
        weights[start:stop] = scores[start - padded.start :][: stop - start]
    decoded = decode(weights, columns.title == BORDER, transitions)
    begins = decoded.begins
    if len(starts):
        margins = np.minimum.reduceat(decoded.doubt, starts)
        counts = ends - starts
        for text in np.flatnonzero(margins <= rounding(counts, scorer.bound, decoded.steps)):
            start, end = starts[text], ends[text]
            padded = slice(start - REACH, end + REACH)
            begins[start:end] = decode_exactly(scorer.exact(columns[padded]), transitions)
    begins[starts] = True  # the first token of a text begins a word, whatever its label is
    return begins


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the concatenated ranges ``start, …, start + count - 1`` as one array."""
    ends = counts.cumsum()
    ranges: NDArray[np.int64] = np.arange(ends[-1], dtype=np.int64)
    ranges += np.repeat(starts - (ends - counts), counts)
    return ranges
