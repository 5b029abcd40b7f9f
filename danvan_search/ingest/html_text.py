"""HTML to text as people read it, with the standard library's parser, which stands any nesting.

Scripts, styles, navigation, asides, page footers and controls are left out; the text is that of
``article`` or ``main`` if it holds at least half of the letters. A page whose rules would leave
little of its text is taken whole: no page loses its text.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from danvan_search.ingest.html_elements import (
    AROUND,
    BLANK_LINE,
    CELLS,
    DROPPED,
    NEW_LINE,
    VOID,
    ZONES,
)

_MARK: Final = re.compile(r"[\s\[\](){}]*(?:[0-9]{1,3}|[a-z]|[*†‡¶#§↩↑^↵️]+)?[\s\[\](){}]*")
_MAX_MARK_CHARS: Final = 10
_MIN_SHARE: Final = 0.5
"""The share of the letters from which on an article is the text of its page."""

_DOCTYPE: Final = re.compile(r"\s*(?:<\?[^>]*>\s*)?<!DOCTYPE[^>\[]{0,1000}\[")


@dataclass(slots=True)
class HtmlText:
    """What a page of HTML holds.

    :ivar text: the text as people read it.
    :ivar title: the content of ``title``.
    :ivar heading: the first ``h1``; "" if there is none.
    :ivar metas: (name, content) of each ``meta`` element, the names in lower case.
    :ivar scripts: the JSON of each script of type ``application/ld+json``.
    :ivar canonical: the address that the page gives itself.
    :ivar times: the values of ``datetime`` attributes in the text.
    """

    text: str = ""
    title: str = ""
    heading: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    canonical: str = ""
    times: list[str] = field(default_factory=list)


def read_html(source: str) -> HtmlText:
    """Return the text of a page, and what it says of itself."""
    parser = _Parser()
    head, tail = _parsable(source)
    parser.feed(head)
    parser.close()
    if tail:
        parser.handle_data(html.unescape(tail))
    return parser.result()


def html_to_text(source: str) -> str:
    """Return the text of a piece of HTML."""
    return read_html(source).text


def _parsable(source: str) -> tuple[str, str]:
    """Return the part of a page that the parser reads in linear time, and the text that follows.

    Behind the last ``>`` there is no tag, and behind the last ``-->`` no comment: the parser would
    look for their ends again and again.
    """
    doctype = _DOCTYPE.match(source)
    if doctype:  # entities that a page defines are not expanded, nor shown
        end = source.find("]", doctype.end())
        source = source[max(end + 1, doctype.end()) :].lstrip().removeprefix(">")
    comment = source.rfind("-->")
    start = source.find("<!--", comment + 1)
    if start >= 0:
        source = source[:start] + source[start:].replace("<!--", "")
    end = source.rfind(">") + 1
    return source[:end], source[end:]


class _Parser(HTMLParser):
    """Collects the pieces of text, each with its zone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found = HtmlText()
        self._pieces: list[str] = []
        self._zones: list[int] = []
        self._open: list[list[int | str]] = []
        self._open_tags: Counter[str] = Counter()
        self._depths = dict.fromkeys(("dropped", "around", *ZONES, "pre"), 0)
        self._in_title = False
        self._in_data = False
        self._heading_start = -1
        self._links: list[list[int]] = []
        self._sups = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        values = dict(attrs)
        if tag == "meta":
            self._meta(values)
        elif tag == "link" and (values.get("rel") or "").lower() == "canonical":
            self._found.canonical = self._found.canonical or (values.get("href") or "").strip()
        elif tag == "title" and not self._found.title and not self._depths["around"]:
            self._in_title = True
        elif tag == "script" and "ld+json" in (values.get("type") or "").lower():
            self._in_data = True
            self._found.scripts.append("")
        elif tag == "time" and values.get("datetime"):
            self._found.times.append(values["datetime"] or "")
        elif tag == "a":
            is_inner = (values.get("href") or "").startswith("#")
            self._links.append([len(self._pieces) if is_inner else -1, 0])
        elif tag == "sup":
            self._sups += 1
            if self._links:
                self._links[-1][1] = 1
        self._enter(tag, values)
        self._separate(tag)
        if tag == "h1" and not self._found.heading and not self._depths["dropped"]:
            self._heading_start = len(self._pieces)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins, and that ends if it can be empty."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note an element that ends."""
        if tag == "title":
            self._in_title = False
        elif tag == "script":
            self._in_data = False
        elif tag == "h1" and self._heading_start >= 0:
            self._found.heading = " ".join("".join(self._pieces[self._heading_start :]).split())
            self._heading_start = -1
        elif tag == "a":
            self._drop_mark()
        elif tag == "sup":
            self._sups = max(0, self._sups - 1)
        self._separate(tag)
        self._leave(tag)

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        if self._in_title:
            self._found.title += data
        elif self._in_data:
            self._found.scripts[-1] += data
        elif not self._depths["dropped"]:
            self._add(data if self._depths["pre"] else _with_single_blanks(data))

    def result(self) -> HtmlText:
        """Return what was found."""
        self._found.text = _tidy("".join(self._chosen_pieces()))
        self._found.title = " ".join(self._found.title.split())
        return self._found

    def _chosen_pieces(self) -> list[str]:
        """Return the pieces of the text of the page, without those around it."""
        pieces, zones = self._pieces, self._zones
        if len(set(zones)) == 1 and not zones[0] & _IN_AROUND:
            return pieces
        letters = [sum(map(len, _LETTERS.findall(piece))) for piece in pieces]

        def weight(mask: int) -> int:
            return sum(count for count, zone in zip(letters, zones, strict=True) if zone & mask)

        everything = sum(letters)
        inside = sum(
            count for count, zone in zip(letters, zones, strict=True) if not zone & _IN_AROUND
        )
        chosen = [index for index, zone in enumerate(zones) if not zone & _IN_AROUND]
        if inside < everything * _MIN_SHARE / 2:
            chosen = list(range(len(pieces)))
        else:
            for mask in (_IN_ARTICLE, _IN_MAIN):
                if weight(mask) >= inside * _MIN_SHARE and weight(mask):
                    chosen = [index for index in chosen if zones[index] & mask]
                    break
        return [pieces[index] for index in chosen]

    def _meta(self, values: dict[str, str | None]) -> None:
        name = values.get("property") or values.get("name") or values.get("itemprop") or ""
        content = (values.get("content") or "").strip()
        if name and content:
            self._found.metas.append((name.lower(), content))

    def _enter(self, tag: str, values: dict[str, str | None]) -> None:
        if tag in VOID:
            return
        if tag in DROPPED or ("hidden" in values and tag in ("div", "section", "span")):
            what = "dropped"
        elif tag in AROUND or values.get("role") == "navigation":
            what = "around"
        elif tag in ZONES or tag == "pre":
            what = tag
        elif self._open and self._open[-1][0] == tag:
            self._open[-1][2] = int(self._open[-1][2]) + 1
            return
        else:
            return
        self._open.append([tag, what, 1])
        self._open_tags[tag] += 1
        self._depths[what] += 1

    def _leave(self, tag: str) -> None:
        # An element that is not closed ends with the one around it.
        if not self._open_tags[tag]:
            return
        index = len(self._open) - 1
        while self._open[index][0] != tag:
            index -= 1
        entry = self._open[index]
        entry[2] = int(entry[2]) - 1
        if entry[2]:
            return
        for inner, what, _ in self._open[index:]:
            self._depths[str(what)] -= 1
            self._open_tags[str(inner)] -= 1
        del self._open[index:]

    def _separate(self, tag: str) -> None:
        if tag in BLANK_LINE:
            self._add("\n\n")
        elif tag in NEW_LINE:
            self._add("\n")
        elif tag in CELLS:
            self._add("\t")

    def _drop_mark(self) -> None:
        """Drop the link that ends here if it marks a footnote, or is the sign of an anchor."""
        if not self._links:
            return
        start, in_sup = self._links.pop()
        content = "".join(self._pieces[start:]) if start >= 0 else ""
        if not content or len(content) > _MAX_MARK_CHARS or not _MARK.fullmatch(content):
            return
        signs_only = not any(map(str.isalnum, content))
        if in_sup or self._sups or signs_only or content.strip().startswith(("[", "(")):
            del self._pieces[start:], self._zones[start:]

    def _add(self, piece: str) -> None:
        zone = 0
        if self._depths["around"]:
            zone |= _IN_AROUND
        if self._depths["article"]:
            zone |= _IN_ARTICLE
        if self._depths["main"]:
            zone |= _IN_MAIN
        if not self._depths["dropped"]:
            self._pieces.append(piece)
            self._zones.append(zone)


