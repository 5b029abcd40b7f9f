"""Markdown: the text that people read of it, with its title and its front matter.

markdown-it-py finds the structure; what stands here turns its tokens into text. A link becomes its
text, an image its description, HTML its text, a table its cells; comments, scripts, imports of MDX,
tables of contents and the marks of footnotes are left out.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.frontmatter import read_front_matter
from danvan_search.ingest.head import can_be_category, can_be_title
from danvan_search.ingest.html_text import html_to_text
from danvan_search.ingest.reader import Documents, Reader, Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CHARS: Final = 2_000_000
"""Longer files are read as plain text: 2 MB of nothing but markup take half a minute."""

_MANY_BRACKETS: Final = 1000
_MAX_BRACKET_STEPS: Final = 10_000_000
_MAX_HEADINGS_BEFORE: Final = 20
"""Among how many of the first blocks a heading of the first level is looked for."""

_ESM: Final = re.compile(
    r"(?:import|export)\s+(?:[^;\n]*\s+from\s+)?['\"][^'\"\n]+['\"];?\s*$"
    r"|export\s+(?:const|let|var|default|function)\b.*$"
)
_ATTRIBUTES: Final = re.compile(r"[ \t]*(?<!\\)\{:?[ \t]*[#.][^{}\n]*\}[ \t]*$", re.MULTILINE)
_CONTENTS: Final = re.compile(r"\[\[?_?toc_?\]?\]|\{:toc\}|\$\{toc\}", re.IGNORECASE)
_FENCE_LINE: Final = re.compile(r"^:{3,}[ \t]*([\w-]*)[ \t]*(.*)$", re.MULTILINE)
_WIKI_LINK: Final = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_FOOTNOTE: Final = re.compile(r"\[\^[^\]\s]{1,60}\]")
_FOOTNOTE_START: Final = re.compile(r"^ {0,3}\[\^[^\]\s]{1,60}\]:[ \t]+", re.MULTILINE)
_CALLOUT: Final = re.compile(r"^\[![\w-]{1,30}\][+-]?[ \t]*")
_ROLE: Final = re.compile(r":([a-z][a-z:-]{1,20}):$")
_LABEL_ROLES: Final = frozenset(("label", "eqlabel", "width", "height"))
_TAG_LINE: Final = re.compile(r"(?:#[^\s#]+\s*)+")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text.

    :ivar text: its text.
    :ivar level: the level of a heading; 0 for other blocks.
    :ivar plain: whether it is a paragraph that stands alone, in no list and no quotation.
    :ivar tight: whether it is an item of a list or a row of a table.
    """

    text: str
    level: int = 0
    plain: bool = False
    tight: bool = False


