"""Which search answers a query, by the option ``match``; the same for every store."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from danvan_search.query import Node, Note, Phrase, Run
from danvan_search.query.notes import MESSAGES
from danvan_search.query.query import clauses_of
from danvan_search.search.demands import Demands, all_of
from danvan_search.search.options import Match, SearchOptions, Sort


class FoundPage(Protocol):
    """A page that was found.

    :ivar total: how many articles match, on all pages.
    """

    @property
    def total(self) -> int: ...  # noqa: D102 - see the class


Found = TypeVar("Found", bound=FoundPage)


class Plan(Protocol[Found]):
    """Runs the searches that one query may need on one store.

    :ivar demands: what its matches contain.
    """

    demands: Demands

    def top_docs(self, matched: Node, accented: Node | None) -> Found:
        """Return the page of what contains ``matched``, with the accents of ``accented`` first."""

    def filled(self) -> Found:
        """Return the page of the articles with all parts, and then of those with any."""

    def newest(self) -> Found:
        """Return the page of all that the filters let through."""

    def notes_on_excluded(self, found: Found) -> tuple[Note, ...]:
        """Return a note if what is excluded leaves no article, though there are some with it."""


def find_by_match(
    plan: Plan[Found], match: Match, length: int
) -> tuple[bool, Found, tuple[Note, ...]]:
    """Return whether the query was relaxed, the page, and notes.

    :param length: of the query, in characters.
    """
    demands = plan.demands
    if demands.body is None:
        return False, plan.newest(), ()
    if demands.excluded:
        found = plan.top_docs(demands.body, demands.body)
        return False, found, plan.notes_on_excluded(found)
    if match != "auto":
        return False, plan.top_docs(*demands.matched(match)), ()
    if demands.is_long():
        note = Note("any", MESSAGES["any"], (0, length))
        return False, plan.top_docs(*demands.long()), (note,)
    found = plan.filled()
    if found.total or not demands.may_relax():
        return False, found, ()
    found = plan.top_docs(*demands.matched("any"))
    return found.total > 0, found, ()


def follows_any(demands: Demands, options: SearchOptions) -> bool:
    """Return whether articles with any part follow those with all parts."""
    if options.match != "auto" or options.sort != "score" or options.accents == "exact":
        return False
    return demands.body is not None and not demands.is_long() and demands.may_fill()


def sort_of(scored: Node, options: SearchOptions) -> Sort:
    """Return what to sort by: where nothing is scored, the newest are first."""
    sort = options.sort
    is_scored = isinstance(scored, Phrase | Run) or bool(clauses_of(scored))
    return sort if sort != "score" or is_scored else "date"


def note_on_excluded(
    demands: Demands, total: int, count: Callable[[Node], int]
) -> tuple[Note, ...]:
    """Return a note if what is excluded leaves no article, though there are some with it.

    :param total: how many articles match.
    :param count: counts the articles that match a node.
    """
    wanted = all_of([*demands.kept, *[node.node for node in demands.excluded]])
    if total or not demands.kept or wanted is None or not count(wanted):
        return ()
    return (Note("excluded", MESSAGES["excluded"], demands.excluded[0].span),)
