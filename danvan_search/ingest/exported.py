"""Lines that are articles as they are: those of ``dvsearch export``.

Such a line has exactly the fields of the JSON of an article, of the right types. Nothing of it is
mended or guessed, so an article is read back as it was.
"""

from collections.abc import Mapping
from typing import Any, Final

from danvan_search.article import Article
from danvan_search.errors import ArticleError
from danvan_search.ingest.reader import Document

_FIELDS: Final = frozenset(Article.__slots__)


def exported_document(values: Mapping[str, Any], place: str) -> Document | None:
    """Return the document of a line that is an article as it is; None if it is another record.

    :param place: where it stands in the file.
    """
    if values.keys() != _FIELDS:
        return None
    try:
        article = Article.from_json(values)
    except (ArticleError, TypeError, ValueError):
        return None
    return Document(article.body, article.title, place=place, article=article)
