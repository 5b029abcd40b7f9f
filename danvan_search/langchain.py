"""A retriever for LangChain. It needs the extra: ``pip install 'danvan-search[langchain]'``.

::

    from danvan_search import Index
    from danvan_search.langchain import DanvanRetriever

    retriever = DanvanRetriever(index=Index.open("indexes/default"), k=4)
    documents = retriever.invoke("an toàn giao thông")
"""

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from danvan_search import Hit, Index


class DanvanRetriever(BaseRetriever):
    """Retrieves the articles that a search of an index finds, best first.

    Page content is the body, or with ``passages`` the snippets. Metadata: ``title``, ``date`` (ISO
    8601), ``category``, ``source``, ``score``, ``exact``; None for what an article does not have.
    Errors are those of :meth:`danvan_search.Index.search`.

    :ivar index: the index; the caller closes it. Threads may share it, so ``ainvoke`` and ``batch``
        search in threads.
    :ivar k: the maximum number of documents.
    :ivar passages: how many snippets of each article are its page content, with an empty line
        between; 0 for the whole body.
    :ivar passage_chars: the maximum length of one of them, in characters.
    :ivar options: other options of a search, such as ``match``, ``category`` and ``since``.
        ``invoke`` takes them as keyword arguments, too, and ``k``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = Field(default=4, ge=1)
    passages: int = Field(default=0, ge=0)
    passage_chars: int = Field(default=1_000, ge=1)
    options: Mapping[str, Any] = Field(default_factory=dict)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
        k: int | None = None,
        **options: Any,  # noqa: ANN401
    ) -> list[Document]:
        shown = {"snippets": self.passages, "snippet_chars": self.passage_chars}
        shown = shown if self.passages else {"snippet_chars": 0}
        limit = self.k if k is None else k
        found = self.index.search(query, **{"limit": limit, **shown, **self.options, **options})
        return [self._document(hit) for hit in found]

    def _document(self, hit: Hit) -> Document:
        passages = [snippet.text for snippet in hit.snippets] if self.passages else []
        return Document(
            id=hit.id,
            page_content="\n\n".join(passages) if self.passages else hit.article.body,
            metadata={
                "title": hit.title,
                "date": hit.date.isoformat() if hit.date else None,
                "category": hit.category,
                "source": hit.source,
                "score": hit.score,
                "exact": hit.exact,
            },
        )
