"""A text, and what its file says of it, to a document: the one place where these are weighed.

Title and date come from the head of an act, else from the fields of the file (front matter,
metadata of a page), else from its headings, else from its first lines; the title at last from the
name of the file.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from danvan_search.dates import parse_date
from danvan_search.ingest.fields import strings_of, unique, with_field_names
from danvan_search.ingest.head import read_head
from danvan_search.ingest.legal import read_legal_head
from danvan_search.ingest.reader import Document, Problem
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.places import Places

_HASH = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{12,}", re.IGNORECASE)


def describe(
    text: str,
    file_name: str,
    *,
    fields: Mapping[str, Any] | None = None,
    heading: str = "",
    heading_start: int = -1,
    category: str = "",
    finds_title: bool = False,
    notices: Sequence[str] = (),
    part: str = "",
    places: Places | None = None,
    made: datetime.date | None = None,
) -> Document | Problem:
    """Return the document of a text; a problem if it is empty.

    :param text: the text, as people read it.
    :param file_name: the name of its file, "" for none.
    :param fields: what the file says of the text. Values that mean nothing here stay metadata.
    :param heading: its heading.
    :param heading_start: where the heading begins in the text; -1 if it is not there.
    :param category: the category with which the text begins, above the heading.
    :param finds_title: whether a line of the text may be its title.
    :param notices: see :class:`Document`.
    :param part: see :class:`Document`.
    :param places: the headings and pages of the text.
    :param made: the day on which the file was made, which is the date of last resort.
    """
    metadata = with_field_names(fields or {})
    given_title = _pop_string(metadata, "title")
    categories = strings_of(metadata.get("category"))
    if categories is not None:
        metadata.pop("category")
    given_date = metadata.get("date")
    date = parse_date(given_date) if isinstance(given_date, str) else None
    if date or given_date in ("", None):
        metadata.pop("date", None)
    url = _pop_string(metadata, "url")
    legal = read_legal_head(text)
    title = legal.title if legal else given_title or heading
    known = list(legal.title_lines) if legal else []
    if heading_start >= 0 and heading and heading == title and not known:
        known.append((heading_start, heading_start + len(heading)))
        if category and not categories:
            known.insert(0, (0, len(category)))
    head = read_head(
        text,
        title=title,
        category=categories[0] if categories else category,
        known=known,
        finds_title=finds_title,
    )
    if not head.title and not head.body.strip():
        return Problem(EMPTY, cause=Cause.EMPTY)
    if legal:
        date = legal.date or date
        kind = legal.kind if legal.number else ""
        for name, value in (("kind", kind), ("number", legal.number), ("issuer", legal.issuer)):
            if value:
                metadata.setdefault(name, value)
        if given_title and given_title != title:
            metadata.setdefault("aliases", [given_title])
    if places:
        kept = [section for section in places.sections if head.is_in_body(section[0])]
        metadata |= Places(kept, places.pages).to_extra(head.offset_in_body)
    return Document(
        head.body,
        head.title or title_of_name(file_name),
        date or head.date or made,
        unique(categories or ([head.category] if head.category else [])),
        url,
        metadata,
        tuple(notices),
        part=part,
    )


def title_of_name(file_name: str) -> str:
    """Return a title made of the name of a file; "" if the name has no words."""
    stem = PurePath(file_name).stem
    if " " not in stem:
        stem = stem.replace("_", " ").replace("-", " ")
    words = [word for word in stem.split() if not _HASH.fullmatch(word)]
    return " ".join(words) if re.search(r"[^\W\d_]{2}", " ".join(words)) else ""


def _pop_string(values: dict[str, Any], key: str) -> str:
    """Remove a value that is a string and return it; keep one of another type."""
    value = values.get(key)
    return " ".join(values.pop(key).split()) if isinstance(value, str) else ""
