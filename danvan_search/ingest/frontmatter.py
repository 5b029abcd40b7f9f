"""Front matter: the fields at the head of a Markdown file.

Five forms are read: YAML between ``---``, TOML between ``+++``, a JSON object, the lines of a title
block of pandoc (``% title``), and lines of MultiMarkdown (``Title: …``) up to a blank line.

Scalars of YAML stay strings, as written (``no`` is "no" and ``007`` is "007"), also within lists
and mappings. YAML that does not parse is read line by line, with a notice, if its lines look like
fields. What is no mapping, is larger than 10,000 characters or contains aliases (with which a few
lines can expand to gigabytes) does not count as front matter.
"""

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from danvan_search.article import MAX_EXTRA_DEPTH, is_deeper
from danvan_search.ingest.fields import RecordError, field_name
from danvan_search.ingest.json_values import parse_json_prefix

MAX_CHARS: Final = 10_000

_NEWLINE: Final = r"(?:\r\n|\n|\r)"
_FENCES: Final = {
    "yaml": (
        re.compile(rf"---[ \t]*{_NEWLINE}"),
        re.compile(rf"(?:(?<=\n)|(?<=\r))(?:---|\.\.\.)[ \t]*(?:{_NEWLINE}|\Z)"),
    ),
    "toml": (
        re.compile(rf"\+\+\+[ \t]*{_NEWLINE}"),
        re.compile(rf"(?:(?<=\n)|(?<=\r))\+\+\+[ \t]*(?:{_NEWLINE}|\Z)"),
    ),
}
_FIELD_LINE: Final = re.compile(r"([^\W\d][\w \-]{0,40}?)[ \t]*:(?:[ \t]+(.*))?")
_PANDOC: Final = re.compile(rf"%[ \t]*([^\r\n]*)(?:{_NEWLINE}|\Z)")
_AFTER_PANDOC: Final = ("title", "author", "date")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a text.

    :ivar fields: its fields.
    :ivar end: the offset in the text at which the front matter ends.
    :ivar notice: what people should know of it; "" for nothing.
    """

    fields: dict[str, Any]
    end: int
    notice: str = ""


_NONE: Final = FrontMatter({}, 0)


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text; if it has none, no fields and an end of 0."""
    for kind, (opening, closing) in _FENCES.items():
        if start := opening.match(text):
            end = closing.search(text, start.end(), start.end() + MAX_CHARS)
            if end is None:
                return _NONE
            source = text[start.end() : end.start()]
            return (_yaml if kind == "yaml" else _toml)(source, end.end())
    if text.startswith("{"):
        return _json(text)
    if text.startswith("%"):
        return _pandoc(text)
    return _multimarkdown(text)


def _yaml(source: str, end: int) -> FrontMatter:
    # BaseLoader makes strings, lists and mappings only: it runs no code and guesses no types.
    import yaml  # slow to import, and few files have front matter

    try:
        events = yaml.parse(source, yaml.BaseLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return _NONE
        values = yaml.BaseLoader(source).get_single_data()
        if not isinstance(values, dict):
            return _NONE
        json.dumps(values)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError) as error:
        return _by_lines(source, end, "YAML", error)
    fields = {str(key): value for key, value in values.items()}
    return FrontMatter(fields, end) if fields else _NONE


def _toml(source: str, end: int) -> FrontMatter:
    import tomllib  # few files have front matter, and fewer in TOML

    try:
        values = _plain(tomllib.loads(source.replace("\r\n", "\n").replace("\r", "\n")))
        if is_deeper(values, MAX_EXTRA_DEPTH):
            return _NONE
    except (ValueError, RecursionError) as error:
        return _by_lines(source.replace("=", ":"), end, "TOML", error)
    return FrontMatter(values, end) if values else _NONE


def _plain(value: Any) -> Any:  # noqa: ANN401 - any TOML value
    """Return a TOML value as JSON values: days and times as text, numbers as they are."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, float) else value


def _json(text: str) -> FrontMatter:
    try:
        values, end = parse_json_prefix(text[:MAX_CHARS])
    except RecordError:
        return _NONE
    if not isinstance(values, dict) or not values or text[end : end + 1] not in ("\n", "\r", ""):
        return _NONE
    return FrontMatter(values, end)


def _pandoc(text: str) -> FrontMatter:
    fields: dict[str, Any] = {}
    end = 0
    for name in _AFTER_PANDOC:
        match = _PANDOC.match(text, end)
        if match is None:
            break
        if match[1].strip():
            fields[name] = match[1].strip()
        end = match.end()
    return FrontMatter(fields, end) if "title" in fields else _NONE


def _multimarkdown(text: str) -> FrontMatter:
    """Read lines of fields at the head, up to a blank line, if two of them are known by name."""
    head = re.match(rf"(?:[^\r\n]++{_NEWLINE}){{2,40}}(?={_NEWLINE}|\Z)", text[:MAX_CHARS])
    if head is None:
        return _NONE
    fields = _field_lines(head[0])
    if fields is None or sum(bool(field_name(name)) for name in fields) < 2:
        return _NONE
    return FrontMatter(fields, head.end())


def _by_lines(source: str, end: int, language: str, error: Exception) -> FrontMatter:
    """Return front matter that does not parse, read line by line, if it looks like fields."""
    fields = _field_lines(source)
    if fields is None or not any(field_name(name) for name in fields):
        return _NONE
    mark = getattr(error, "problem_mark", None)
    where = f" in line {mark.line + 2}" if mark else ""
    notice = f"has front matter that is no {language}{where}: its lines were read as they are"
    return FrontMatter(fields, end, notice)


def _field_lines(source: str) -> dict[str, Any] | None:
    """Return the fields of lines ``name: value``; None if a line is neither one nor indented."""
    fields: dict[str, Any] = {}
    name = ""
    for line in source.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if name and (line[0] in " \t" or line.startswith("- ")):
            rest = line.strip().removeprefix("- ").strip("\"'")
            fields[name] = f"{fields[name]} {rest}".strip()
            continue
        match = _FIELD_LINE.fullmatch(line.strip())
        if match is None:
            return None
        name = match[1]
        fields[name] = (match[2] or "").strip().strip("\"'")
    return fields
