"""Queries for words need articles that were segmented into words."""

from danvan_search.errors import IndexDamagedError, QueryError, StoreError
from danvan_search.index import Snapshot
from danvan_search.query import Query
from danvan_search.query.parser import WORD


def check_words(query: Query, snapshot: Snapshot) -> None:
    """Check that the index can tell words, if a query asks for any.

    :raises QueryError: articles were indexed without words; it points at the first ``word:``.
    :raises IndexDamagedError: what tells words is not what was written.
    """
    words = [phrase for phrase in query.phrases if phrase.word]
    if not words:
        return
    try:
        snapshot.check_words()
    except IndexDamagedError:
        raise
    except StoreError as error:
        before = query.text.rfind(WORD, 0, words[0].syllables[0].start)
        raise QueryError(str(error), query.text, before) from error
