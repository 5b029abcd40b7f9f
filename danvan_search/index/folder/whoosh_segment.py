"""The commit file as Whoosh reads it: the pickled schema and list of segments.

Whoosh finds everything else through these pickles, so the names of the classes and functions of
this module are part of the format. They hold as little as possible: a segment is its entry, and the
schema is a reference to that of the version that reads it. ``danvan_search.whoosh.codec`` reads
what a segment holds. Nothing of danvan-search loads these pickles; ``whoosh.index.open_dir`` does.

Whoosh's own writer cannot write the index: it would put segments in Whoosh's format into the next
commit file. It is refused before it creates a file (:class:`ArticleSegments`).
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

from whoosh import fields
from whoosh.codec import base
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from danvan_search.errors import StoreError
from danvan_search.index.folder.file_names import INDEX_NAME, commit_file_name
from danvan_search.index.folder.segment_entry import SegmentEntry

READ_ONLY: Final = (
    "Whoosh's own writer cannot write this index: use that of danvan_search.whoosh.index.open_dir, "
    "or danvan_search.Index"
)
"""The message for whoever tries."""


class ArticleSegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh knows it: its entry in the commit file, and its codec.

    :ivar segid: the random part of its name, 16 hexadecimal digits.
    :ivar syllables: the number of its syllables, those of deleted documents included.
    """

    def __init__(self, entry: SegmentEntry) -> None:
        self.indexname = INDEX_NAME
        self.segid = entry.segid
        self.compound = False
        self.syllables = entry.syllables
        self._doc_count = entry.doc_count_all()
        self._deleted = set(entry.deleted_docs())

    def codec(self) -> Any:  # noqa: ANN401 - Whoosh has no types
        """Return the codec that reads the segment's files."""
        from danvan_search.whoosh.codec.article_codec import ArticleCodec

        return ArticleCodec()

    def should_assemble(self) -> bool:
        """Return False: Whoosh must not pack the files into one, because they are mapped."""
        return False

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._doc_count

    def set_doc_count(self, count: int) -> None:
        """Set the number of documents."""
        self._doc_count = count

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        return iter(self._deleted)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or as live again, in this object alone."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted


class ArticleSegments(list[ArticleSegment]):
    """The segments of a commit as Whoosh unpickles them: for readers.

    A Whoosh reader asks how many there are before it iterates. Whoosh's ``SegmentWriter`` iterates
    at once, when it has the lock and before it creates a file; there it is refused. Nothing else
    that it calls until then is ours, and nothing after it would leave no file behind.
    """

    def __init__(self, segments: Sequence[ArticleSegment] = ()) -> None:
        super().__init__(segments)
        self._is_counted = False

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (), None, super().__iter__()

    def __len__(self) -> int:
        self._is_counted = True
        return super().__len__()

    def __iter__(self) -> Iterator[ArticleSegment]:
        if not self._is_counted:
            raise StoreError(READ_ONLY)
        return super().__iter__()


class ArticleSchema(fields.Schema):  # type: ignore[misc]
    """Stands for :func:`schema` in a commit file: Whoosh that unpickles it gets that schema.

    A commit file may hold an object of this class with fields of its own, beside a plain list of
    segments. Then a Whoosh writer is refused when it writes its commit file, which it does before
    it removes anything.
    """

    _refuses = False

    def __reduce__(self) -> tuple[Any, ...]:
        return schema, ()

    def __setstate__(self, _state: dict[str, Any]) -> None:
        self.__dict__.update(schema().__dict__)
        self._refuses = True

    def clean(self) -> None:
        """Prepare the schema for writing.

        :raises StoreError: the schema was read from an index.
        """
        if self._refuses:
            raise StoreError(READ_ONLY)
        super().clean()

    def copy(self) -> Self:
        """Return a schema with the same fields, which is refused like this one."""
        copied: Self = super().copy()
        copied._refuses = self._refuses
        return copied


def schema() -> fields.Schema:
    """Return the schema of an index, for Whoosh."""
    from danvan_search.whoosh.codec.schema import article_schema

    return article_schema()


def whoosh_part(segments: Sequence[SegmentEntry], generation: int) -> bytes:
    """Return Whoosh's part of the commit file of a generation."""
    memory = RamStorage()
    listed = ArticleSegments([ArticleSegment(one) for one in segments])
    TOC(ArticleSchema(), listed, generation).write(memory, INDEX_NAME)
    return bytes(memory.files[commit_file_name(generation)])
