"""PDF: the pages of a file as one article, so that phrases run over their ends."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.described import describe
from danvan_search.ingest.isolated.process import parse
from danvan_search.ingest.isolated.values import runs_of, strings_of, whole_number_of
from danvan_search.ingest.mending import mend_pages
from danvan_search.ingest.paragraphs import with_paragraphs
from danvan_search.ingest.properties import fields_of
from danvan_search.ingest.reader import (
    BINARY_BYTES,
    Documents,
    Problem,
    Source,
)
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.places import Places
from danvan_search.text.encodings.font_runs import convert_runs, font_encoding
from danvan_search.text.encodings.syllable_rule import is_syllable

_FIELDS: Final = {
    "Title": "title",
    "Author": "author",
    "Subject": "description",
    "Keywords": "tags",
}
_CREATED: Final = re.compile(r"D:([0-9]{4})([0-9]{2})([0-9]{2})")
_PARSER: Final = "danvan_search.ingest.isolated.pdf"
_OCR: Final = "run OCR (`ocrmypdf -l vie`) and index the result"
_LISTED: Final = 10
"""How many page numbers a notice lists."""

_HYPHEN: Final = "\ufffe"
"""What pdfium gives for a hyphen at the end of a line, and for the line break."""

_BEFORE_HYPHEN: Final = re.compile(rf"([^\W\d_]*){_HYPHEN}\n?")
_UNKNOWN: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_MAX_UNKNOWN: Final = 0.2


def read_pdf(source: Source) -> Documents:
    """Yield the document of a PDF file; a problem if its pages are pictures."""
    fields, *values = parse(_PARSER, source.all_bytes(BINARY_BYTES))
    pages = [_page(value) for value in values]
    texts = with_paragraphs(mend_pages([page.text for page in pages]))
    whole = "".join(texts)
    source.check_length(whole)
    if not whole.strip():
        yield _without_text(pages)
        return
    encodings = Counter({page.encoding: len(page.text) for page in pages if page.encoding})
    source.found_encoding = "UTF-8"
    if encodings:
        source.found_encoding = encodings.most_common(1)[0][0]
    given = strings_of(fields, "fields")
    made = _CREATED.match(given.get("CreationDate", ""))
    properties = fields_of(
        {_FIELDS[name]: given.get(name, "") for name in _FIELDS}, source.file_name
    )
    yield describe(
        whole,
        source.file_name,
        fields=properties,
        finds_title="title" not in properties,
        notices=list(_notices(pages, whole, source.name)),
        places=Places(pages=[0, *accumulate(map(len, texts[:-1]))]),
        made=parse_date("-".join(made.groups())) if made else None,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """A page.

    :ivar text: its text in Unicode (NFC), line by line.
    :ivar encoding: the encoding that it was converted from; "" for Unicode.
    :ivar pictures: the number of its pictures, if it has no text.
    :ivar is_damaged: whether it cannot be read.
    """

    text: str
    encoding: str
    pictures: int
    is_damaged: bool


def _page(value: Mapping[str, Any]) -> _Page:
    runs = runs_of(value)
    is_legacy = any(font_encoding(font) for _, font in runs) or any(font for _, font in runs)
    runs = list(_with_line_ends(runs, is_legacy=is_legacy))
    encoding = ""
    if is_legacy:
        converted = convert_runs(runs)
        encoding = "" if converted.encoding == "UTF-8" else converted.encoding
        text = "".join(converted.texts)
    else:
        text = "".join(text for text, _ in runs)
    return _Page(
        unicodedata.normalize("NFC", text),
        encoding,
        whole_number_of(value, "pictures"),
        value.get("damaged") is True,
    )


def _with_line_ends(
    runs: Sequence[tuple[str, str]], *, is_legacy: bool
) -> Iterator[tuple[str, str]]:
    """Yield runs with line breaks after the hyphens at the ends of lines.

    In a page of TCVN3 such a hyphen may be the letter ư: if that makes a syllable, it is.
    """

    def line_end(match: re.Match[str]) -> str:
        before = match[1]
        if is_legacy and before and _ends_with_u(before):
            return f"{before}\u00ad\n"
        return f"{before}-\n"

    for text, font in runs:
        if _HYPHEN not in text:
            yield text, font
            continue
        mended = _BEFORE_HYPHEN.sub(line_end, text)
        for line in mended.splitlines(keepends=True) if "\n" in mended else [mended]:
            yield line, font


def _ends_with_u(before: str) -> bool:
    """Return whether letters of TCVN3 and ư are a syllable."""
    converted = convert_runs([(before, ".VnTime")]).texts[0]
    return len(before) < 4 and is_syllable(f"{converted}ư")


def _without_text(pages: Sequence[_Page]) -> Problem:
    """Return why no page has a text."""
    count = sum(1 for page in pages if page.pictures)
    if count:
        pages_of = "1 page that is a picture" if count == 1 else f"{count:,} pages of pictures"
        return Problem(f"has {pages_of} and no text: it is a scan; {_OCR}", cause=Cause.SCANNED)
    if any(page.is_damaged for page in pages):
        return Problem(
            "has pages that are damaged, and no text: save it again", cause=Cause.DAMAGED
        )
    return Problem(EMPTY, cause=Cause.EMPTY)


def _notices(pages: Sequence[_Page], text: str, name: str) -> Iterator[str]:
    """Yield what people should know of the pages; each continues a number of articles.

    :param name: the name of the file.
    """
    pictures = [number for number, page in enumerate(pages, 1) if page.pictures]
    damaged = [number for number, page in enumerate(pages, 1) if page.is_damaged]
    for numbers, what in ((pictures, f"pictures without text: {_OCR}"), (damaged, "damaged")):
        if numbers:
            listed = ", ".join(map(str, numbers[:_LISTED])) + ", …" * (len(numbers) > _LISTED)
            share = f"{len(numbers):,} of {len(pages):,} pages"
            yield f"has {share} ({name}: {listed}) that are {what}"
    if len(_UNKNOWN.findall(text)) > _MAX_UNKNOWN * len(text):
        yield f"has letters that cannot be told ({name}): its fonts do not say which they are"
