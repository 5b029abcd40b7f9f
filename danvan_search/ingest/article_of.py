"""A document of a file to an article: its id, source and category, and its values in ``extra``."""

from danvan_search.article import CATEGORY_SEPARATOR, Article
from danvan_search.ingest.details import details_of
from danvan_search.ingest.reader import Document, Source


def article_of(document: Document, source: Source) -> Article:
    """Return the article of a document.

    The id is that of the document, or else the name of its file, with ``#part`` in a file of
    several documents. ``extra`` gets what the document says of itself.

    :raises ArticleError: a value of the document is impossible.
    """
    if document.article is not None:
        return document.article
    extra = document.metadata
    own_id = document.id
    if not own_id:
        extra = dict(extra)
        own_id = f"{source.name}#{document.part}" if document.part else source.name
        if document.url:
            extra["url"] = document.url
        if not document.part and source.file_name:
            extra["file_name"] = source.file_name
    return Article(
        own_id,
        document.title,
        document.text,
        document.date,
        CATEGORY_SEPARATOR.join(document.categories) or None,
        document.url or (source.name if source.file_name else None),
        extra,
        details_of(extra) if document.details is None else document.details,
    )
