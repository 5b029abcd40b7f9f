"""Articles on a cluster of OpenSearch. It needs ``pip install 'danvan-search[opensearch]'``.

::

    from opensearchpy import OpenSearch
    from danvan_search import Index
    from danvan_search.opensearch import OpenSearchStore

    store = OpenSearchStore(OpenSearch("https://host:9200"), "articles")
    index = Index.on(store, create=True)

The modules, each importing those before it::

    mapping    the fields and settings of the index
    cluster    calls of the client, with our errors
    documents  articles as documents, and back
    syllables  queries for syllables, alone and side by side
    filters    the nodes of a query tree as filters
    counts     how many articles pass filters
    scoring    the nodes as clauses with scores
    plan       the pages of one query
    pages      what the hits of a page show
    searching  one search, from the string to results
    bulk       changes in chunks, tried again
    writer     the writer of a cluster
    alias      the index behind an alias
    store      the store
    address    the store of an address, for the command
"""

from danvan_search.opensearch.store import OpenSearchStore

__all__ = ["OpenSearchStore"]
