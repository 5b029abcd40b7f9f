"""Notes on filters by a category that no article has: the nearest one that some have."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final, Literal, Protocol

from danvan_search.index.codec.doc_values import category_key
from danvan_search.query import Node, Note, Query
from danvan_search.query.nodes import (
    And,
    Boost,
    Clause,
    Equals,
    InField,
    Not,
    Or,
    Required,
    Span,
)
from danvan_search.search.options import SearchOptions

_MAX_COMPARED: Final = 1000
"""Only so many categories are compared, the most frequent ones."""
_MAX_CHARS: Final = 100
"""So many characters of a category are compared, and shown."""
_NEAR: Final = 0.7
"""How alike two categories are that are near, from 0 to 1."""
_MAX_NAMED: Final = 3
"""So many categories are named where none is near."""


class Categories(Protocol):
    """The categories of the articles of a store."""

    def value_counts(self, name: Literal["category"]) -> Iterable[str]:
        """Return the categories, most frequent first."""

    def has_category(self, key: str) -> bool:
        """Return whether any article has a category with a key; see :func:`category_key`."""


def notes_on_categories(
    query: Query, options: SearchOptions, articles: Categories
) -> tuple[Note, ...]:
    """Return a note for each category that is asked for although no article has it.

    :param query: the query, which may have filters.
    :param options: the options, which may have one.
    """
    root = query.root
    # Most queries are one clause, which asks for none.
    asked = [] if isinstance(root, Clause) else list(_categories_of(root))
    if options.category is not None:
        asked.append((options.category, (0, len(query.text))))
    if not asked:
        return ()
    known: dict[str, str] = {}
    for category in articles.value_counts("category"):
        known.setdefault(category_key(category), category)
    unknown = [
        (category, span)
        for category, span in asked
        if not articles.has_category(category_key(category))
    ]
    return tuple(
        [
            Note("category_unknown", _message(category, known), span)
            for category, span in dict.fromkeys(unknown)
        ]
    )


def _message(category: str, known: dict[str, str]) -> str:
    """Return what to say of a category.

    :param known: the categories that articles have, by key, most frequent first.
    """
    problem = f'no article has the category "{category[:_MAX_CHARS]}"'
    if not known:
        return "no article has any category: leave out the filter"
    key = category_key(category)[:_MAX_CHARS]
    near = _nearest(key, list(known)[:_MAX_COMPARED])
    if near is not None:
        return f'{problem}: the nearest one is "{known[near]}"'
    named = ", ".join([f'"{one}"' for one in list(known.values())[:_MAX_NAMED]])
    return f"{problem}: the most frequent ones are {named}"


def _nearest(key: str, known: list[str]) -> str | None:
    """Return the known key that is most like another, or else the first that contains it."""
    close = difflib.get_close_matches(key, known, n=1, cutoff=_NEAR)
    if close:
        return close[0]
    return next((one for one in known if key and f" {key} " in f" {one} "), None)


def _categories_of(node: Node) -> Iterator[tuple[str, Span]]:
    """Yield the categories that a tree asks for, with their places in the query."""
    match node:
        case And() | Or():
            for one in node.nodes:
                yield from _categories_of(one)
        case Required() | Boost() | InField() | Not():
            yield from _categories_of(node.node)
        case Equals(field="category"):
            yield node.value, node.span
        case _:
            pass
