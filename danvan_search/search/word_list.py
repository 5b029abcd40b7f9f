"""The words of an index by frequency, and the search for those with a prefix.

A list sums the counts of all segments. It holds form numbers only; words are spelt out when they
are returned. ``SearchableSnapshot`` caches the lists of a snapshot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from danvan_search.errors import OptionError
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.options import check_int
from danvan_search.search.word_counts import WordCounts, add_counts, count_words
from danvan_search.text import is_marked, syllable_grid


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an index.

    :ivar word: its syllables, letters and digits, in accented form or, in a folded list, in folded
        form, with one blank between two syllables.
    :ivar articles: the number of articles that contain it.
    :ivar occurrences: the number of its occurrences in them.
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
    """The words of all live documents, in accented or in folded form.

    :param views: the segments.
    :param folded: count words that differ only in their accents as one.
    :param details: whether the words of the details count, too.
    """

    def __init__(
        self, views: Sequence[SegmentView], *, folded: bool, details: bool = False
    ) -> None:
        numbers: dict[str, int] = {}
        folded_forms: list[str] = []
        numberings = [_form_numbers(view, numbers, folded_forms, folded=folded) for view in views]
        self._forms = list(numbers)
        self._folded_forms = folded_forms
        by_length: dict[int, list[WordCounts]] = {}
        for view, form_numbers in zip(views, numberings, strict=True):
            counts = count_words(
                view.segment, view.live, form_numbers, len(numbers), details=details
            )
            for length, part in counts.items():
                by_length.setdefault(length, []).append(part)
        self._counts = {
            length: add_counts(parts, len(numbers)) for length, parts in sorted(by_length.items())
        }

    def find(self, prefix: str, limit: int, *, fold_forms: bool) -> list[Word]:
        """Return the most frequent words that begin with a prefix.

        Words of equal frequency are in the order of their code points.

        :param prefix: as ``_plain_prefix`` returns it, in folded form if ``fold_forms`` is true.
        :param limit: the maximum number of words.
        :param fold_forms: compare the prefix with the folded forms.
        """
        *whole, last = prefix.split(" ")
        forms = self._folded_forms if fold_forms else self._forms
        masks = [
            *(np.array([form == one for form in forms], bool) for one in whole),
            np.array([form.startswith(last) for form in forms], bool),
        ]
        found: list[Word] = []
        for counts in self._counts.values():
            if len(masks) <= counts.syllables.shape[1]:
                matches = np.ones(len(counts.syllables), bool)
                for index, mask in enumerate(masks):
                    matches &= mask[counts.syllables[:, index]]
                found += self._most_frequent(counts, np.flatnonzero(matches), limit)
        return sorted(found, key=lambda one: (-one.occurrences, one.word))[:limit]

    def _most_frequent(self, counts: WordCounts, rows: np.ndarray, limit: int) -> list[Word]:
        """Return the most frequent words of some rows, and those as frequent as the last."""
        frequencies = counts.occurrences[rows]
        if len(rows) > limit > 0:
            least = np.partition(frequencies, -limit)[-limit]
            rows = rows[frequencies >= least]
        forms = self._forms
        return [
            Word(" ".join([forms[number] for number in syllables]), articles, occurrences)
            for syllables, articles, occurrences in zip(
                counts.syllables[rows].tolist(),
                counts.articles[rows].tolist(),
                counts.occurrences[rows].tolist(),
                strict=True,
            )
        ]


def find_words(
    word_list: Callable[..., WordList],
    prefix: str,
    *,
    limit: int,
    folded: bool,
    details: bool = False,
) -> list[Word]:
    """Return the most frequent words that begin with a prefix as a person types it.

    :param word_list: called with ``folded=`` and ``details=``, returns the list to search.
    :param prefix: compared with folded forms if typed without marks. After a blank at its end the
        word must continue with another syllable.
    :param limit: the maximum number of words.
    :param folded: count words that differ only in their accents as one.
    :param details: whether the words of the details count, too.
    :raises OptionError: an argument has an invalid value.
    :raises StoreError: articles were indexed without words.
    """
    if not isinstance(prefix, str):
        raise OptionError(f"prefix is {prefix!r}: give a string")
    check_int("limit", limit, 0)
    fold_forms = folded or not is_marked(_plain_prefix(prefix, folded=False))
    plain = _plain_prefix(prefix, folded=fold_forms)
    words = word_list(folded=folded, details=details)
    if prefix.strip() and not plain:
        return []  # no word begins with punctuation
    return words.find(plain, limit, fold_forms=fold_forms)


def _plain_prefix(prefix: str, *, folded: bool) -> str:
    """Return a prefix as :meth:`WordList.find` takes it, in accented or in folded form.

    A blank at its end is kept: it ends the last syllable.
    """
    grid = syllable_grid(prefix)
    plain = " ".join(grid.folded if folded else grid.accented)
    ends_syllable = prefix != prefix.rstrip() and plain
    return f"{plain} " if ends_syllable else plain


def _form_numbers(
    view: SegmentView, numbers: dict[str, int], folded_forms: list[str], *, folded: bool
) -> np.ndarray:
    """Return int64[accented ids], the form number of each accented id of a segment.

    :param numbers: the number of each form; new forms are added to it.
    :param folded_forms: the folded form by form number; grows with ``numbers``.
    :param folded: number folded forms instead of accented forms.
    """
    terms = view.segment.term_dictionary
    form_numbers = np.zeros(terms.accented_count + 1, dtype=np.int64)
    for folded_id in range(1, terms.folded_count + 1):
        folded_form = terms.folded_form(folded_id)
        for accented_id in terms.variants(folded_id):
            form = folded_form if folded else terms.accented_form(accented_id)
            form_numbers[accented_id] = number = numbers.setdefault(form, len(numbers))
            if number == len(folded_forms):
                folded_forms.append(folded_form)
    return form_numbers
