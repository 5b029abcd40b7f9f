"""Search as people type, letter by letter, of words from titles."""

from typing import Any, Final

from benchmarks.keystrokes import typing_figures
from benchmarks.peers import Ours, index_folder, open_engine
from benchmarks.tasks.plan import Plan, say
from benchmarks.typing import short_queries
from danvan_search import Index

PHRASES: Final = 200
_LENGTHS: Final = range(3, 6)


def typing(plan: Plan) -> dict[str, Any]:
    """Type phrases of three to five syllables, with accents and without."""
    open_engine(Ours, plan.main, plan.cache)
    titles = [document.title for document in plan.main.documents]
    drawn = [one for one in short_queries(titles, 10 * PHRASES) if len(one) in _LENGTHS]
    phrases = drawn[:PHRASES]
    figures: dict[str, Any] = {"documents": len(titles), "phrases": len(phrases)}
    with Index.open(index_folder(Ours, plan.main, plan.cache) / Ours.FOLDER) as index:
        for way, plain in (("accented", False), ("nodia", True)):
            say(f" {way}")
            figures[way] = {
                name: typing_figures(index, phrases, plain=plain, prefix_last=prefix_last)
                for name, prefix_last in (("prefix_last", True), ("whole syllables", False))
            }
    return figures
