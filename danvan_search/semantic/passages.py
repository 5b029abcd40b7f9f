"""Passages: the pieces of an article that have a vector each."""

from typing import Final, NamedTuple

from danvan_search.article import Article
from danvan_search.text.grid import spans

WINDOW: Final = 192
"""The syllables of a passage, at most: with the title they fit 512 tokens of E5."""
STEP: Final = 160
"""A passage begins so many syllables after the one before it, whose last ones it repeats."""


class Passage(NamedTuple):
    """A passage.

    :ivar place: where it starts in the body, in characters.
    :ivar text: the title of the article, and the piece of the body.
    """

    place: int
    text: str


def passages_of(article: Article, most: int) -> list[Passage]:
    """Return the passages of an article; an article without letters and digits has none.

    :param most: how many of them, at most; what is beyond them has no vector.
    """
    title, body = article.title.strip(), article.body
    places = spans(body)
    if not places:
        return [Passage(0, title)] if spans(title) else []
    starts = range(0, max(1, len(places) - (WINDOW - STEP)), STEP)[:most]
    found = []
    for start in starts:
        first = places[start][0] if start else 0
        last = places[start + WINDOW - 1][1] if start + WINDOW < len(places) else len(body)
        found.append(Passage(first, f"{title}\n{body[first:last]}".strip()))
    return found
