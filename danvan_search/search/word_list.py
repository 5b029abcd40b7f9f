"""The words of an index by frequency: the counts of its segments added up, and looked through.

A table is made when it is first asked for and kept as long as its snapshot. It holds numbers
only; words are spelt out when they are returned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.errors import OptionError
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.word_counts import WordCounts, add_counts, count_words
from danvan_search.text import is_marked, syllable_grid


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an index: letters and digits, one blank between its syllables.

    :ivar word: the word, in its accented form, or folded if that was asked for.
    :ivar articles: how many articles have it.
    :ivar occurrences: how often it occurs in them.
    """

    word: str
    articles: int
    occurrences: int

    def to_json(self) -> dict[str, str | int]:
        """Return the word as plain JSON values."""
        return {
            "word": self.word,
            "articles": self.articles,
            "occurrences": self.occurrences,
        }


class WordList:
    """The words of some segments, in accented or in folded form.

    :param views: the segments, with what is alive of them.
    :param folded: whether words that differ in their accents alone are one.
    """

    def __init__(self, views: Sequence[SegmentView], *, folded: bool) -> None:
        numbers: dict[str, int] = {}
        folded_forms: list[str] = []
        numbering = [_numbers(view, numbers, folded_forms, folded=folded) for view in views]
        self._forms = list(numbers)
        self._folded_forms = folded_forms
        parts: dict[int, list[WordCounts]] = {}
        for view, number in zip(views, numbering, strict=True):
            counts = count_words(view.segment, view.live, number, len(numbers))
            for length, part in counts.items():
                parts.setdefault(length, []).append(part)
        self._counts = {
            length: add_counts(some, len(numbers)) for length, some in sorted(parts.items())
        }

    def find(self, prefix: str, limit: int, *, fold_forms: bool) -> list[Word]:
        """Return the most frequent words that begin with a prefix.

        Words of one frequency are in the order of their code points.

        :param prefix: as ``_plain_prefix`` gives it, folded if forms are to be.
        :param fold_forms: compare it with the folded forms.
        """
        *whole, begun = prefix.split(" ")
        forms = self._folded_forms if fold_forms else self._forms
        masks = [
            *(np.array([form == one for form in forms], bool) for one in whole),
            np.array([form.startswith(begun) for form in forms], bool),
        ]
        found: list[Word] = []
        for counts in self._counts.values():
            if len(masks) <= counts.syllables.shape[1]:
                fits = np.ones(len(counts.syllables), bool)
                for place, mask in enumerate(masks):
                    fits &= mask[counts.syllables[:, place]]
                found += self._most_frequent(counts, np.flatnonzero(fits), limit)
        return sorted(found, key=lambda one: (-one.occurrences, one.word))[:limit]

    def _most_frequent(self, counts: WordCounts, places: np.ndarray, limit: int) -> list[Word]:
        """Return the most frequent of some words, and those that are equal to the last of them."""
        occurrences = counts.occurrences[places]
        if len(places) > limit > 0:
            least = np.partition(occurrences, -limit)[-limit]
            places = places[occurrences >= least]
        forms = self._forms
        return [
            Word(" ".join([forms[number] for number in row]), articles, often)
            for row, articles, often in zip(
                counts.syllables[places].tolist(),
                counts.articles[places].tolist(),
                counts.occurrences[places].tolist(),
                strict=True,
            )
        ]


def find_words(
    word_list: Callable[..., WordList], prefix: str, *, limit: int, folded: bool
) -> list[Word]:
    """Return the most frequent words that begin with a prefix as a person types it.

    :param word_list: called with ``folded=`` for the list to search.
    :param prefix: typed without marks it is compared with folded forms. A blank at its end asks for
        words that go on with a new syllable.
    :param limit: how many words at most.
    :param folded: whether words that differ in their accents alone are one.
    :raises OptionError: an argument has a value that makes no sense.
    :raises StoreError: articles were indexed without words.
    """
    if not isinstance(prefix, str):
        raise OptionError(f"prefix is {prefix!r}: give a string")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise OptionError(f"limit is {limit!r}: give a whole number of at least 0")
    fold_forms = folded or not is_marked(_plain_prefix(prefix, folded=False))
    plain = _plain_prefix(prefix, folded=fold_forms)
    words = word_list(folded=folded)
    if prefix.strip() and not plain:
        return []  # no word begins with signs
    return words.find(plain, limit, fold_forms=fold_forms)


def _plain_prefix(prefix: str, *, folded: bool) -> str:
    """Return a prefix as :meth:`WordList.find` takes it, in accented or in folded form.

    A blank at its end counts, if there is something before it: the syllable before is whole.
    """
    grid = syllable_grid(prefix)
    plain = " ".join(grid.folded if folded else grid.accented)
    ended = prefix != prefix.rstrip() and plain
    return f"{plain} " if ended else plain


def _numbers(
    view: SegmentView, numbers: dict[str, int], folded_forms: list[str], *, folded: bool
) -> np.ndarray:
    """Return int64[accented ids]: the number of each form of a segment, new ones counted on.

    :param folded_forms: the folded form by number; grows with the numbers.
    """
    vocabulary = view.segment.term_dictionary
    made = np.zeros(vocabulary.accented_count + 1, dtype=np.int64)
    for folded_id in range(1, vocabulary.folded_count + 1):
        folded_form = vocabulary.folded_form(folded_id)
        for accented_id in vocabulary.variants(folded_id):
            form = folded_form if folded else vocabulary.accented_form(accented_id)
            made[accented_id] = number = numbers.setdefault(form, len(numbers))
            if number == len(folded_forms):
                folded_forms.append(folded_form)
    return made