def read_markdown(source: Source) -> Documents:
    """Yield the document of a Markdown file."""
    text = source.text()
    front = read_front_matter(text)
    notices = [front.notice] if front.notice else []
    text = text[front.end :]
    if len(text) > MAX_CHARS:
        notices.append(f"has more than {MAX_CHARS:,} characters: was read as plain text")
        yield describe(text, source.file_name, fields=front.fields, notices=notices)
        return
    blocks = list(blocks_of(text))
    title = _title_of(blocks)
    body, starts = _joined(blocks)
    has_category = title == 1 and blocks[0].plain and can_be_category(blocks[0].text)
    yield describe(
        body,
        source.file_name,
        fields=front.fields,
        heading=blocks[title].text if title is not None else "",
        heading_start=starts[title] if title is not None else 0,
        category=blocks[0].text if has_category else "",
        finds_title=title is None and bool(blocks) and _reads_like_a_title(blocks),
        notices=notices,
    )


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text, without those of which nothing is left."""
    if ":::" in text:
        text = _FENCE_LINE.sub(lambda match: f"\n{match[2]}\n", text)
    if "[^" in text:
        text = _FOOTNOTE_START.sub("\n", text)  # the parser takes it for the address of a link
    if text.count("[") > _MANY_BRACKETS:
        text = re.sub(r"(?:[^\n]+\n?)+", _with_plain_brackets, text)
    tokens = _parser().parse(text)
    for block in _blocks(tokens):
        if block.text.strip():
            yield block


def _with_plain_brackets(paragraph: re.Match[str]) -> str:
    """Return a paragraph whose brackets begin no links, if they are so many that this takes long.

    From each bracket the parser looks for its end.
    """
    text = paragraph[0]
    steps = text.count("[") * len(text)
    return text.replace("[", "\\[") if steps > _MAX_BRACKET_STEPS else text


def _joined(blocks: Sequence[Block]) -> tuple[str, list[int]]:
    """Return the text of the blocks, and where each begins in it."""
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    before: Block | None = None
    for block in blocks:
        if before is not None:
            between = "\n" if before.tight and block.tight else "\n\n"
            pieces.append(between)
            length += len(between)
        starts.append(length)
        pieces.append(block.text)
        length += len(block.text)
        before = block
    return "".join(pieces), starts


def _title_of(blocks: Sequence[Block]) -> int | None:
    """Return the block that is the title: the first heading of level 1, or else the first one."""
    headings = [at for at, block in enumerate(blocks[:_MAX_HEADINGS_BEFORE]) if block.level]
    main = [at for at in headings if blocks[at].level == 1]
    return next(iter(main or headings), None)


def _reads_like_a_title(blocks: Sequence[Block]) -> bool:
    first = blocks[0]
    return len(blocks) > 1 and first.plain and "\n" not in first.text and can_be_title(first.text)


@functools.cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # slow to import, and not every folder has Markdown

    return MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])


def _blocks(tokens: Sequence["Token"]) -> Iterator[Block]:
    level = 0
    depth = 0
    marker = ""
    numbers: list[int | None] = []
    row: list[str] = []
    for token in tokens:
        kind = token.type
        if kind == "heading_open":
            level = int(token.tag[1:])
        elif kind == "heading_close":
            level = 0
        elif kind in ("bullet_list_open", "blockquote_open"):
            depth += 1
            numbers.append(None)
        elif kind == "ordered_list_open":
            depth += 1
            numbers.append(int(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            depth -= 1
            numbers.pop()
        elif kind == "list_item_open":
            number = numbers[-1] if numbers else None
            marker = "- " if number is None else f"{number}. "
            if number is not None:
                numbers[-1] = number + 1
        elif kind == "tr_open":
            row = []
        elif kind == "tr_close":
            yield Block("\t".join(row), tight=True)
            row = []
        elif kind in ("td_open", "th_open"):
            row.append("")
        elif kind == "inline":
            text = _clean(_inline(token.children or []), is_heading=bool(level))
            if row:
                row[-1] = text
            else:
                yield Block(
                    marker + text if text else "",
                    level,
                    plain=depth == 0 and not level and _is_plain(token),
                    tight=bool(marker),
                )
                marker = ""
        elif kind in ("fence", "code_block"):
            yield Block(token.content.rstrip("\n"))
        elif kind == "html_block":
            yield Block(html_to_text(token.content))


def _is_plain(paragraph: "Token") -> bool:
    """Return whether a paragraph holds neither links nor tags, alone or beside text."""
    kinds = {child.type for child in paragraph.children or []}
    return kinds <= {"text", "text_special", "softbreak", "em_open", "em_close"} and not (
        paragraph.content.startswith(("[", "!")) or _TAG_LINE.fullmatch(paragraph.content)
    )


def _inline(tokens: Sequence["Token"]) -> str:
    pieces: list[str] = []
    for token in tokens:
        kind = token.type
        if kind == "html_inline":
            if re.match(r"<br\b", token.content, re.IGNORECASE):
                pieces.append("\n")
            continue
        if kind in ("text", "text_special"):
            pieces.append(token.content)
        elif kind == "code_inline":
            role = _ROLE.search(pieces[-1]) if pieces else None
            if role:
                pieces[-1] = pieces[-1][: role.start()]
            if not role or role[1] not in _LABEL_ROLES:
                pieces.append(token.content)
        elif kind in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif kind == "image":
            pieces.append(token.content)
    return "".join(pieces)


def _clean(text: str, *, is_heading: bool) -> str:
    """Return the text of a paragraph or a heading without what other programs make of it."""
    if "[" in text:
        text = _FOOTNOTE.sub("", text)
        text = _WIKI_LINK.sub(lambda match: match[2] or match[1], text)
    text = _ATTRIBUTES.sub("", text) if "{" in text else text
    text = _CALLOUT.sub("", text)
    if is_heading:
        return " ".join(text.split())
    if _CONTENTS.fullmatch(text.strip()):
        return ""
    if text.lstrip().startswith(("import", "export")) and all(
        _ESM.match(line.strip()) for line in text.split("\n")
    ):
        return ""
    return text.strip("\n")


MARKDOWN: Final = Reader("Markdown", (".md", ".markdown", ".mdx"), read_markdown)
