"""Results as plain JSON values."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from danvan_search.errors import OptionError
from danvan_search.search.highlight.html import utf16_spans

if TYPE_CHECKING:
    from danvan_search.article import Article
    from danvan_search.search.results import Hit, Results

_OF_HIT: Final = ("id", "title", "category", "source")
"""The fields of an article that its hit has as they are."""
_OF_ARTICLE: Final = ("body", "details", "extra")


def results_json(results: "Results", fields: Iterable[str], *, utf16: bool) -> dict[str, Any]:
    """Return results as plain JSON values.

    :param fields: the fields of the articles to add to the hits; see :func:`checked_fields`.
    :param utf16: whether spans count UTF-16 code units.
    """
    names = checked_fields(fields)
    return {
        "query": results.query,
        "total": results.total,
        "page": results.page,
        "limit": results.limit,
        "generation": results.generation,
        "relaxed": results.relaxed,
        "total_any": results.total_any,
        "relaxed_from": results.relaxed_from,
        "read_as": results.read_as,
        "notes": [note.to_json() for note in results.notes],
        "replaced_by": results.replaced_by,
        "suggestions": [one.to_json() for one in results.suggestions],
        "facets": {name: dict(counts) for name, counts in results.facets.items()},
        "took_ms": round(results.took_ms, 3),
        "hits": [hit_json(hit, names, utf16=utf16) for hit in results],
    }


def hit_json(hit: "Hit", fields: tuple[str, ...], *, utf16: bool) -> dict[str, Any]:
    """Return a hit as plain JSON values.

    :param fields: the fields of the article to add.
    :param utf16: whether spans count UTF-16 code units.
    """
    spans = utf16_spans(hit.title, hit.title_spans) if utf16 else hit.title_spans
    details = hit.details_snippet
    values: dict[str, Any] = {
        "id": hit.id,
        "score": round(hit.score, 6),
        "exact": hit.exact,
        "title": hit.title,
        "title_spans": [list(span) for span in spans],
        "date": hit.date.isoformat() if hit.date else None,
        "category": hit.category,
        "source": hit.source,
        "snippet": hit.snippet.to_json(utf16=utf16),
        "details_snippet": details.to_json(utf16=utf16) if details else None,
        "section": hit.section,
        "page": hit.page,
    }
    if hit.has_several_snippets:
        values["snippets"] = [one.to_json(utf16=utf16) for one in hit.snippets]
    if hit.copies is not None:
        values["copies"] = hit.copies
    if hit.by_meaning:
        values["by_meaning"] = True
    if fields:
        values["article"] = {name: _field(hit, name) for name in fields}
    return values


def checked_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the names of fields of articles, each once.

    :param fields: ``id``, ``title``, ``body``, ``date``, ``category``, ``source``, ``details``,
        ``extra``, or a key of the extra values; or a string of such names with commas between.
    :raises OptionError: a name is no string.
    """
    if isinstance(fields, str):
        fields = filter(None, [name.strip() for name in fields.split(",")])
    if not isinstance(fields, Iterable):
        raise OptionError(f"fields is {fields!r}: give names of fields")
    names = tuple(dict.fromkeys(fields))
    for name in names:
        if not isinstance(name, str):
            raise OptionError(f"fields holds {name!r}: give names of fields")
    return names


def _field(hit: "Hit", name: str) -> Any:  # noqa: ANN401 - any JSON value
    if name in _OF_HIT:
        return getattr(hit, name)
    if name == "date":
        return hit.date.isoformat() if hit.date else None
    article: Article = hit.article
    if name in _OF_ARTICLE:
        value = getattr(article, name)
        return dict(value) if name == "extra" else value
    return article.extra.get(name)
