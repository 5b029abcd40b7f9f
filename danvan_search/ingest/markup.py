"""reStructuredText and Org: text with headings and fields, its marks left out."""

import re
from collections.abc import Sequence
from typing import Any, Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.html_text import html_to_text
from danvan_search.ingest.reader import Documents, Reader, Source

_ADORNMENT: Final = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*")
_RST_FIELD: Final = re.compile(r":([\w -]{1,40}):[ \t]*(.*)")
_DIRECTIVE: Final = re.compile(r"[ \t]*\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:+-]+)::[ \t]*(.*)")
_FOOTNOTE: Final = re.compile(r"[ \t]*\.\.[ \t]+\[[#\w*-]{0,40}\][ \t]+")
_COMMENT: Final = re.compile(r"[ \t]*\.\.(?:[ \t]|$)")
_OPTION: Final = re.compile(r"[ \t]+:[\w -]{1,40}:(?:[ \t].*)?$")
_SPOKEN: Final = frozenset(
    (
        *("note", "warning", "tip", "important", "caution", "danger", "hint", "attention"),
        *("error", "admonition", "seealso", "epigraph", "pull-quote", "highlights", "compound"),
        *("container", "topic", "sidebar", "rubric", "figure", "table", "list-table", "csv-table"),
        *("versionadded", "versionchanged", "deprecated", "glossary", "centered"),
        "parsed-literal",
    )
)
"""The directives whose argument and content are text."""

_CODE: Final = frozenset(("code", "code-block", "sourcecode", "math", "highlight"))
"""The directives whose content is text, but not their argument."""

_RST_INLINE: Final = (
    (re.compile(r"(?<![\w`]):[\w:+-]{1,40}:`([^`<]{1,500}?)[ \t\n]*(?:<[^<>`]{1,500}>)?`"), r"\1"),
    (re.compile(r"`([^`<]{1,500}?)[ \t\n]*<[^<>`]{1,500}>`_{0,2}"), r"\1"),
    (re.compile(r"[ \t]?\[(?:#[\w-]{0,40}|[0-9]{1,3}|\*)\]_(?!\w)"), ""),
    (re.compile(r"``([^`\n]{1,500})``"), r"\1"),
    (re.compile(r"`([^`]{1,500})`_{0,2}"), r"\1"),
    (re.compile(r"\*\*(\S(?:[^*\n]{0,500}\S)?)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]{0,500}[^\s*])?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w|])\|([^|\s](?:[^|\n]{0,100}[^|\s])?)\|(?![\w|])"), r"\1"),
    (re.compile(r"(?<=\w)_{1,2}(?=[\s.,;:!?)]|$)"), ""),
)
_TABLE_RULE: Final = re.compile(r"[ \t]*(?:\+[-=+]+\+|={2,}(?:[ \t]+={2,})+)[ \t]*")

_ORG_KEY: Final = re.compile(r"#\+([\w-]{1,40}):[ \t]*(.*)", re.IGNORECASE)
_ORG_HEADING: Final = re.compile(
    r"\*+[ \t]+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]+)?(?:\[#[A-Z]\][ \t]+)?(.*?)"
    r"(?:[ \t]+(:[\w@#%:]+:))?[ \t]*"
)
_ORG_INLINE: Final = (
    (re.compile(r"\[\[[^\[\]\n]{1,500}\]\[([^\[\]\n]{1,500})\]\]"), r"\1"),
    (re.compile(r"\[\[(?:file:|id:|#)?([^\[\]\n]{1,500})\]\]"), r"\1"),
    (re.compile(r"\[fn:[^\[\]\s]{0,40}\]"), ""),
    (re.compile(r"(?<![\w*/_=~+])([*/_=~+])(\S(?:[^\n]{0,300}?\S)?)\1(?![\w*/_=~+])"), r"\2"),
)


