"""The writer of a cluster: it writes article by article, and a failed call keeps what was written.

A change replaces the state of a document that the writer has seen, and no other: so two writers
never undo each other's changes. To resume after an error, the same call is made again: what is
written already is unchanged then.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Self

from opensearchpy.exceptions import OpenSearchException
from opensearchpy.helpers import scan
from opensearchpy.helpers.errors import ScanError

from danvan_search.article import Article
from danvan_search.errors import ConflictError, PartialWriteError, StoreUnavailableError
from danvan_search.index.writing.text_analysis import Analysis, AnalyzedBatch
from danvan_search.opensearch.bulk import Bulk, Change, Outcome, Place, refresh_index
from danvan_search.opensearch.cluster import call, raise_ours
from danvan_search.opensearch.documents import documents_of, known_of
from danvan_search.opensearch.mapping import key_of
from danvan_search.store import IndexedArticle

_BATCH_CHARS: Final = 1 << 20
"""Articles are analysed and sent together up to this many characters."""
_BATCH_ARTICLES: Final = 1000
_SCANNED: Final = 2000
"""The articles that one request of a scan brings."""
_MAX_NAMED: Final = 3
_KNOWN: Final = ("id", "hash", "origin", "root")

Refresh = bool | str

_Pending = tuple[Article, IndexedArticle]
_Started = tuple[list[_Pending], list[str], Callable[[], AnalyzedBatch]]


class ClusterWriter:
    """Writes to one index of a cluster; a context manager, whose end writes the rest.

    :param client: the client.
    :param index: the name of the index.
    :param bulk: sends changes to it.
    :param analysis: analyses texts.
    :param refresh: when changes are visible: True at the end, ``wait_for`` with the next refresh
        of the cluster, for which the end waits, False some time later.
    :param is_new: whether the index is new, and nobody else writes to it.
    :param is_dry: whether nothing is written at all.
    """

    lookahead: Final = 256

    def __init__(
        self,
        client: Any,  # noqa: ANN401
        index: str,
        bulk: Bulk,
        analysis: Analysis,
        *,
        refresh: Refresh,
        is_new: bool = False,
        is_dry: bool = False,
    ) -> None:
        self._client = client
        self._index = index
        self._bulk = bulk
        self._analysis = analysis
        self._refresh = refresh
        self._is_new = is_new
        self._is_dry = is_dry
        self._is_scanned = is_new
        self._places: dict[str, Place] = {}
        self._found: dict[str, IndexedArticle | None] = {}
        self._own: set[str] = set()
        self._puts: dict[str, _Pending] = {}
        self._removals: dict[str, None] = {}
        self._chars = 0
        self._started: deque[_Started] = deque()
        self._outcome = Outcome()
        self._batches = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._commit()
        finally:
            self._analysis.close()

    # -------------------------------------------------------------------- the store's articles

    def expect(self, article_ids: Sequence[str]) -> None:
        """Look for articles that are asked for next, in one request."""
        wanted = [one for one in article_ids if one not in self._found]
        if wanted and not self._is_scanned:
            self._found |= self._read(wanted)

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return the metadata of a stored article; None if this writer replaced or removed it."""
        if article_id in self._own or article_id in self._removals:
            return None
        if article_id not in self._found:
            self.expect([article_id])
        return self._found.get(article_id)

    def known(self) -> Iterator[IndexedArticle]:
        """Yield the metadata of all stored articles that this writer has not removed."""
        if not self._is_new:
            refresh_index(self._client, self._index)
            for hit in scanned(self._client, self._index, seq_no_primary_term=True):
                known = known_of(hit["fields"])
                self._places[known.id] = Place(hit["_seq_no"], hit["_primary_term"])
                self._found[known.id] = known
        self._is_scanned = True
        for found in list(self._found.values()):
            if found is not None and found.id not in self._removals:
                yield found

    def _read(self, article_ids: Sequence[str]) -> dict[str, IndexedArticle | None]:
        """Return the metadata of articles as they are now; None for those that are not there."""
        found: dict[str, IndexedArticle | None] = {}
        for at in range(0, len(article_ids), _SCANNED):
            part = article_ids[at : at + _SCANNED]
            answer = call(
                self._client.mget,
                index=self._index,
                body={"ids": list(map(key_of, part))},
                _source_includes=",".join(_KNOWN),
            )
            for article_id, document in zip(part, answer["docs"], strict=True):
                found[article_id] = None
                self._places.pop(article_id, None)
                if document.get("found"):
                    source = document["_source"]
                    found[article_id] = known_of({name: [source[name]] for name in _KNOWN})
                    place = Place(document["_seq_no"], document["_primary_term"])
                    self._places[article_id] = place
        return found

    # --------------------------------------------------------------------------------- changes

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one with the same id; return whether there was one."""
        existed = article.id in self._own or self.find(article.id) is not None
        self._own.add(article.id)
        if self._is_dry:
            return existed
        known = IndexedArticle(article.id, article.content_hash(), origin, root)
        if article.id in self._puts:
            self._chars -= _size(self._puts.pop(article.id)[0])
        self._removals.pop(article.id, None)
        self._puts[article.id] = article, known
        self._chars += _size(article)
        if self._chars >= _BATCH_CHARS or len(self._puts) >= _BATCH_ARTICLES:
            self._start()
        return existed

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one with that id."""
        if article_id in self._removals:
            return False
        if article_id not in self._own and self.find(article_id) is None:
            return False
        self._own.discard(article_id)
        pending = self._puts.pop(article_id, None)
        if pending is not None:
            self._chars -= _size(pending[0])
        if self._found.get(article_id) is not None and not self._is_dry:
            self._removals[article_id] = None
        self._found[article_id] = None
        return True

    def discard(self) -> None:
        """Drop the changes that were not sent; those that were stay."""
        self._puts.clear()
        self._removals.clear()
        self._started.clear()
        self._chars = 0

    def _start(self) -> None:
        """Start the analysis of what waits, and send what is ready."""
        puts, removals = list(self._puts.values()), list(self._removals)
        self._puts, self._removals, self._chars = {}, {}, 0
        articles = [article for article, _ in puts]
        texts = tuple([getattr(one, name) for one in articles] for name in _TEXTS)
        collect = self._analysis.start((texts[0], texts[1], texts[2]))
        for article, known in puts:
            self._found[article.id] = known
        self._started.append((puts, removals, collect))
        while len(self._started) > self._analysis.ahead:
            self._send()

    def _send(self, waits: bool = False) -> bool:
        """Send the oldest batch whose analysis was started.

        :param waits: wait until it is visible, if it is one request.
        :return: whether that was waited for.
        """
        puts, removals, collect = self._started.popleft()
        changes = [self._change(one, None) for one in removals]
        documents = documents_of(puts, collect(), self._analysis.form_table)
        changes += [
            self._change(article.id, document)
            for (article, _), document in zip(puts, documents, strict=True)
        ]
        self._batches += 1
        outcome = Outcome()
        try:
            return self._bulk.send(changes, outcome, waits=waits)
        finally:
            self._outcome.failures |= outcome.failures
            self._outcome.conflicts += outcome.conflicts
            for one in removals:
                self._places.pop(one, None)
            self._places |= outcome.places

    def _change(self, article_id: str, document: Mapping[str, Any] | None) -> Change:
        before = None if self._is_new else self._places.get(article_id)
        return Change(article_id, key_of(article_id), document, before, not self._is_new)

    def _commit(self) -> None:
        """Send all that waits, make it visible, and raise what went wrong.

        :raises PartialWriteError: the cluster refused some articles.
        :raises ConflictError: another writer changed some of the same articles.
        """
        if self._is_dry:
            return
        if self._puts or self._removals:
            self._start()
        waited = False
        while self._started:
            is_only = not self._batches and len(self._started) == 1
            waited = self._send(is_only and self._refresh == "wait_for")
        if self._batches and self._refresh and not waited:
            refresh_index(self._client, self._index)
        self._raise_failures()

    def _raise_failures(self) -> None:
        outcome = self._outcome
        conflicts = self._true_conflicts(outcome.conflicts)
        if outcome.failures:
            failures = {**outcome.failures, **dict.fromkeys(conflicts, "another writer changed it")}
            shown = [f"{one!r} ({why})" for one, why in list(failures.items())[:_MAX_NAMED]]
            raise PartialWriteError(
                f"the cluster refused {len(failures):,} articles, and has the others: "
                f"{_listed(shown, len(failures))}",
                failures,
            )
        if conflicts:
            shown = [repr(one) for one in conflicts[:_MAX_NAMED]]
            raise ConflictError(
                f"another writer changed {len(conflicts):,} articles at the same time: "
                f"{_listed(shown, len(conflicts))}; its changes stay: try again",
                conflicts,
            )

    def _true_conflicts(self, conflicts: Sequence[Change]) -> list[str]:
        """Return the ids of the articles that are not as this writer wanted them.

        A try may have succeeded although its answer was lost; the next one is a conflict then.
        """
        if not conflicts:
            return []
        found = self._read([change.id for change in conflicts])
        return [
            change.id for change in conflicts if not _is_done(change.document, found[change.id])
        ]


_TEXTS: Final = ("title", "body", "details")


def scanned(client: Any, index: str, **more: object) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield all documents of an index with the doc values that a synchronisation compares.

    :param more: further parts of the body of the search.
    """
    body = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": list(_KNOWN), **more}
    try:
        yield from scan(
            client,
            query=body,
            index=index,
            size=_SCANNED,
            preserve_order="sort" in more,
            allow_partial_search_results="false",
        )
    except ScanError as error:
        raise StoreUnavailableError(
            "a shard of the cluster did not answer while all articles were listed: try again"
        ) from error
    except OpenSearchException as error:
        raise_ours(error)


def _is_done(document: Mapping[str, Any] | None, now: IndexedArticle | None) -> bool:
    if document is None or now is None:
        return document is None and now is None
    return now == known_of({name: [document[name]] for name in _KNOWN})


def _size(article: Article) -> int:
    return len(article.title) + len(article.body) + len(article.details)


def _listed(shown: Sequence[str], count: int) -> str:
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
