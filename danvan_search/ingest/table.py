"""Tables as text: CSV and TSV. Each row is an article, if the table has a column of text.

The first row names the columns; the names are those of :mod:`~danvan_search.ingest.fields`. A table
without a column of text is one article: its cells, row by row.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.fields import RecordError, field_name, record_document
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Problem, Reader, Source
from danvan_search.ingest.records import MAX_BYTES, Cause

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_CHARS: Final = 20_000
_SAMPLE_ROWS: Final = 20
_ORDER: Final = frozenset(("stt", "số thứ tự", "tt", "no", "no.", "#"))

# The limit of the process is 131,072 characters for a cell: an article may be longer.
csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))


def read_table(source: Source) -> Documents:
    """Yield the documents of a table."""
    text = source.text()
    delimiter = "\t" if source.file_name.lower().endswith(".tsv") else _delimiter(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        reason = f"is no table that can be read ({error}): check its quotation marks"
        raise ReadError(reason, Cause.MALFORMED) from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    names = [name.strip() for name in rows[0]] if rows else []
    fields = [field_name(name) for name in names]
    if "text" in fields or ("title" in fields and len(rows) > 1):
        yield from _records(names, fields, rows[1:])
    else:
        cells = "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
        yield describe(cells, source.file_name)


def _records(names: list[str], fields: list[str], rows: list[list[str]]) -> Documents:
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows, start=1):
        values = dict(_values(names, fields, row))
        part = values.pop("id", "").strip() or str(number)
        seen[part] += 1
        if seen[part] > 1:
            part = f"{part}-{seen[part]}"
        if "text" not in values:  # the other columns are the text
            shown = [f"{name}: {value}" for name, value in values.items() if name != "title"]
            values["text"] = "\n".join(shown)
        try:
            document = record_document(values, what="row", place=str(number + 1), part=part)
        except RecordError as error:
            yield Problem(str(error), str(number + 1))
            continue
        yield document


def _values(names: list[str], fields: list[str], row: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of the cells that are not empty, each name once."""
    taken = set()
    for name, field, cell in zip(names, fields, row, strict=False):
        key = field if field and field not in taken else name
        if cell.strip() and key not in taken and name.casefold() not in _ORDER:
            taken.add(key)
            yield key, cell


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most cells, equally many in each."""
    sample = text[:_SAMPLE_CHARS]
    best, most = ",", 1.0
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            counts = [len(row) for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if row]
        except csv.Error:
            continue
        # The last row of the sample may be cut.
        counts = counts[:-1] if len(counts) > 2 and len(sample) < len(text) else counts
        if not counts:
            continue
        usual, times = Counter(counts).most_common(1)[0]
        weight = usual * times / len(counts)
        if usual > 1 and weight > most:
            best, most = delimiter, weight
    return best


TABLE: Final = Reader("table", (".csv", ".tsv"), read_table)
