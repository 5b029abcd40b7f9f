"""Search as people type: what a page shows at each letter, compared with the finished query."""

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.typing import Syllables
from danvan_search import Index
from danvan_search.text import fold

HITS: Final = 10
_NO_SYLLABLE: Final = re.compile("[b-df-hj-np-tv-xzđ]+")


def is_searched(typed: str) -> bool:
    """Return whether the page searches for a text at once, while someone goes on typing.

    A first syllable that has no vowel yet waits for one; ``web/static/search.js`` has the rule.
    """
    return _NO_SYLLABLE.fullmatch(typed) is None


def pages_of(
    index: Index, text: str, *, prefix_last: bool
) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the hits that are shown at each letter of a query, as ids.

    :param prefix_last: the last syllable stands for all that begin with it.
    :return: the number of the letter's syllable, from 0; and the ids, None before the first page.
    """
    shown: list[str] | None = None
    for end in range(1, len(text) + 1):
        typed = text[:end]
        if typed.endswith(" "):
            continue
        if is_searched(typed):
            shown = [hit.id for hit in index.search(typed, limit=HITS, prefix_last=prefix_last)]
        yield typed.count(" "), shown


def typing_figures(
    index: Index, phrases: Sequence[Syllables], *, plain: bool, prefix_last: bool = True
) -> dict[str, float]:
    """Return how close the pages are to that of the finished query, and how often they change.

    ``overlap`` is the median number of the first ten hits of the finished query that are shown,
    over all letters from the second syllable on, and ``last`` that over those of last syllables;
    ``changes`` are the letters by which another list replaces the one that is shown, by syllable; 0
    without phrases.

    :param phrases: the queries, each of three or more syllables.
    :param plain: they are typed without accents.
    """
    overlaps: list[float] = []
    last: list[float] = []
    changes: list[float] = []
    for phrase in phrases:
        text = " ".join(map(fold, phrase) if plain else phrase)
        wanted = {hit.id for hit in index.search(text, limit=HITS)}
        pages = list(pages_of(index, text, prefix_last=prefix_last))
        shown = [
            (syllable, HITS * len(wanted.intersection(ids or ())) / len(wanted))
            for syllable, ids in pages
            if syllable and wanted
        ]
        overlaps += [overlap for _, overlap in shown]
        last += [overlap for syllable, overlap in shown if syllable == len(phrase) - 1]
        lists = [ids for _, ids in pages if ids is not None]
        changed = sum(one != other for one, other in itertools.pairwise(lists))
        changes.append(changed / len(phrase))
    return {
        "overlap": statistics.median(overlaps or [0.0]),
        "last": statistics.median(last or [0.0]),
        "changes": statistics.mean(changes or [0.0]),
    }