_LINE_BREAKS: Final = re.compile(r"\n[ \n\u00a0]*")
_LETTERS: Final = re.compile(r"[^\W_]+")
_IN_AROUND: Final = 1
_IN_ARTICLE: Final = 2
_IN_MAIN: Final = 4


def _tidy(text: str) -> str:
    """Return text without blanks at the ends of lines, and with at most one blank line in a row."""
    pieces = []
    end = 0
    # A pattern that begins with what stands before a line break is tried at every blank.
    for match in _LINE_BREAKS.finditer(text):
        pieces.append(text[end : match.start()].rstrip(" \t\u00a0"))
        pieces.append("\n" if match[0].count("\n") == 1 else "\n\n")
        end = match.end()
    text = "".join((*pieces, text[end:]))
    if "\t" in text:
        text = re.sub(r"[ \t]*\t[ \t]*", "\t", text)
        text = re.sub(r"(?<=\n)\t+", "", text)
    if "  " in text:
        text = re.sub(r"  +", " ", text)
    return text.strip(" \t\n")


def _with_single_blanks(text: str) -> str:
    """Return text with one blank for each run of white space of HTML."""
    if any(space in text for space in ("\n", "\t", "  ", "\r", "\f")):
        return re.sub(r"[ \t\r\n\f]+", " ", text)
    return text
