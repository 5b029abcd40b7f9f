"""The page of an article: the whole text, with every match marked, open at the passage."""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from danvan_search import Article, MarkedArticle, marked_html
from danvan_search.places import PAGES, SECTIONS, page_at
from danvan_search.web.answers import entity_tag, has, not_modified, tagged
from danvan_search.web.asked import Asked, asked_id
from danvan_search.web.originals import find_original
from danvan_search.web.site import Site, marked_article
from danvan_search.web.templates import address, html, render

_PASSAGE: Final = '<span id="passage"></span>'


def article_page(site: Site, request: Request) -> Response:
    """Answer with the page of an article."""
    asked = Asked.of(request)
    article_id = asked_id(request)
    tag = entity_tag(site.index, request, asked.language.code)
    if has(request, tag):
        return not_modified(tag)
    marked = marked_article(site, article_id, asked.query, asked.values)
    number = _number(marked, request.query_params.get("at", ""))
    article = marked.article
    values = {
        "t": asked.language,
        "asked": asked,
        "base": {**asked.base, "id": article.id},
        "title": article.title or article.id,
        "article": article,
        "title_html": html(marked.title_html),
        "body_html": html(_body(marked, number)),
        "details_html": html(marked.details_html),
        "count": sum(map(len, (marked.title_spans, marked.body_spans, marked.details_spans))),
        "extra": _extra(article),
        "original": _original(site, marked, number),
        "citation": _citation(asked, article),
        "back": asked.address(page=asked.given.get("page")),
    }
    answer = HTMLResponse(render("article.html", values))
    return tagged(answer, tag, vary="Accept-Language")


def _number(marked: MarkedArticle, at: str) -> int:
    """Return the match in the body to which the page opens, from 0.

    :param at: where it is: an offset in characters. Else it is the first one.
    """
    wanted = int(at) if at.isascii() and at.isdecimal() and len(at) < 10 else 0
    return next((n for n, (_, end) in enumerate(marked.body_spans) if end > wanted), 0)


def _body(marked: MarkedArticle, number: int) -> str:
    """Return the body as HTML, with an anchor before a match."""
    body, spans = marked.article.body, marked.body_spans
    if not spans:
        return marked_html(body, ())
    cut = spans[number][0]
    after = [(start - cut, end - cut) for start, end in spans[number:]]
    return marked_html(body[:cut], spans[:number]) + _PASSAGE + marked_html(body[cut:], after)


def _extra(article: Article) -> list[tuple[str, str]]:
    """Return the other values of an article that people can read."""
    shown = []
    for name, value in article.extra.items():
        if name in (SECTIONS, PAGES):  # offsets, which tell people nothing
            continue
        parts = value if isinstance(value, list) else [value]
        if value not in (None, "", []) and all(isinstance(one, str | int | float) for one in parts):
            shown.append((name, ", ".join(map(str, parts))))
    return shown


def _original(site: Site, marked: MarkedArticle, number: int) -> str:
    """Return the address of the original; an empty string if none can be opened.

    A file with pages opens at that of a match, where the browser can do that.
    """
    article = marked.article
    if is_web_address(article.source or ""):
        return article.source or ""
    if find_original(article, site.settings.originals) is None:
        return ""
    page = page_at(article.extra, marked.body_spans[number][0]) if marked.body_spans else None
    return address("original", {"id": article.id}, f"page={page}" if page else "")


def is_web_address(text: str) -> bool:
    """Return whether a source is an address of the web, and no script or the like."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _citation(asked: Asked, article: Article) -> str:
    parts: list[Any] = [article.title, article.source or article.id]
    if article.date:
        parts.append(asked.language.day(article.date))
    return ". ".join(filter(None, parts)) + "."
