"""The oracle of the search tests: brute force and plain float arithmetic."""

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from danvan_search.index.codec.grid import Grid, grid_arrays
from danvan_search.index.codec.placement import lay_out_documents
from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.index.codec.text_encoding import decode
from danvan_search.search.execution.formula import FORMULA
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT
from danvan_search.text.grid import syllable_grid
from tests.index.segments import in_memory

K1, B, PAIR_K1 = 1.2, 0.75, 0.6

FUNCTION = {form: syllable_grid(form).folded[0] for form in FORMULA.function_syllables}
"""The function syllables, and their folded forms."""


def function_weight(folded, accented):
    """Return the weight of a syllable of a bare query."""
    is_function = folded in FUNCTION.values() if accented is None else accented in FUNCTION
    return 0.6 if is_function else 1.0


def rounded(length):
    """Return a length as Lucene's ``SmallFloat.byte4ToInt(intToByte4(length))`` does.

    A fraction is cut off.
    """
    length = int(length)
    if length < 24:
        return length
    bits = (length - 24).bit_length()
    shift = max(bits - 4, 0)
    return 24 + (length - 24 >> shift << shift)


def grid_of(bodies):
    """Return the grid of texts given as lists of ids, and the id of each slot: uint32[slots]."""
    lengths = np.array([len(body) for body in bodies], dtype=np.int64)
    placement = lay_out_documents(np.zeros_like(lengths), lengths)
    ids = np.zeros(placement.slot_count, dtype=np.uint32)
    for start, body in zip(placement.body_slot.tolist(), bodies, strict=True):
        ids[start : start + len(body)] = body
    return Grid(in_memory(grid_arrays(ids, placement))), ids


def texts_of(segment, doc):
    """Return title and body of a document, as a segment stores them."""
    return tuple(map(decode, segment.stored_text.encoded(doc)))


@dataclass
class Oracle:
    """Documents as lists of syllables, all of which every search scans.

    A document is (title, body) or (title, body, details). Each line of details is its own part.

    Deleted documents neither count in the statistics nor match.
    """

    documents: list[tuple[str, ...]]
    deleted: set[int] = field(default_factory=set)

    def __post_init__(self):
        self.parts = [
            tuple(self._pairs(text) for text in (title, body, *"".join(details).split("\n")))
            for title, body, *details in self.documents
        ]
        self.lengths = [
            len(title) + len(body) + sum(map(len, lines)) / 2 for title, body, *lines in self.parts
        ]
        self.title_lengths = [len(title) for title, *_ in self.parts]
        self.live = sorted(set(range(len(self.parts))) - self.deleted)
        self.averages = [
            sum(lengths[doc] for doc in self.live) / max(1, len(self.live))
            for lengths in (self.lengths, self.title_lengths)
        ]

    @staticmethod
    def _pairs(text):
        grid = syllable_grid(text)
        return list(zip(grid.folded, grid.accented, strict=True))

    def occurrences(self, doc: int, pattern: Pattern, exact: bool) -> list[list[int]]:
        """Return where the occurrences start in the title, in the body, and in each line."""
        n = len(pattern)

        def occurs(part, at):
            return all(
                f == folded and (not exact or accented is None or a == accented)
                for (f, a), (folded, accented) in zip(part[at : at + n], pattern, strict=True)
            )

        return [
            [at for at in range(len(part) - n + 1) if occurs(part, at)] for part in self.parts[doc]
        ]

    def tfs(self, pattern: Pattern, exact: bool) -> dict[int, tuple[float, int]]:
        """Return the occurrences of each live document in all texts, and in the title.

        One in the details counts one half.
        """
        found = {}
        for doc in self.live:
            title, body, *lines = map(len, self.occurrences(doc, pattern, exact))
            if title or body or any(lines):
                found[doc] = title + body + sum(lines) / 2, title
        return found

    def bm25(self, doc, tf, title_tf, df, k1=K1, with_title=True):
        count = len(self.live)
        idf = math.log(1 + (count - df + 0.5) / (df + 0.5))

        def part(tf, length, average):
            norm = k1 * (1 - B + B * rounded(length) / average) if tf else 0.0
            return (k1 + 1) * tf / (tf + norm) if tf else 0.0

        score = part(tf, self.lengths[doc], self.averages[0])
        if with_title:
            score += 0.3 * part(title_tf, self.title_lengths[doc], self.averages[1])
        return idf * score

    def phrase_top(self, pattern: Pattern) -> list[tuple[int, float, int]]:
        """Return (tier, score, document) of every match, best first."""
        has_accents = any(accented is not None for _, accented in pattern)
        folded = self.tfs(pattern, exact=False)
        exact = self.tfs(pattern, exact=True) if has_accents else {}
        rows = []
        for doc in folded:
            tfs = exact if doc in exact else folded
            rows.append(
                (EXACT if doc in exact else FOLDED, self.bm25(doc, *tfs[doc], len(tfs)), doc)
            )
        return sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))

    def bag_scores(self, query: Pattern) -> list[float]:
        """Return the score of every document by the formula of bare queries."""
        scores = [0.0] * len(self.parts)

        def add(tfs, weight, k1=K1, with_title=True):
            for doc, (tf, title_tf) in tfs.items():
                scores[doc] += weight * self.bm25(doc, tf, title_tf, len(tfs), k1, with_title)

        for (folded, accented), count in Counter(query).items():
            whole = self.tfs([(folded, None)], exact=False)
            count *= function_weight(folded, accented)
            add(whole, count * (1.0 if accented is None else 0.3))
            if accented is not None:
                add(self.tfs([(folded, accented)], exact=True), count * 0.7)
        for first, second in pairwise(query):
            pair = self.tfs([(first[0], None), (second[0], None)], exact=False)
            weight = math.sqrt(function_weight(*first) * function_weight(*second))
            add(pair, weight * 0.5, PAIR_K1, with_title=False)
        return scores

    def bag_top(self, query: Pattern, require_all=False, accents_first=False, titles=False):
        """Return (tier, score, document) of every match, best first."""
        scores = self.bag_scores(query)
        docs_of = [set(self.tfs([(form, None)], exact=False)) for form, _ in query]
        docs = set.intersection(*docs_of) if require_all else set.union(*docs_of)
        has_accents = any(accented is not None for _, accented in query)
        folded = self.tfs(query, exact=False)
        exact = self.tfs(query, exact=True) if has_accents else {}
        rest = dict.fromkeys(docs, REST)
        if accents_first and require_all and has_accents:
            exact_docs = [set(self.tfs([one], exact=True)) for one in query]
            rest |= dict.fromkeys(set.intersection(*exact_docs), REST_EXACT)
        tiers = {doc: rest[doc] for doc in docs}
        for tfs, tier in ((folded, FOLDED), (exact, EXACT)):
            for doc, (_, in_title) in tfs.items():
                if doc in docs:
                    is_name = self.title_lengths[doc] == len(query)
                    tiers[doc] = tier + (1 + is_name if titles and in_title else 0)
        rows = [(tiers[doc], scores[doc], doc) for doc in docs]
        return sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))
