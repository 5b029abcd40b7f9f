"""Why an article has its place: the explanation of the library, in the language of the page."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from danvan_search import Explanation, ScorePart, TermDetails
from danvan_search.web.answers import NotFoundError, entity_tag, has, not_modified, tagged
from danvan_search.web.asked import Asked, asked_id
from danvan_search.web.site import Site
from danvan_search.web.templates import address, render
from danvan_search.web.texts import Language


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of a score as the page shows it.

    :ivar value: what it adds, written in the language of the page.
    :ivar text: what adds it.
    :ivar counts: how often a term occurs; empty for other parts.
    :ivar figures: what its value is computed from; empty for other parts.
    :ivar parts: what it is the sum of.
    """

    value: str
    text: str
    counts: str
    figures: str
    parts: tuple["ShownPart", ...]


def why_page(site: Site, request: Request) -> Response:
    """Answer with the explanation of the place of an article in the results of a search."""
    asked = Asked.of(request)
    article_id = asked_id(request)
    tag = entity_tag(site.index, request, asked.language.code)
    if has(request, tag):
        return not_modified(tag)
    explained = site.explain(asked.query, article_id, **asked.options)
    article = site.index.get(article_id)
    if article is None:
        raise NotFoundError(f"there is no article with the id {article_id!r}")
    t, base = asked.language, {**asked.base, "id": article_id}
    values = {
        "t": t,
        "base": base,
        "title": article.title or article_id,
        "article": address("article", base),
        "back": asked.address(page=asked.given.get("page")),
        "what": t(_what(explained)),
        "missing": [t(f"missing_{one.reason}", part=one.part) for one in explained.missing],
        "order": "" if explained.sort == "score" else t(f"sort_{explained.sort}"),
        "tier": t(f"tier_{explained.tier}") if explained.tier else "",
        "score": t.decimal(explained.value),
        "parts": [_shown(t, part) for part in explained.children],
    }
    return tagged(HTMLResponse(render("why.html", values)), tag, vary="Accept-Language")


def _what(explained: Explanation) -> str:
    """Return the key of the sentence that says whether it matches."""
    if not explained.is_found:
        return "why_none"
    if explained.is_rest:
        return "why_rest"
    return "why_relaxed" if explained.relaxed else "why_matches"


def _shown(t: Language, part: ScorePart) -> ShownPart:
    counts = figures = ""
    text = part.what if part.code == "query" else ""
    if part.term is not None:
        text = _term(t, part.term)
        tf, df = part.term.tf, part.term.df
        shown = t.decimal(tf, 0 if tf.is_integer() else 1)  # in details an occurrence is a half
        counts = t("term_counts", tf=shown, df=t.number(df))
        figures = t("term_figures", **_figures(t, part.term))
    return ShownPart(
        t.decimal(part.value),
        text or t(f"part_{part.code}"),
        counts,
        figures,
        tuple([_shown(t, one) for one in part.children]),
    )


def _term(t: Language, term: TermDetails) -> str:
    """Return what a term is, and where it is looked for."""
    parts = [t(f"term_{term.kind}", form=term.form)]
    if term.exact and term.kind != "accented":
        parts.append(t("term_exact"))
    if term.field is not None:
        parts.append(t(f"field_{term.field}"))
    if term.place == "title":
        parts.append(t("term_title"))
    return ", ".join(parts)


def _figures(t: Language, term: TermDetails) -> dict[str, Any]:
    names = ("idf", "norm", "weight")
    return {name: t.decimal(getattr(term, name), 3) for name in names}
