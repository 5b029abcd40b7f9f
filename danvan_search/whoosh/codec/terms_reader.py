"""The terms of a segment for Whoosh: each field's own, behind one reader."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import numpy as np
from whoosh.codec import base
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.reading import TermInfo, TermNotFound

from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.whoosh.codec.postings import PostingMatcher, Postings
from danvan_search.whoosh.codec.schema import ACCENTED, VALUE_FIELDS, WORDS
from danvan_search.whoosh.codec.text_terms import TEXTS, Text, TextTerms
from danvan_search.whoosh.codec.value_terms import IdTerms, ValueTerms
from danvan_search.whoosh.codec.word_terms import WordTerms

_CACHED_OCCURRENCES: Final = 1 << 20
"""The occurrences whose postings a segment keeps: a query asks several times for a term."""


INDEXED: Final = sorted([*TEXTS, *(name + ACCENTED for name in TEXTS), *VALUE_FIELDS, WORDS])
"""The names of the indexed fields."""


class FieldTerms(Protocol):
    """The terms of a field in a segment."""

    @property
    def lengths(self) -> np.ndarray:
        """The length of the field in each document: integers[d]."""

    def lexicon(self) -> Sequence[bytes]:
        """Return the terms in the order of their bytes."""

    def postings(self, term: bytes) -> Postings | None:
        """Return the postings of a term; None if no document has it."""


class SegmentTerms:
    """The fields of a segment; each is made when it is first asked for.

    :ivar segment: the segment.
    """

    def __init__(self, segment: OpenSegment) -> None:
        self.segment = segment
        self._texts: dict[str, Text] = {}
        self._fields: dict[str, FieldTerms] = {}
        self._postings: OrderedDict[tuple[str, bytes], Postings | None] = OrderedDict()
        self._cached = 0

    def field(self, name: str) -> FieldTerms:
        """Return the terms of a field.

        :raises KeyError: there is no such field.
        """
        terms = self._fields.get(name)
        if terms is None:
            with self.segment.guard:
                terms = self._fields[name] = self._make(name)
        return terms

    def text_field(self, name: str) -> TextTerms | None:
        """Return the terms of a field of a text; None if the field is of another kind."""
        terms = self.field(name) if name in INDEXED else None
        return terms if isinstance(terms, TextTerms) else None

    def postings(self, name: str, term: bytes) -> Postings | None:
        """Return the postings of a term; None if no document has it, or there is no such field."""
        key = name, term
        if key in self._postings:
            self._postings.move_to_end(key)
            return self._postings[key]
        if name not in INDEXED:
            return None
        with self.segment.guard:
            found = self.field(name).postings(term)
        self._postings[key] = found
        self._cached += _size(found)
        while self._cached > _CACHED_OCCURRENCES and len(self._postings) > 1:
            self._cached -= _size(self._postings.popitem(last=False)[1])
        return found

    def _make(self, name: str) -> FieldTerms:
        if name == WORDS:
            return WordTerms(self.segment.reader, [self._text(one) for one in TEXTS])
        if name == "id":
            return IdTerms(self.segment.doc_values)
        if name in VALUE_FIELDS:
            return ValueTerms(self.segment.doc_values, VALUE_FIELDS[name].terms)
        text = name.removesuffix(ACCENTED)
        return TextTerms(self._text(text), accented=text != name)

    def _text(self, name: str) -> Text:
        if name not in self._texts:
            self._texts[name] = Text(self.segment.reader, name)
        return self._texts[name]


def _size(postings: Postings | None) -> int:
    """Return the number of occurrences of a term, at least 1."""
    return 1 if postings is None else int(postings.tfs.sum())


class ArticleTermsReader(base.TermsReader):  # type: ignore[misc]
    """Whoosh's reader of the terms of a segment.

    Documents that are deleted count in its statistics until their segment is merged, as they do in
    all indexes of Whoosh.

    :param terms: the fields of the segment.
    """

    def __init__(self, terms: SegmentTerms) -> None:
        self._terms = terms
        self._guard = terms.segment.guard

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._terms.postings(*term) is not None

    def indexed_field_names(self) -> list[str]:
        """Return the names of the indexed fields, sorted."""
        return list(INDEXED)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of all fields: (field name, term), in order."""
        for name in INDEXED:
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field from a term on: (field name, term), in order."""
        if fieldname not in INDEXED:
            return
        lexicon = self.lexicon(fieldname)
        first = self._guard.call(bisect_left, lexicon, prefix)
        for index in range(first, len(lexicon)):
            yield fieldname, self._guard.call(lexicon.__getitem__, index)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield what :meth:`terms` yields, each with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Yield what :meth:`terms_from` yields, each with its statistics."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return the statistics of a term.

        :raises TermNotFound: no document has it.
        """
        postings = self._found(fieldname, text)
        with self._guard:
            return postings.info(self._terms.field(fieldname).lengths)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return how often a term occurs; 0 if it does not."""
        postings = self._terms.postings(fieldname, text)
        return 0.0 if postings is None else float(postings.tfs.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return the number of documents that have a term."""
        postings = self._terms.postings(fieldname, text)
        return 0 if postings is None else len(postings.docs)

    def matcher(
        self,
        fieldname: str,
        text: bytes,
        format_: Format,
        scorer: Any = None,  # noqa: ANN401 - Whoosh has no types
    ) -> PostingMatcher:
        """Return a matcher over the postings of a term.

        :raises TermNotFound: no document has it.
        """
        postings = self._found(fieldname, text)
        info = self.term_info(fieldname, text)
        term = fieldname, text
        return PostingMatcher(postings, postings.ids, format_, self._guard, scorer, term, info)

    def cursor(self, fieldname: str, fieldobj: FieldType) -> base.FieldCursor:
        """Return a cursor over the terms of a field."""
        if fieldname not in INDEXED:
            return base.EmptyCursor()
        return LexiconCursor(self, fieldname, fieldobj, self._guard)

    def close(self) -> None:
        """Do nothing: the segment is closed when nothing refers to it any more."""

    def lexicon(self, fieldname: str) -> Sequence[bytes]:
        """Return the terms of a field, in order."""
        with self._guard:
            return self._terms.field(fieldname).lexicon()

    def _found(self, fieldname: str, text: bytes) -> Postings:
        postings = self._terms.postings(fieldname, text)
        if postings is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return postings


