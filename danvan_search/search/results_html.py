"""Results as a small HTML table, for notebooks."""

from typing import TYPE_CHECKING

from danvan_search.search.highlight.html import escaped

if TYPE_CHECKING:
    from danvan_search.search.results import Hit, Results


def results_html(results: "Results") -> str:
    """Return a table of the hits of a page, under a caption; everything in it is escaped."""
    first = (results.page - 1) * results.limit + 1
    rows = [_row(rank, hit) for rank, hit in enumerate(results, first)]
    head = "".join([f"<th>{name}</th>" for name in ("", "title", "date", "category", "text")])
    caption = f"{escaped(results.query)}: {results.total:,} found, page {results.page:,}"
    return (
        f"<table><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(rank: int, hit: "Hit") -> str:
    cells = (
        f"{rank:,}",
        hit.title_html or escaped(hit.id),
        hit.date.isoformat() if hit.date else "",
        escaped(hit.category or ""),
        hit.snippet.to_html(),
    )
    return f"<tr>{''.join([f'<td>{cell}</td>' for cell in cells])}</tr>"
