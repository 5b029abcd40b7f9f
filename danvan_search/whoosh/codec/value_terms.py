"""The terms of the fields with one value per document: id, category, source and date.

The doc values have no inverted lists but that of the ids. The lists of the other fields are made
when a field is first asked for a term, in one pass over the documents of the segment.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np

from danvan_search.index.codec.doc_values import DocValues
from danvan_search.whoosh.codec.postings import Postings, ValuePostings


class ValueTerms:
    """The terms of a field.

    :ivar lengths: int64[d], 0 for each document: the field has no lengths.

    :param doc_values: the doc values of the segment.
    :param terms_of: returns the terms of a document.
    """

    def __init__(
        self, doc_values: DocValues, terms_of: Callable[[DocValues, int], Iterable[bytes]]
    ) -> None:
        self.lengths = np.zeros(len(doc_values), dtype=np.int64)
        self._doc_values = doc_values
        self._terms_of = terms_of

    @cached_property
    def _lists(self) -> dict[bytes, list[int]]:
        lists: dict[bytes, list[int]] = defaultdict(list)
        for doc in range(len(self._doc_values)):
            for term in self._terms_of(self._doc_values, doc):
                lists[term].append(doc)
        return dict(lists)

    @cached_property
    def _lexicon(self) -> list[bytes]:
        return sorted(self._lists)

    def lexicon(self) -> Sequence[bytes]:
        """Return the terms in the order of their bytes."""
        return self._lexicon

    def postings(self, term: bytes) -> Postings | None:
        """Return the postings of a term; None if no document has it."""
        docs = self._docs(term)
        return ValuePostings(np.array(docs, dtype=np.int64)) if docs else None

    def _docs(self, term: bytes) -> list[int]:
        return self._lists.get(term, [])


class IdTerms(ValueTerms):
    """The ids as terms: one id is found without a pass over all of them.

    :param doc_values: the doc values of the segment.
    """

    def __init__(self, doc_values: DocValues) -> None:
        super().__init__(doc_values, lambda values, doc: [values.id(doc).encode()])

    def _docs(self, term: bytes) -> list[int]:
        try:
            return self._doc_values.find(term.decode())
        except UnicodeDecodeError:
            return []
