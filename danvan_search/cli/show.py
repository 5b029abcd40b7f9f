"""`dvsearch show`: one whole article."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import click
from rich.text import Text

from danvan_search import Article, Index, MarkedArticle, SearchOptions
from danvan_search.cli.options import (
    color_option,
    options_of,
    output_options,
    reading_index_option,
)
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, marked_lines, page_through, visible

_TITLE_STYLE: Final = "bold"
_FAINT_STYLE: Final = "dim"


@click.command("show")
@click.argument("article_id", metavar="ID")
@click.option("--query", "query", metavar="QUERY", help="Mark what a query matches.")
@reading_index_option
@options_of(SearchOptions, "accents")
@output_options
@color_option
def show_command(
    article_id: str,
    query: str | None,
    index_path: Path,
    accents: Literal["auto", "exact", "ignore", "restore"],
    output: str | None,
    color: Color,
) -> int:
    """Show a whole article: title, facts, text and details.

    `dvsearch query` shows the source of each article, or its id; --json has both. On a terminal the
    article is shown page by page.

    \b
    Examples:
      dvsearch show seeds/000_010290c72eb7b5ac.txt
      dvsearch show seeds/000_010290c72eb7b5ac.txt --query "dân vận"
    """
    with Index.open(index_path) as index:
        if query is None:
            article = index.get(article_id)
            found = None if article is None else MarkedArticle(article, (), (), ())
        else:
            found = index.highlight(article_id, query, accents=accents)
    if found is None:
        click.echo(visible(f"no article has the id {article_id}"), err=True)
        return 1
    if output:
        document = found.article.to_json() if query is None else found.to_json()
        emit(output, document, [document], list(document))
    else:
        page_through(console(color, sys.stdout), _lines(found))
    return 0


def _lines(found: MarkedArticle) -> Iterator[Text]:
    article = found.article
    if article.title:
        yield marked_lines(article.title, found.title_spans, _TITLE_STYLE)
    else:
        yield Text("(no title)")
    yield Text(visible(" · ".join(_facts(article))), style=_FAINT_STYLE)
    for name, value in article.extra.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield Text(visible(f"{name}: {shown}"), style=_FAINT_STYLE)
    if article.body:
        yield Text()
        yield marked_lines(article.body, found.body_spans)
    if article.details:
        yield Text()
        yield marked_lines(article.details, found.details_spans)


def _facts(article: Article) -> Iterator[str]:
    if article.date:
        yield article.date.isoformat()
    if article.category:
        yield article.category
    if article.source and article.source != article.id:
        yield article.source
    yield article.id
