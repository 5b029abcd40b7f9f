"""The fields of records: JSON lines, JSON files, tables.

:func:`record_document` makes a document of the fields of one record. Their names are those of the
JSON of an article, or other usual ones, in any case, in English or Vietnamese: see :data:`NAMES`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.html_text import html_to_text
from danvan_search.ingest.mending import decode_references
from danvan_search.ingest.reader import Document
from danvan_search.text import syllable_grid

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("ma", "ma so", "uuid", "guid"),
    "title": ("tieu de", "ten bai", "ten van ban", "ten", "headline", "name", "subject"),
    "text": ("noi dung", "van ban", "toan van", "content", "body text", "article body", "message"),
    "date": (
        "ngay", "ngay dang", "ngay viet", "ngay xuat ban", "ngay ban hanh", "thoi gian",
        "published", "published at", "published on", "pub date", "pubdate", "publish date",
        "date published", "created", "created at", "timestamp",
    ),
    "category": (
        "chuyen muc", "danh muc", "the loai", "linh vuc", "categories", "section", "topic",
    ),
    "url": ("link", "lien ket", "dia chi web", "permalink", "canonical"),
    "author": ("tac gia", "nguoi viet", "authors", "byline", "creator"),
    "tags": ("the", "tu khoa", "tag", "keywords", "labels"),
    "aliases": ("ten khac", "alias"),
    "description": ("mo ta", "tom tat", "trich yeu", "sapo", "summary", "abstract", "excerpt"),
    "number": ("so hieu", "so ky hieu"),
    "issuer": ("co quan ban hanh", "noi ban hanh", "publisher"),
}  # fmt: skip
"""The fields that are known, and their other names, folded, with blanks for ``_`` and ``-``."""

_NAME_OF: Final = {name: field for field, names in NAMES.items() for name in (field, *names)}
_MAX_NAME_CHARS: Final = 100
_HTML: Final = re.compile(
    r"\s*<(?:!doctype html|html|body|article|section|div|p|h[1-6]|ul|ol|table|blockquote|figure"
    r"|span|strong|em|b|i|a|img|br)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_TEXT_KEYS: Final = ("text", "body", "content")
_NULLABLE: Final = (
    "text", "body", "content", "title", "url", "source", "category", "categories", "date", "extra",
    "details",
)  # fmt: skip
"""The fields for which null means that they are missing."""


class RecordError(Exception):
    """A record is no article; the message says why, and what to do."""


@lru_cache(maxsize=1 << 10)
def field_name(name: str) -> str:
    """Return the field that a name means: a key of :data:`NAMES`; "" if it means none."""
    return _NAME_OF.get(" ".join(syllable_grid(name[:_MAX_NAME_CHARS]).folded), "")


def with_field_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record under the names of :data:`NAMES`.

    A name that means no field stays, and so does one whose field another name has taken.
    """
    taken = set(values)
    named: dict[str, Any] = {}
    for name, value in values.items():
        field = field_name(name)
        if field and field not in taken:
            taken.add(field)
            named[field] = value
        else:
            named[name] = value
    return named


def record_document(
    values: dict[str, Any],
    *,
    what: str = "line",
    needs_id: bool = False,
    place: str = "",
    part: str = "",
) -> Document:
    """Return the document of a record. ``values`` is changed.

    :param what: what messages call a record.
    :param needs_id: whether a record without an id is no article.
    :param place: see :class:`Document`.
    :param part: the part of the file that the record is, if it has no id.
    :raises RecordError: it is no article.
    """
    text_key = _text_key(values)
    if not text_key:
        values = with_field_names(values)
        text_key = "text"
    id_ = _pop_id(values, what, needed=needs_id)
    if None in values.values():
        for key in _NULLABLE:
            if key in values and values[key] is None:
                del values[key]
        text_key = _text_key(values) or "text"
    body = _pop_string(values, text_key)
    title = _pop_string(values, "title") or ""
    if body is None:
        raise RecordError(f'the {what} has no text: give it as "text", "body" or "content"')
    if "&" in body or body.lstrip()[:1] == "<":
        body = _as_read(body)
    if "&" in title:
        title = decode_references(title)
    if not body.strip() and not title.strip():
        raise RecordError("the text and the title are empty: write one of them")
    url = _pop_string(values, "url" if "url" in values else "source")
    categories = _pop_categories(values)
    details = values.pop("details") if isinstance(values.get("details"), str) else None
    date = values.pop("date", None)
    day = parse_date(date) if isinstance(date, str) else None
    given_extra = values.pop("extra") if isinstance(values.get("extra"), dict) else {}
    kept_date = {"date": date} if day is None and date not in (None, "") else {}
    return Document(
        body,
        title,
        day,
        categories,
        url or "",
        given_extra | values | kept_date if given_extra or kept_date else values,
        id=id_,
        part="" if id_ else part,
        place=place,
        details=details,
    )


def strings_of(value: Any) -> list[str] | None:  # noqa: ANN401 - any JSON value
    """Return a string, or a list of strings, without blank ones, as a list; None for others."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        return None
    return [one.strip() for one in values if one.strip()]


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values without those that were there before."""
    return tuple(dict.fromkeys(values))


def _as_read(text: str) -> str:
    """Return a text without its markup, if it begins with a tag of HTML, or holds references."""
    if _HTML.match(text) and "</" in text:
        return html_to_text(text)
    return decode_references(text)


def _text_key(values: Mapping[str, Any]) -> str:
    """Return the name of the field of the text: the first that is not empty; "" for none."""
    first = ""
    for key in _TEXT_KEYS:
        if key in values:
            if values[key] != "":
                return key
            first = first or key
    return first


def _pop_id(values: dict[str, Any], what: str, *, needed: bool) -> str:
    id_ = values.pop("id", None)
    if isinstance(id_, str) and id_.strip():
        return id_
    if isinstance(id_, int) and not isinstance(id_, bool):
        return str(id_)
    if id_ is not None and not isinstance(id_, str):
        raise RecordError('the "id" is neither a string nor a whole number: write it in quotes')
    if needed:
        raise RecordError(f'the {what} has no "id": give each article one of its own')
    return ""


def _pop_string(values: dict[str, Any], key: str) -> str | None:
    value = values.pop(key, None)
    if not isinstance(value, str | None):
        raise RecordError(f'the "{key}" is not a string: write it in quotes')
    return value


def _pop_categories(values: dict[str, Any]) -> tuple[str, ...]:
    key = "category" if "category" in values else "categories"
    value = values.get(key)
    if isinstance(value, str):
        del values[key]
        return (value,) if value else ()
    if value is None:
        return ()
    categories = strings_of(value)
    if categories is None:
        raise RecordError(
            f'the "{key}" is neither a string nor a list of strings: write it in quotes'
        )
    del values[key]
    return unique(categories)
