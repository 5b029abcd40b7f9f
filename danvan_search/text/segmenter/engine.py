"""The fast segmentation engine: it segments texts with the compiled model, in batches."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.grid import spans
from danvan_search.text.segmenter import batch_segmenter
from danvan_search.text.segmenter.batch_segmenter import Segmented, SyllableFlags
from danvan_search.text.segmenter.features import Scorer
from danvan_search.text.segmenter.lexicon import Lexicon
from danvan_search.text.segmenter.model import Model
from danvan_search.text.segmenter.pieces import parts
from danvan_search.text.segmenter.result import WordStarts
from danvan_search.text.segmenter.scalar import MAX_CHARS, ScalarSegmenter, ShortText
from danvan_search.text.segmenter.tokens import Tokenizer
from danvan_search.text.segmenter.viterbi import transitions

_BATCH_CHARS: Final = 1 << 17
"""The size of a batch in characters; the arrays of a batch fit into a CPU cache."""

_MAX_SCALAR_TEXTS: Final = 2
"""A batch is faster than the scalar segmenter for more short texts than these."""


class FastEngine:
    """Segments texts, in batches 2 million syllables a second.

    Thread-safe: the lexicon is the only mutable state, and it has a lock.
    """

    def __init__(self, model: Model) -> None:
        self._tokenizer = Tokenizer(model.rules)
        self._scorer = Scorer(model.tables)
        self._transitions = transitions(model.tables.transitions)
        self._scalar = ScalarSegmenter(self._scorer, self._transitions)
        self._lexicon = Lexicon(self._tokenizer, self._scorer)

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text; a chunk of over 1,000 characters is one word."""
        short = self._segment_short(texts)
        if short is not None:
            pieces, short_texts = short
            return [_words(one, pieces) for one in short_texts]
        found: list[list[str]] = []
        for batch in _batches(texts):
            lexicon = self._current_lexicon()
            segmented = self._segment(batch, lexicon)
            words = batch_segmenter.words(segmented, lexicon.pieces)
            for text in segmented.long:
                words[text] = self._words_in_parts(batch[text])
            found += words
        return found

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]:
        """Return the word starts of each text."""
        short = self._segment_short(texts)
        if short is not None:
            return [WordStarts(tuple(one.word_starts)) for one in short[1]]
        found: list[WordStarts] = []
        for batch in _batches(texts):
            lexicon = self._current_lexicon()
            segmented = self._segment(batch, lexicon)
            starts = _word_starts(segmented, batch_segmenter.syllable_flags(segmented, lexicon))
            for text in segmented.long:
                starts[text] = self._word_starts_in_parts(batch[text])
            found += starts
        return found

    def word_start_flags(self, texts: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return the word-start flags of the S syllables of D texts, and their counts.

        :return: the flags, (S,) bool, and the number of syllables per text, (D,) int64.
        """
        flags, counts = [np.zeros(0, np.bool_)], [np.zeros(0, np.int64)]
        for batch in _batches(texts):
            lexicon = self._current_lexicon()
            segmented = self._segment(batch, lexicon)
            if segmented.long:
                starts = [np.array(one.flags, np.bool_) for one in self.word_starts_batch(batch)]
                flags += starts
                counts.append(np.array(list(map(len, starts)), np.int64))
            else:
                syllables = batch_segmenter.syllable_flags(segmented, lexicon)
                flags.append(syllables.word_starts)
                counts.append(syllables.ends - syllables.starts)
        return np.concatenate(flags), np.concatenate(counts)

    def _segment_short(self, texts: Sequence[str]) -> tuple[list[str], list[ShortText]] | None:
        """Segment a few short texts one by one.

        :return: the ``pieces`` of the lexicon and the segmented texts; None if the texts are too
            many or too long, or if one of them needs the batch segmenter.
        """
        if len(texts) > _MAX_SCALAR_TEXTS or any(len(text) > MAX_CHARS for text in texts):
            return None
        lexicon = self._current_lexicon()
        found = []
        for text in texts:
            one = self._scalar.segment(text, lexicon)
            if one is None:
                return None
            found.append(one)
        return lexicon.pieces, found

    def _segment(self, texts: Sequence[str], lexicon: Lexicon) -> Segmented:
        return batch_segmenter.segment(texts, lexicon, self._scorer, self._transitions)

    def _current_lexicon(self) -> Lexicon:
        """Return the lexicon, a new one if it is full; a batch must use one lexicon throughout."""
        lexicon = self._lexicon
        if lexicon.is_full:
            lexicon = self._lexicon = Lexicon(self._tokenizer, self._scorer)
        return lexicon

    def _words_in_parts(self, text: str) -> list[str]:
        words: list[str] = []
        for part, is_long in parts(text):
            words += [part] if is_long else self.segment_words([part])[0]
        return words

    def _word_starts_in_parts(self, text: str) -> WordStarts:
        flags: list[bool] = []
        unaligned = 0
        for part, is_long in parts(text):
            if is_long:
                flags += [True] * len(spans(part))
            else:
                starts = self.word_starts_batch([part])[0]
                flags += starts.flags
                unaligned += starts.unaligned
        return WordStarts(tuple(flags), unaligned)


def _words(text: ShortText, pieces: Sequence[str]) -> list[str]:
    labelled = zip(text.tokens, text.begins, strict=True)
    joined = "".join([pieces[2 * token + begins] for token, begins in labelled])
    return joined[1:].split("\n") if joined else []


def _word_starts(segmented: Segmented, syllables: SyllableFlags) -> list[WordStarts]:
    flags = syllables.word_starts.tolist()
    starts, ends = syllables.starts.tolist(), syllables.ends.tolist()
    found = [WordStarts(tuple(flags[a:b])) for a, b in zip(starts, ends, strict=True)]
    for text in segmented.unaligned:
        if len(found[text].flags) > 1:
            found[text] = WordStarts(found[text].flags, unaligned=len(found[text].flags))
    return found


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield slices of the texts, of about _BATCH_CHARS characters each."""
    start = size = 0
    for index, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH_CHARS:
            yield texts[start : index + 1]
            start, size = index + 1, 0
    if start < len(texts):
        yield texts[start:]
