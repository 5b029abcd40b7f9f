"""The elements of HTML, by what they are to the reader of a page."""

from typing import Final

DROPPED: Final = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "select",
        "button",
        "textarea",
        "title",
        "head",
        "audio",
        "video",
        "map",
        "datalist",
    ]
)
"""Elements whose content nobody reads."""

AROUND: Final = frozenset(["nav", "aside", "footer", "dialog", "menu"])
"""Elements that stand around the text of a page."""

ZONES: Final = ("article", "main")
"""Elements that hold the text of a page."""

BLANK_LINE: Final = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "dl",
        "blockquote",
        "pre",
        "figure",
        "section",
        "article",
        "main",
    ]
)
"""Elements with a blank line before and after them."""

NEW_LINE: Final = frozenset(
    [
        "div",
        "li",
        "tr",
        "br",
        "hr",
        "dt",
        "dd",
        "figcaption",
        "caption",
        "header",
        "footer",
        "form",
        "fieldset",
        "legend",
        "address",
        "details",
        "summary",
        "center",
        "body",
        "nav",
        "aside",
        "option",
        "tbody",
        "thead",
    ]
)
"""Elements that start and end a line."""

CELLS: Final = frozenset(("td", "th"))
"""Elements with a tab before and after them."""

VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "param",
        "keygen",
    ]
)
"""Elements that are always empty."""
