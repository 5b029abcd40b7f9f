"""What the properties of a document say: weak evidence, as programs write them by themselves."""

import re
from typing import Any, Final

from danvan_search.ingest.described import title_of_name

_MADE_TITLE: Final = re.compile(
    r"microsoft (?:word|excel|powerpoint)\b|\bdocument\d*$|untitled|không tên|slide ?\d*$"
    r"|powerpoint presentation|.*\.(?:docx?|xlsx?|pptx?|pdf|rtf|odt|indd|qxd|pub|cdr|dwg|tmp)$",
    re.IGNORECASE,
)
_MADE_AUTHOR: Final = re.compile(
    r"admin\w*|user\d*|owner|unknown|pc|[\w-]*\.com|hp|dell|acer|asus|lenovo|windows.*|microsoft.*"
    r"|office.*|python-\w+|home|smart|none|n/?a",
    re.IGNORECASE,
)
_MIN_TITLE_WORDS: Final = 3
_DATE: Final = re.compile(r"D?:?([0-9]{4})-?([0-9]{2})-?([0-9]{2})")


def property_fields(
    file_name: str, title: str = "", author: str = "", keywords: str = "", subject: str = ""
) -> dict[str, Any]:
    """Return the properties that mean something, under the names of fields.

    A title is one of several words that is neither the name of a file nor made by a program.

    :param file_name: the name of the file.
    """
    fields: dict[str, Any] = {}
    title, author, subject = (" ".join(one.split()) for one in (title, author, subject))
    is_name = title.casefold() == title_of_name(file_name).casefold()
    if len(title.split()) >= _MIN_TITLE_WORDS and not is_name and not _MADE_TITLE.match(title):
        fields["title"] = title
    if author and not _MADE_AUTHOR.fullmatch(author):
        fields["author"] = author
    if subject and subject != title:
        fields["description"] = subject
    if tags := [" ".join(one.split()) for one in re.split("[,;]", keywords) if one.strip()]:
        fields["tags"] = tags
    return fields


def property_day(value: str) -> str:
    """Return the day of a date in a property, such as ``D:20240409…``, as ISO; "" for none."""
    match = _DATE.match(value)
    return "-".join(match.groups()) if match else ""