class LexiconCursor(base.FieldCursor):  # type: ignore[misc]
    """A cursor over the terms of a field, in order. Past the last term it is not valid.

    :param reader: the reader of the terms.
    :param fieldname: the field.
    :param fieldobj: its type, which encodes and decodes terms.
    :param guard: guards the reads of the terms.
    """

    def __init__(
        self,
        reader: ArticleTermsReader,
        fieldname: str,
        fieldobj: FieldType,
        guard: CorruptionGuard,
    ) -> None:
        self._reader = reader
        self._fieldname = fieldname
        self._field = fieldobj
        self._guard = guard
        self._lexicon = reader.lexicon(fieldname)
        self._index = 0

    def is_valid(self) -> bool:
        """Say whether the cursor is at a term."""
        return self._index < len(self._lexicon)

    def first(self) -> Any:  # noqa: ANN401 - what the field makes of a term
        """Go to the first term, and return it."""
        self._index = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:  # noqa: ANN401
        """Go to the first term that is not before another, and return it."""
        term = string if isinstance(string, bytes) else self._field.to_bytes(string)
        self._index = self._guard.call(bisect_left, self._lexicon, term)
        return self.text()

    def next(self) -> Any:  # noqa: ANN401
        """Go to the next term, and return it; None past the last one."""
        self._index += 1
        return self.text()

    def text(self) -> Any:  # noqa: ANN401
        """Return the term; None past the last one."""
        return self._field.from_bytes(self._term()) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        """Return the statistics of the term; None past the last one."""
        if not self.is_valid():
            return None
        return self._reader.term_info(self._fieldname, self._term())

    def _term(self) -> bytes:
        return self._guard.call(self._lexicon.__getitem__, self._index)
