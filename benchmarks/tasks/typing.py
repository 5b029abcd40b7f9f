"""Search as people type, letter by letter, of phrases from titles that several articles have."""

import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

from benchmarks.corpora import Collection
from benchmarks.keystrokes import typing_figures
from benchmarks.peers import Ours, index_folder, open_engine
from benchmarks.sampling import SEED
from benchmarks.tasks.plan import Plan, say
from benchmarks.typing import Syllables
from danvan_search import Index
from danvan_search.text import syllable_grid, word_starts

DOCUMENTS: Final = 5000
PHRASES: Final = 200
ARTICLES: Final = 10
"""A phrase stands in this many documents at least."""
_LENGTHS: Final = range(3, 6)


def typing(plan: Plan) -> dict[str, Any]:
    """Type phrases of three to five syllables, with accents and without."""
    documents = plan.main.documents[:DOCUMENTS]
    corpus = plan.main.name.rpartition("-")[0]
    first = Collection(f"{corpus}-{len(documents)}", documents)
    open_engine(Ours, first, plan.cache)
    figures: dict[str, Any] = {"documents": len(documents), "articles": ARTICLES}
    with Index.open(index_folder(Ours, first, plan.cache) / Ours.FOLDER) as index:
        titles = [document.title for document in documents]
        phrases = _frequent_phrases(index, titles)
        figures["phrases"] = len(phrases)
        for way, plain in (("accented", False), ("nodia", True)):
            say(f" {way}")
            figures[way] = {
                name: typing_figures(index, phrases, plain=plain, prefix_last=prefix_last)
                for name, prefix_last in (("prefix_last", True), ("whole syllables", False))
            }
    return figures


def _frequent_phrases(index: Index, titles: Sequence[str]) -> list[Syllables]:
    """Draw one run of whole words from each title in turn; keep those that articles have."""
    found: list[Syllables] = []
    for phrase in dict.fromkeys(_phrases(titles)):
        if index.search(f'"{" ".join(phrase)}"', limit=0).total >= ARTICLES:
            found.append(phrase)
        if len(found) == PHRASES:
            break
    return found


def _phrases(titles: Sequence[str]) -> Iterator[Syllables]:
    rng = random.Random(SEED)
    for title in rng.sample(titles, len(titles)):
        grid = syllable_grid(title)
        borders = [at for at, starts in enumerate(word_starts(title).flags) if starts]
        borders.append(len(grid))
        runs = [
            tuple(grid.accented[start:end])
            for number, start in enumerate(borders)
            for end in borders[number + 1 :]
            if end - start in _LENGTHS
        ]
        runs = [run for run in runs if all(map(str.isalpha, run))]
        if runs:
            yield rng.choice(runs)
