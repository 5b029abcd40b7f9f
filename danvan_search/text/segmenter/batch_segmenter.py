"""Many texts at once, from strings to arrays of labels.

texts ── Lexicon ──> chunks ──> tokens ── Scorer ──> scores ── decode ──> where words begin
                       └──> syllables ── the token that each starts in ──> word starts

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
"""So many tokens are scored at once, which takes some 200 bytes for each."""


@dataclass(frozen=True, slots=True)
class Segmented:
    """The words of D texts of T tokens and C chunks, borders among them.

    :ivar chunks: (C,) int64, the numbers of the chunks in the lexicon.
    :ivar tokens: (T,) int64, the numbers of the tokens in the lexicon.
    :ivar begins: (T,) bool, whether a word begins with the token.
    :ivar token_starts: (D,) int64, where the tokens of each text start in ``tokens``.
    :ivar token_ends: (D,) int64, where they end.
    :ivar unaligned: the texts whose syllables are not those of the normalised text; each of
        them stands as a word of its own.
    :ivar long: the texts with a chunk that is too long for the pattern. It has been left out,
        so what is said of these texts is wrong.
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
    """Where words start among the S syllables of D texts.

    :ivar word_starts: (S,) bool, whether a word starts with the syllable.
    :ivar starts: (D,) int64, where the syllables of each text start in ``word_starts``.
    :ivar ends: (D,) int64, where they end.
    """

    word_starts: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def segment(
    texts: Sequence[str], lexicon: Lexicon, scorer: Scorer, along: Transitions
) -> Segmented:
    """Segment D texts into words."""
    chunks, unaligned, long = _chunks(texts, lexicon)
    borders = (chunks == lex.BORDER_ID).nonzero()[0]
    token_counts, token_starts, _, _ = lexicon.chunks.array.take(chunks, axis=0).T
    tokens = lexicon.chunk_tokens.array[_ranges(token_starts, token_counts)]
    token_ends = token_counts.cumsum()
    first_tokens, last_tokens = token_ends[borders[:-1]], token_ends[borders[1:]] - REACH
    begins = _begins(tokens, first_tokens, last_tokens, lexicon, scorer, along)
    return Segmented(
        chunks=chunks,
        tokens=tokens,
        begins=begins,
        token_starts=first_tokens,
        token_ends=last_tokens,
        unaligned=unaligned,
        long=long,
    )


def syllable_flags(segmented: Segmented, lexicon: Lexicon) -> SyllableFlags:
    """Return where words start on the syllable grids of the texts."""
    chunks = segmented.chunks
    token_counts, _, syllable_counts, syllable_starts = lexicon.chunks.array.take(chunks, axis=0).T
    # A syllable starts a word unless it starts in a token of the same word as the one before.
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
    # No token has a line feed, so it can part the words of a text that is joined at once.
    codes = (2 * segmented.tokens + segmented.begins).tolist()
    joined = list(map(pieces.__getitem__, codes))
    return [
        "".join(joined[start:end])[1:].split("\n") if end > start else []
        for start, end in zip(
            segmented.token_starts.tolist(), segmented.token_ends.tolist(), strict=True
        )
    ]


def _chunks(
    texts: Sequence[str], lexicon: Lexicon
) -> tuple[NDArray[np.int64], frozenset[int], frozenset[int]]:
    """Return the chunks of D texts with borders around them; the texts that are odd."""
    found = find_chunks(texts)
    starts, ends, offsets = found.starts, found.ends, found.offsets
    ids = lexicon.run_ids(found)
    last = [index for index, text in enumerate(texts) if ends_capital(text)]
    if last:
        at_end = offsets[1:][last] - 1
        places = zip(starts[at_end].tolist(), ends[at_end].tolist(), strict=True)
        ids[at_end] = lexicon.chunk_ids([found.text[a:b] + TEXT_END for a, b in places])
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
    # Superset of the texts where a token reaches over white space: `Th` and then an s.
    joins = {
        text
        for text, at in zip(text_of.tolist(), odd.tolist(), strict=True)
        if at + 1 < offsets[text + 1]
        and found.text[starts[at + 1]] in "sS"
        and found.text.startswith(lex.HALF_TOKEN, ends[at] - len(lex.HALF_TOKEN))
    }
    chunks = _with_whole_texts(
        chunks, borders, sorted(joins.difference(long.tolist())), texts, lexicon
    )
    unaligned = np.isin(chunks, list(lexicon.unaligned)) if lexicon.unaligned else chunks < 0
    at_unaligned = np.flatnonzero(unaligned)
    texts_unaligned = np.searchsorted(np.flatnonzero(chunks == lex.BORDER_ID), at_unaligned) - 1
    return chunks, frozenset(texts_unaligned.tolist()), frozenset(long.tolist())


def _with_whole_texts(
    chunks: NDArray[np.int64],
    borders: NDArray[np.int64],
    whole: Sequence[int],
    texts: Sequence[str],
    lexicon: Lexicon,
) -> NDArray[np.int64]:
    """Return the chunks with some texts, by their indexes in order, as one chunk each."""
    pieces = []
    at = 0
    for text in whole:
        pieces += [chunks[at : borders[text] + 1], np.array([lexicon.text_id(texts[text])])]
        at = borders[text + 1]
    return np.concatenate([*pieces, chunks[at:]])


def _begins(
    tokens: NDArray[np.int64],
    first_tokens: NDArray[np.int64],
    last_tokens: NDArray[np.int64],
    lexicon: Lexicon,
    scorer: Scorer,
    along: Transitions,
) -> NDArray[np.bool_]:
    """Return whether a word begins with each of T padded tokens: (T,) bool."""
    columns = lexicon.columns(tokens)
    weights = np.empty(len(tokens))
    for start in range(0, len(tokens), _BLOCK):
        stop = min(start + _BLOCK, len(tokens))
        # Features of these tokens reach so far beyond them, at most.
        around = slice(max(start - REACH, 0), stop + REACH)
        rows = lexicon.rows.array.take(tokens[around], axis=0)
        scores = scorer.differences(columns[around], rows)
        weights[start:stop] = scores[start - around.start :][: stop - start]
    decoded = decode(weights, columns.title == BORDER, along)
    begins = decoded.begins
    if len(first_tokens):
        doubt = np.minimum.reduceat(decoded.doubt, first_tokens)
        counts = last_tokens - first_tokens
        for text in np.flatnonzero(doubt <= rounding(counts, scorer.bound, decoded.steps)):
            start, end = first_tokens[text], last_tokens[text]
            padded = slice(start - REACH, end + REACH)
            begins[start:end] = decode_exactly(scorer.exact(columns[padded]), along)
    begins[first_tokens] = True  # whatever its label, the first token begins a word
    return begins


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers start, start + 1, … of each start, as many as its count, in one array."""
    ends = counts.cumsum()
    ranges: NDArray[np.int64] = np.arange(ends[-1], dtype=np.int64)
    ranges += np.repeat(starts - (ends - counts), counts)
    return ranges
