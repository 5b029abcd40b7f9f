"""What one query may take: a bounded amount of work, and a time limit.

Work is counted in *entries*: a position, a posting or a document that is looked at. A pattern means
all syllables that it matches, never some of them, so a query of wide patterns may ask for
more entries than is reasonable. It is refused in place of a long wait, with the pattern that took
the most. The limit depends on the index and on the query, not on the machine or the clock, so a
query is refused always or never.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

from danvan_search.errors import QueryError, QueryTimeoutError
from danvan_search.query.nodes import Fuzzy, Near, Node, Phrase, Prefix, Syllable
from danvan_search.query.written import written

ENTRIES_PER_SYLLABLE: Final = 0.25
"""A query may look at this many entries per syllable of the index."""
MIN_ENTRIES: Final = 4_000_000
"""A query may look at this many entries however small the index is."""

GRID_ENTRIES: Final = 2
"""A slot of the grid takes as long as this many entries, since slots are far apart."""
NEAR_ENTRIES: Final = 6
"""So does an occurrence that is compared with its neighbours."""
SEARCH_ENTRIES: Final = 6
"""So does a search among the slots of a syllable."""
WORD_ENTRIES: Final = 4
"""So does an occurrence that is compared with the words of its text."""
SCORE_ENTRIES: Final = 2
"""So does the score of a document for one term."""
POSTINGS_PER_ENTRY: Final = 4
"""So many occurrences, in postings that are added up, take as long as an entry."""

_MAX_SHOWN: Final = 40
"""The longest part of a query that an error shows, in characters."""


def no_check() -> None:
    """Check nothing: for searches without a time limit."""


Clock = Callable[[], float]
"""Returns seconds that never run back."""


class Limits:
    """The limits of one query, and what it has taken so far; for one thread.

    :ivar entries: how many entries it may look at; None for any number.

    :param text: the query as typed, for errors.
    :param entries: see ``entries``.
    :param timeout: the time limit, in seconds; None for none.
    :param clock: tells the time; None for the clock of the system.
    """

    __slots__ = ("_clock", "_deadline", "_left", "_taken", "_text", "_timeout", "entries")

    def __init__(
        self,
        text: str = "",
        *,
        entries: int | None = None,
        timeout: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.entries = entries
        self._text = text
        self._left = entries or 0
        self._taken: dict[int, tuple[int, Node | Syllable]] = {}
        self._timeout = timeout
        self._clock = clock or monotonic
        self._deadline = None if timeout is None else self._clock() + timeout

    @property
    def taken(self) -> int:
        """How many entries were looked at; they are not counted without a limit."""
        return sum([entries for entries, _ in self._taken.values()])

    def check_time(self) -> None:
        """Check that the query has time left; between the steps of a search.

        :raises QueryTimeoutError: it has none.
        """
        if self._deadline is not None and self._clock() > self._deadline:
            raise QueryTimeoutError(
                f"the search took longer than {self._timeout:g} s: give it more time, or use "
                "fewer or rarer words"
            )

    def time_left(self) -> float | None:
        """Return the seconds that the query has left, at least 0; None without a time limit."""
        return None if self._deadline is None else max(0.0, self._deadline - self._clock())

    def take(self, entries: int, node: Node | Syllable) -> None:
        """Count entries that are looked at next, for a part of the query, and check the time.

        :param node: the part.
        :raises QueryError: they are more than the query has left.
        :raises QueryTimeoutError: it has no time left.
        """
        if self._deadline is not None:
            self.check_time()
        if self.entries is None:
            return
        self._left -= entries
        before = self._taken.get(id(node), (0, node))[0]
        self._taken[id(node)] = before + entries, node
        if self._left < 0:
            raise self._too_wide()

    def _too_wide(self) -> QueryError:
        _, widest = max(self._taken.values(), key=lambda taken: taken[0])
        start, end = widest.span
        shown = self._text[start:end] if end > start else written(widest)
        if len(shown) > _MAX_SHOWN:
            shown = f"{shown[: _MAX_SHOWN - 1]}…"
        return QueryError(
            f"the query asks for too much at once, most of all with {shown!r}, of which there is "
            f"too much in this index: {_advice(widest)}",
            self._text,
            start if end > start else None,
        )


NO_LIMITS: Final = Limits()
"""Any work and any time, for a search whose work is bounded by its few terms."""


def entries_of(syllables: int) -> int:
    """Return how many entries a query may look at.

    :param syllables: those of the index.
    """
    return max(MIN_ENTRIES, int(syllables * ENTRIES_PER_SYLLABLE))


def _advice(node: Node | Syllable) -> str:
    match node:
        case Prefix():
            return "type more letters of it, or fewer such patterns"
        case Fuzzy():
            return "leave out its ~, or use fewer such patterns"
        case Near() | Phrase():
            return "use rarer words in it, or fewer such parts"
        case _:
            return "use rarer words, or fewer of them"
