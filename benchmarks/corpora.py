"""Corpora: documents from JSON lines, their syllables, and relevance sets."""

import hashlib
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.marks import with_half_of_the_marks, without_marks
from danvan_search.text.batch_analyzer import BatchAnalyzer

BORDER: Final = "zzzz"
"""A syllable between title and body in a joined text, so that no phrase spans both."""

_BATCH_DOCUMENTS: Final = 2000
_QUOTES: Final = dict.fromkeys(map(ord, "\"＂«»“”„‟'‘’"), " ")


class Document(NamedTuple):
    """One document of a corpus."""

    id: str
    title: str
    body: str

    @property
    def text_bytes(self) -> int:
        """The size of title and body in UTF-8, in bytes."""
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in self[1:])


def read_lines(path: Path) -> Iterator[Any]:
    """Yield the values of a file of JSON lines, plain or ``.xz``."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_documents(path: Path, limit: int | None = None) -> Iterator[Document]:
    """Yield the first documents of a corpus. Their ids are row numbers: ids in files may repeat."""
    for number, row in enumerate(islice(read_lines(path), limit)):
        yield Document(str(number), row.get("title") or "", row["text"])


@dataclass(frozen=True)
class Collection:
    """Documents with a name. A document's number is its index in the list.

    :ivar name: part of the names of its index folders, so it is unique to the documents.
    """

    name: str
    documents: list[Document]

    @classmethod
    def read(cls, path: Path, limit: int | None = None) -> "Collection":
        """Read the first documents of a corpus."""
        documents = list(read_documents(path, limit))
        return cls(f"{corpus_name(path)}-{len(documents)}", documents)

    def first(self, count: int) -> "Collection":
        """Return a collection of the first documents."""
        name = self.name.rpartition("-")[0]
        documents = self.documents[:count]
        return Collection(f"{name}-{len(documents)}", documents)

    @cached_property
    def text_bytes(self) -> int:
        """The size of all texts in UTF-8, in bytes."""
        return sum(document.text_bytes for document in self.documents)

    @cached_property
    def grid(self) -> "Grid":
        """The syllables of all texts."""
        return Grid.of(self.documents)


@dataclass(frozen=True)
class Grid:
    """The n syllables of documents; title and body of a document are two texts.

    :ivar accented: int32[n]: the id of each syllable's accented form.
    :ivar offsets: int64[2 * documents + 1]: the index of the first syllable of each text.
    :ivar accented_forms: the accented form of each id.
    :ivar folded_forms: the folded form of each id.
    """

    accented: NDArray[np.int32]
    offsets: NDArray[np.int64]
    accented_forms: list[str]
    folded_forms: list[str]

    @classmethod
    def of(cls, documents: list[Document]) -> "Grid":
        """Analyse documents."""
        analyzer = BatchAnalyzer()
        accented, counts = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
        for start in range(0, len(documents), _BATCH_DOCUMENTS):
            some = documents[start : start + _BATCH_DOCUMENTS]
            batch = analyzer.analyze([text for one in some for text in (one.title, one.body)])
            accented.append(batch.accented)
            counts.append(np.diff(batch.offsets))
        form_table = analyzer.form_table
        return cls(
            np.concatenate(accented),
            np.cumsum(np.concatenate(counts)),
            form_table.accented,
            form_table.folded,
        )

    def __len__(self) -> int:
        return len(self.offsets) // 2

    def body(self, number: int) -> tuple[int, int]:
        """The syllables of a body: the index of the first, and the index after the last."""
        start, end = self.offsets[2 * number + 1 : 2 * number + 3].tolist()
        return start, end

    def syllables(self, number: int, *, folded: bool) -> list[str]:
        """The syllables of a document, with :data:`BORDER` between title and body."""
        forms = self.folded_forms if folded else self.accented_forms
        start, middle, end = self.offsets[2 * number : 2 * number + 3].tolist()
        title, body = (
            [forms[i] for i in self.accented[a:b].tolist()]
            for a, b in ((start, middle), (middle, end))
        )
        return [*title, BORDER, *body] if title else body

    def texts(self, *, folded: bool) -> Iterator[str]:
        """Yield each document as its syllables joined by blanks."""
        for number in range(len(self)):
            yield " ".join(self.syllables(number, folded=folded))


@dataclass(frozen=True)
class RelevanceSet:
    """Queries with the documents that answer them.

    :ivar queries: way of typing (``accented``, ``halfdia``, ``nodia``) to query id to text.
    :ivar qrels: query id to document number to relevance.
    """

    name: str
    collection: Collection
    queries: dict[str, dict[str, str]]
    qrels: dict[str, dict[str, int]]

    @classmethod
    def read(cls, folder: Path, corpora: list[Path]) -> "RelevanceSet":
        """Read a set.

        A set without documents uses the bodies of the corpus of its name; the titles of that
        corpus are its queries.
        """
        own = folder / "docs.jsonl"
        path = own if own.exists() else _corpus(folder.name, corpora)
        queries = _ways(folder / "queries.jsonl")
        documents, numbers = _documents(path, titles=own.exists())
        qrels = _qrels(folder / "qrels.tsv", numbers)
        name = f"relevance_{folder.name}-{len(documents)}"
        return cls(folder.name, Collection(name, documents), queries, qrels)

    @classmethod
    def of_files(cls, docs: Path, queries: Path, qrels: Path) -> "RelevanceSet":
        """Read a set from its files, in the three ways of typing. Its folder names it.

        Beside ``queries.jsonl`` there may be ``queries_halfdia.jsonl`` and ``queries_nodia.jsonl``;
        without them, the queries as written lose half or all of their marks.

        :param docs: JSON lines of ``id``, ``title`` and ``text``, plain or ``.xz``.
        :param queries: JSON lines of ``id`` and ``text``.
        :param qrels: lines of query id, document id and relevance, with white space between; or
            those of TREC, which have one more column before the document.
        """
        ways = _ways(queries)
        written = ways["accented"]
        for way, change in (("halfdia", with_half_of_the_marks), ("nodia", without_marks)):
            ways.setdefault(way, {one: change(text) for one, text in written.items()})
        documents, numbers = _documents(docs, titles=True)
        name = docs.resolve().parent.name
        digest = hashlib.sha256(docs.read_bytes()).hexdigest()[:12]
        return cls(
            name,
            Collection(f"relevance_{name}-{digest}", documents),
            ways,
            _qrels(qrels, numbers),
        )

    def sampled(self, count: int) -> "RelevanceSet":
        """Return the set with its first queries only."""
        queries = {kind: dict(islice(some.items(), count)) for kind, some in self.queries.items()}
        return replace(self, queries=queries)


def _documents(path: Path, *, titles: bool) -> tuple[list[Document], dict[str, int]]:
    """Return the documents of a set, and the number of each by its id in the file."""
    numbers: dict[str, int] = {}
    documents: list[Document] = []
    for row in read_lines(path):
        numbers.setdefault(str(row["id"]), len(documents))
        title = row.get("title") or "" if titles else ""
        documents.append(Document(str(len(documents)), title, row["text"]))
    return documents, numbers


def _ways(path: Path) -> dict[str, dict[str, str]]:
    """Return queries by way of typing, then by id.

    :param path: the queries as written; those of other ways are beside it, if there are any.
    """
    name, dot, suffixes = path.name.partition(".")
    files = {
        "accented": path,
        "halfdia": path.with_name(f"{name}_halfdia{dot}{suffixes}"),
        "nodia": path.with_name(f"{name}_nodia{dot}{suffixes}"),
    }
    return {way: _queries(file) for way, file in files.items() if file.exists()}


def _queries(path: Path) -> dict[str, str]:
    """Return the texts of queries by id."""
    return {str(row["id"]): bare(row["text"]) for row in read_lines(path)}


def _qrels(path: Path, numbers: dict[str, int]) -> dict[str, dict[str, int]]:
    """Return the judgments of a set: query id to document number to relevance."""
    qrels: dict[str, dict[str, int]] = {}
    for row, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        columns = line.split("\t") if "\t" in line else line.split()
        if not columns:
            continue
        try:
            query, *_, document, relevance = columns
            qrels.setdefault(query, {})[str(numbers[document])] = int(relevance)
        except (KeyError, ValueError) as error:
            raise SystemExit(
                f"line {row} of {path.name} is no query, document and relevance of the set: {line}"
            ) from error
    return qrels


def bare(text: str) -> str:
    """Return a query without quotes, which would turn its parts into phrases."""
    return text.translate(_QUOTES)


def corpus_name(path: Path) -> str:
    """The name of a corpus: its file name without suffixes."""
    return path.name.split(".", 1)[0]


def _corpus(name: str, corpora: list[Path]) -> Path:
    for path in corpora:
        if corpus_name(path) == name:
            return path
    raise SystemExit(
        f"the relevance set {name} needs its corpus: give it with --corpus {name}.jsonl"
    )
