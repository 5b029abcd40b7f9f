"""Brute force and plain float arithmetic: what the arrays must agree with."""

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from danvan_search.index.codec.grid import Grid, grid_arrays, place
from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.index.codec.text_encoding import decode
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT
from danvan_search.text.grid import syllable_grid
from tests.index.segments import in_memory

K1, B, PAIR_K1 = 1.2, 0.75, 0.6


def grid_of(bodies):
    """A grid of texts that are lists of ids, and the id of each of its slots: uint32[slots]."""
    lengths = np.array([len(body) for body in bodies], dtype=np.int64)
    placement = place(np.zeros_like(lengths), lengths)
    ids = np.zeros(placement.slot_count, dtype=np.uint32)
    for start, body in zip(placement.body_slot.tolist(), bodies, strict=True):
        ids[start : start + len(body)] = body
    return Grid(in_memory(grid_arrays(ids, placement))), ids


def texts_of(segment, doc):
    """Title and body of a document, as a segment stores them."""
    return tuple(map(decode, segment.stored_text.coded(doc)))


@dataclass
class Oracle:
    """Documents as lists of syllables, searched by looking at all of them.

    Deleted documents neither count in the statistics nor are found.
    """

    documents: list[tuple[str, str]]
    deleted: set[int] = field(default_factory=set)

    def __post_init__(self):
        self.parts = [tuple(self._pairs(text) for text in pair) for pair in self.documents]
        self.lengths = [len(title) + len(body) for title, body in self.parts]
        self.title_lengths = [len(title) for title, _ in self.parts]
        self.alive = sorted(set(range(len(self.parts))) - self.deleted)
        self.averages = [
            sum(lengths[doc] for doc in self.alive) / max(1, len(self.alive))
            for lengths in (self.lengths, self.title_lengths)
        ]

    @staticmethod
    def _pairs(text):
        grid = syllable_grid(text)
        return list(zip(grid.folded, grid.accented, strict=True))

    def occurrences(self, doc: int, pattern: Pattern, exact: bool) -> tuple[list[int], list[int]]:
        """First syllables of the occurrences in title and body."""
        n = len(pattern)

        def fits(part, at):
            return all(
                f == folded and (not exact or accented is None or a == accented)
                for (f, a), (folded, accented) in zip(part[at : at + n], pattern, strict=True)
            )

        title, body = (
            [at for at in range(len(part) - n + 1) if fits(part, at)] for part in self.parts[doc]
        )
        return title, body

    def tfs(self, pattern: Pattern, exact: bool) -> dict[int, tuple[int, int]]:
        """Live document to occurrences in title + body, and in the title."""
        found = {}
        for doc in self.alive:
            title, body = self.occurrences(doc, pattern, exact)
            if title or body:
                found[doc] = len(title) + len(body), len(title)
        return found

    def bm25(self, doc, tf, title_tf, df, k1=K1, with_title=True):
        count = len(self.alive)
        idf = math.log(1 + (count - df + 0.5) / (df + 0.5))

        def part(tf, length, average):
            return (k1 + 1) * tf / (tf + k1 * (1 - B + B * length / average)) if tf else 0.0

        score = part(tf, self.lengths[doc], self.averages[0])
        if with_title:
            score += 0.3 * part(title_tf, self.title_lengths[doc], self.averages[1])
        return idf * score

    def phrase_top(self, pattern: Pattern) -> list[tuple[int, float, int]]:
        """All (tier, score, document), the best first."""
        marked = any(accented is not None for _, accented in pattern)
        folded = self.tfs(pattern, exact=False)
        exact = self.tfs(pattern, exact=True) if marked else {}
        rows = []
        for doc in folded:
            tfs = exact if doc in exact else folded
            rows.append(
                (EXACT if doc in exact else FOLDED, self.bm25(doc, *tfs[doc], len(tfs)), doc)
            )
        return sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))

    def bag_scores(self, query: Pattern) -> list[float]:
        """Apply the formula to every document."""
        scores = [0.0] * len(self.parts)

        def add(tfs, weight, k1=K1, with_title=True):
            for doc, (tf, title_tf) in tfs.items():
                scores[doc] += weight * self.bm25(doc, tf, title_tf, len(tfs), k1, with_title)

        for (folded, accented), count in Counter(query).items():
            whole = self.tfs([(folded, None)], exact=False)
            add(whole, count * (1.0 if accented is None else 0.3))
            if accented is not None:
                add(self.tfs([(folded, accented)], exact=True), count * 0.7)
        forms = [folded for folded, _ in query]
        for (first, second), count in Counter(pairwise(forms)).items():
            pair = self.tfs([(first, None), (second, None)], exact=False)
            add(pair, count * 0.5, PAIR_K1, with_title=False)
        return scores

    def bag_top(self, query: Pattern, require_all=False, phrase_first=True, accents_first=False):
        """All (tier, score, document), the best first."""
        scores = self.bag_scores(query)
        having = [set(self.tfs([(form, None)], exact=False)) for form, _ in query]
        docs = set.intersection(*having) if require_all else set.union(*having)
        marked = any(accented is not None for _, accented in query)
        folded = self.tfs(query, exact=False) if phrase_first else {}
        exact = self.tfs(query, exact=True) if phrase_first and marked else {}
        having_exact = [set(self.tfs([one], exact=True)) for one in query]
        accents = (
            set.intersection(*having_exact) if accents_first and require_all and marked else set()
        )
        rest = {doc: REST_EXACT if doc in accents else REST for doc in docs}
        rows = [
            (EXACT if doc in exact else FOLDED if doc in folded else rest[doc], scores[doc], doc)
            for doc in docs
        ]
        return sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))