def read_rst(source: Source) -> Documents:
    """Yield the document of a file of reStructuredText."""
    lines = source.text().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    fields: dict[str, Any] = {}
    heading = ""
    hidden_below = -1
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        indent = len(line) - len(line.lstrip())
        if hidden_below >= 0 and (not line.strip() or indent > hidden_below):
            continue
        hidden_below = -1
        after = lines[number].rstrip() if number < len(lines) else ""
        if _ADORNMENT.fullmatch(line.strip()):
            continue  # above or below a heading, or a rule
        if line.strip() and not indent and _ADORNMENT.fullmatch(after) and len(after) >= 3:
            heading = heading or _marked(line.strip(), _RST_INLINE)
            kept.append(line.strip())
            continue
        if _OPTION.match(line) and kept and not kept[-1].strip():
            continue
        directive = _DIRECTIVE.match(line)
        if directive:
            if directive[1].lower() in _SPOKEN:
                kept += [directive[2], ""]
            elif directive[1].lower() in _CODE:
                kept.append("")
            else:
                hidden_below = indent
            continue
        if _FOOTNOTE.match(line):
            kept.append(_FOOTNOTE.sub("", line))
        elif _COMMENT.match(line):
            hidden_below = indent
        elif (field := _RST_FIELD.fullmatch(line)) and _is_head(kept, heading):
            fields[field[1]] = field[2]
        elif not _TABLE_RULE.fullmatch(line):
            kept.append(_cells(line) if line.lstrip().startswith("|") else line)
    yield from _described(source, kept, _RST_INLINE, fields, heading)


def read_org(source: Source) -> Documents:
    """Yield the document of an Org file."""
    kept: list[str] = []
    fields: dict[str, Any] = {}
    heading = ""
    in_drawer = False
    for line in source.text().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        stripped = line.strip()
        if in_drawer or re.fullmatch(r":(?:PROPERTIES|LOGBOOK):", stripped, re.IGNORECASE):
            in_drawer = stripped.upper() != ":END:"
        elif key := _ORG_KEY.fullmatch(stripped):
            _add_org_field(fields, key[1].lower(), key[2].strip())
        elif title := (_ORG_HEADING.fullmatch(line) if line.startswith("*") else None):
            kept += ["", title[1], ""]
            heading = heading or _marked(title[1], _ORG_INLINE)
        elif stripped.startswith(("# ", "#+")) or stripped == "#":
            continue
        elif not re.fullmatch(r"\|[-+|]*", stripped):
            kept.append(_cells(line) if stripped.startswith("|") else line)
    yield from _described(source, kept, _ORG_INLINE, fields, heading)


def _described(
    source: Source,
    lines: Sequence[str],
    marks: Sequence[tuple[re.Pattern[str], str]],
    fields: dict[str, Any],
    heading: str,
) -> Documents:
    body = _marked("\n".join(lines), marks)
    body = re.sub(r"\n[ \t]*\n\s*\n", "\n\n", body).strip("\n")
    start = body.find(heading) if heading else -1
    is_first = start >= 0 and not body[:start].strip()
    yield describe(
        body,
        source.file_name,
        fields=fields,
        heading=heading,
        heading_start=start if is_first else -1,
        finds_title=not heading and "title" not in fields and "\n" in body,
    )


def _marked(text: str, marks: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """Return a text without its marks."""
    for pattern, replacement in marks:
        text = pattern.sub(replacement, text)
    return html_to_text(text) if text.lstrip().startswith("<!--") else text


def _is_head(kept: Sequence[str], heading: str) -> bool:
    """Return whether nothing was read yet but the heading: fields there are those of the text."""
    lines = [line for line in kept if line.strip()]
    return len(lines) <= (1 if heading else 0)


def _cells(line: str) -> str:
    return "\t".join(cell.strip() for cell in line.strip().strip("|").split("|"))


def _add_org_field(fields: dict[str, Any], name: str, value: str) -> None:
    if name in ("filetags", "tags"):
        fields["tags"] = [tag for tag in re.split(r"[:\s]+", value) if tag]
    elif name in ("title", "date", "author", "description", "category", "keywords", "subtitle"):
        fields[name] = value.strip("[]<>") if name == "date" else value


RST: Final = Reader("reStructuredText", (".rst", ".rest"), read_rst)
ORG: Final = Reader("Org", (".org",), read_org)
