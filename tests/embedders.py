"""A small embedder for tests: the same texts have the same vectors, and similar ones similar."""

import hashlib
from functools import cache

import numpy as np


class Trigrams:
    """Counts the trigrams of characters, each added to or taken from one number of the vector.

    :param fails_after: the number of texts after which it fails; None for never.
    """

    def __init__(self, dimension=32, name="trigrams", fails_after=None):
        self.name = name
        self.dimension = dimension
        self.fails_after = fails_after
        self.passages = []
        self.queries = []

    def embed(self, texts, *, is_query=False):
        (self.queries if is_query else self.passages).extend(texts)
        if self.fails_after is not None and len(self.passages) > self.fails_after:
            raise KeyboardInterrupt
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            padded = f" {text.lower()} ".encode("utf-8", "replace").decode()
            for at in range(len(padded) - 2):
                number = number_of(padded[at : at + 3])
                vectors[row, number % self.dimension] += 1 if number >> 20 & 1 else -1
        return vectors


@cache
def number_of(trigram):
    """Return the hash of a trigram."""
    digest = hashlib.blake2b(trigram.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")
