"""The public API: the class ``Index``."""

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

from danvan_search.arguments import (
    checked_articles,
    checked_callback,
    checked_file,
    checked_flag,
    checked_id,
    checked_ids,
    checked_path,
    checked_queries,
    checked_wait,
)
from danvan_search.article import Article
from danvan_search.embedder import MAX_PASSAGES, Embedder, checked_embedder
from danvan_search.errors import DanvanError, IndexExistsError
from danvan_search.folder_store import FolderStore
from danvan_search.index import (
    IndexWriter,
    await_index,
    build,
    check_index,
    create,
    is_index,
    put_back,
)
from danvan_search.options import takes
from danvan_search.query import Node, Query
from danvan_search.query.accents import Accents
from danvan_search.reports import (
    BackupReport,
    Changes,
    EmbedReport,
    Progress,
    RepairReport,
    Stats,
    SyncReport,
    Verification,
)
from danvan_search.rescue.check import verify_index
from danvan_search.search import Results, SearchOptions, articles, search
from danvan_search.search.explaining import explain, explain_many
from danvan_search.search.explanation import Explanation
from danvan_search.search.marked_article import MarkedArticle, mark_article
from danvan_search.search.options import check_int
from danvan_search.search.suggesting import completions, suggest, with_accents
from danvan_search.search.word_list import Word, find_words
from danvan_search.store_index import StoreIndex
from danvan_search.stores import Store
from danvan_search.study import Concordance, ConcordanceOptions, Term
from danvan_search.study.options import ConcordanceMatch
from danvan_search.study.similar import similar
from danvan_search.study.terms import Measure, collocations, keywords, significant_terms
from danvan_search.suggest import Completion, Suggestion
from danvan_search.sync import sync_paths
from danvan_search.sync_options import BuildOptions, SyncOptions, WriteOptions
from danvan_search.upsert import upsert


class Index:
    """An index of articles in a folder; open it with :meth:`open` or :meth:`create`.

    Threads may share it. Each search sees the newest commit of any process, and its results never
    change afterwards. A context manager, which closes the files at its end.

    Only one writer, in any process, can be at work at a time. A method that changes the index
    waits for another writer, up to the ``wait`` seconds that were given when the index was opened,
    and then raises :class:`IndexLockedError`.
    """

    def __init__(self, path: str | os.PathLike[str], *, wait: float = 0.0) -> None:
        self._path = checked_path(path)
        self._wait = checked_wait(wait)
        await_index(self._path, self._wait)
        check_index(self._path)
        self._store = FolderStore(self._path, wait=self._wait)
        self._live = self._store.live
        self._current = self._store.current

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, wait: float = 0.0) -> Self:
        """Create an empty index in a new or empty folder, and open it.

        :param wait: how long to wait for another writer, in seconds; see :meth:`open`.
        :raises IndexExistsError: the folder holds an index or other files.
        :raises IndexLockedError: another process is building an index there.
        :raises IndexStorageError: the folder cannot be created or written.
        """
        checked_wait(wait)
        create(checked_path(path), wait=wait)
        return cls(path, wait=wait)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = False, wait: float = 0.0) -> Self:
        """Open the index in a folder.

        :param create: create an empty index if there is none.
        :param wait: how long methods that change the index wait for another writer, in seconds;
            ``math.inf`` means without limit. Reading never waits; opening does if there is no
            index yet and another process is building it.
        :raises OptionError: ``wait`` is not a number of seconds.
        :raises IndexLockedError: after the wait the index was still being built.
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it has another format, or the folder is not an index.
        :raises IndexDamagedError: its content is not what was written.
        :raises IndexStorageError: it cannot be read.
        """
        place = checked_path(path)
        checked_flag("create", create)
        put_back(place)
        if create and not is_index(place):
            try:
                return cls.create(place, wait=wait)
            except IndexExistsError:
                if not is_index(place):  # otherwise another process created it meanwhile
                    raise
        return cls(place, wait=wait)

    @classmethod
    def on(cls, store: Store, *, create: bool = False) -> StoreIndex:
        """Return the articles of a store, such as a cluster, as an object like this one.

        :param store: for example :class:`danvan_search.opensearch.OpenSearchStore`.
        :param create: create an empty index in the store if there is none.
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it was made by another version, and is to be rebuilt.
        :raises StoreUnavailableError: the store does not answer.
        """
        return StoreIndex(store, create=checked_flag("create", create))

    @classmethod
    @takes(BuildOptions)
    def build(
        cls,
        path: str | os.PathLike[str],
        paths: Sequence[str | os.PathLike[str]],
        options: BuildOptions,
    ) -> SyncReport:
        """Index folders and files into a new index, which replaces the index at the path, if any.

        An index at the path is replaced with all of its articles: those from other folders, from
        standard input and from :meth:`add` are lost. To update an index, use :meth:`sync`. The new
        index appears when it is finished; until then, and if the call fails, nothing changes. This
        also replaces an index of another format.

        :param path: the folder of the index.
        :param paths: see :meth:`sync`. The keyword arguments are the fields of
            :class:`~danvan_search.sync_options.BuildOptions`.
        :raises IndexExistsError: the folder holds files that are not an index.
        :raises ArticleError: there is nothing to index.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """

        def fill(fresh: Path) -> SyncReport:
            with IndexWriter(fresh, words=options.words, jobs=options.jobs) as writer:
                return sync_paths(writer, paths, options)

        wait = checked_wait(options.wait)
        return build(checked_path(path), fill, dry_run=options.dry_run, wait=wait)

    @classmethod
    def repair(
        cls,
        path: str | os.PathLike[str],
        *,
        dry_run: bool = False,
        wait: float = 0.0,
        progress: Progress | None = None,
    ) -> RepairReport:
        """Replace a damaged or outdated index by one of its intact articles, and report losses.

        Intact segments stay as they are. The intact articles of damaged segments, recognised by
        their content hashes, are indexed again. So are all articles of an index of the format
        before, or of another version of the text analysis: their words are made again if there were
        any. The old folder is kept beside the new one, under the name in the report: delete it when
        you no longer need it. If the call fails, or there is nothing to repair, nothing changes.

        :param path: the folder of an index, which need not be one that :meth:`open` accepts.
        :param dry_run: report what would be done, and change nothing.
        :param wait: how long to wait for another writer, in seconds.
        :param progress: called with (articles indexed again, total of these).
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it has another format, or the folder is not an index.
        :raises IndexDamagedError: nothing is left of it.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: it cannot be read, or the new one cannot be written.
        """
        from danvan_search.rescue.repair import repair_index

        return repair_index(
            checked_path(path),
            dry_run=checked_flag("dry_run", dry_run),
            wait=checked_wait(wait),
            progress=checked_callback("progress", progress),
        )

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        source: str | os.PathLike[str] | BinaryIO,
        *,
        force: bool = False,
        wait: float = 0.0,
        progress: Progress | None = None,
    ) -> BackupReport:
        """Restore an index from a backup.

        The restored index is verified with its checksums before it appears. If the call fails,
        nothing changes.

        :param path: the folder of the index.
        :param source: a backup that :meth:`backup` wrote: a regular file, or a stream open for
            reading bytes. It may come from anywhere: nothing in it is executed or trusted.
        :param force: replace an existing index, which is kept beside the new one under the name
            in the report.
        :param wait: how long to wait for another writer, in seconds.
        :param progress: called with (bytes read, bytes of the file); not called for a stream.
        :raises BackupError: the backup cannot be read, is not a backup, or is damaged.
        :raises IndexExistsError: the folder holds an index, and ``force`` is False; or other files.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        from danvan_search.rescue.restore import restore_index

        return restore_index(
            checked_path(path),
            checked_file(source, "read"),
            force=checked_flag("force", force),
            wait=checked_wait(wait),
            progress=checked_callback("progress", progress),
        )

    @property
    def generation(self) -> int:
        """The number of the newest commit, which each commit raises by one; costs no search."""
        return self._live.current().generation

    @property
    def path(self) -> Path:
        """The folder of the index."""
        return self._path

    def __repr__(self) -> str:
        try:
            snapshot = self._live.current()
        except DanvanError:
            return f"Index({str(self._path)!r})"
        articles, generation = snapshot.doc_count, snapshot.generation
        return f"Index({str(self._path)!r}, articles={articles:,}, generation={generation:,})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._store.count()

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self._live.current().find(article_id) is not None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were added."""
        yield from self._store.ids()

    def get(self, article_id: str) -> Article | None:
        """Return the article with an id; None if there is none.

        :raises ArgumentTypeError: the id is not a string.
        """
        return self._store.get(checked_id(article_id))

    @takes(WriteOptions)
    def add(self, articles: Iterable[Article], options: WriteOptions) -> Changes:
        """Add articles, or replace those with the same id, in one commit.

        Of several articles with one id in a call, the last is kept. If the call fails, or the
        iterator of articles does, the index is unchanged.

        :param articles: the articles. The keyword arguments are the fields of
            :class:`~danvan_search.sync_options.WriteOptions`.
        :raises ArgumentTypeError: ``articles`` contains something that is not an article.
        :raises OptionError: ``jobs`` is not a number of processes.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        checked = checked_articles(articles)
        with self._writer(options) as writer:
            return upsert(writer, checked)

    def categories(self) -> dict[str, int]:
        """Return the categories with the number of articles of each, most frequent first.

        An article with several categories counts in each. Counted once per commit.

        :raises IndexDamagedError: the content of the index is not what was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return dict(self._current().value_counts("category"))

    def sources(self) -> dict[str, int]:
        """Return the sources with the number of articles of each, most frequent first.

        Counted once per commit.

        :raises IndexDamagedError: the content of the index is not what was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return dict(self._current().value_counts("source"))

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles by id, in one commit; return how many were removed.

        :raises ArgumentTypeError: an id is not a string.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        checked = checked_ids(ids)
        with self._writer() as writer:
            return sum(writer.remove(one) for one in checked)

    @takes(SyncOptions)
    def sync(self, paths: Sequence[str | os.PathLike[str]], options: SyncOptions) -> SyncReport:
        """Synchronise the index with folders and files of articles, in one commit.

        New articles are added, changed ones replaced, and those that vanished from the paths
        removed. Articles from other paths are not touched.

        :param paths: folders, including their subfolders, or files; ``-`` reads JSON lines from
            standard input. The keyword arguments are the fields of
            :class:`~danvan_search.sync_options.SyncOptions`.
        :raises OptionError: an option has an invalid value.
        :raises ArticleError: no path contains anything to index. If only some paths are missing or
            empty, they are skipped, and the articles from them stay in the index.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer(options, clear=options.rebuild) as writer:
            report = sync_paths(writer, paths, options, prune=options.prune)
            if options.dry_run:
                writer.discard()
        return report

    @takes(SearchOptions)
    def search(self, query: str | Node | Query, options: SearchOptions) -> Results:
        """Search the index.

        :param query: what people type, which docs/queries.md describes; or a tree of nodes, which
            :mod:`danvan_search.query` has. The keyword arguments are the fields of
            :class:`~danvan_search.search.SearchOptions`.
        :raises QueryError: the query is empty or too long, or no complete one and ``strict``; or it
            searches for words in an index with articles that were indexed without words.
        :raises ArgumentTypeError: the query is neither a string nor a tree.
        :raises OptionError: an option has an invalid value.
        :raises IndexDamagedError: the content of the index is not what was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return search(self._current(), query, options)

    @takes(SearchOptions)
    def search_many(
        self,
        queries: Iterable[str | Node | Query | tuple[str | Node | Query, SearchOptions]],
        options: SearchOptions,
    ) -> list[Results]:
        """Search for several queries in one and the same state of the index.

        :param queries: the queries; see :meth:`search`, which has the same keyword arguments. A
            pair of a query and its :class:`~danvan_search.search.SearchOptions` has these alone. An
            iterator is asked for each query when the one before was answered.
        :raises ArgumentTypeError: ``queries`` is one query, or contains something that is none.
        """
        current = self._current()
        return [
            search(current, query, options if own is None else own)
            for query, own in checked_queries(queries, SearchOptions)
        ]

    @takes(SearchOptions)
    def explain(
        self, query: str | Node | Query, article_id: str, options: SearchOptions
    ) -> Explanation:
        """Explain the place of an article in the results of a query, or why it has none.

        :param query: see :meth:`search`, which has the same keyword arguments and raises the same
            errors. The page and its size make no difference.
        :param article_id: the id of the article, which need not match, nor be in the index.
        """
        return explain(self._current(), query, checked_id(article_id), options)

    @takes(SearchOptions)
    def explain_many(
        self, query: str | Node | Query, article_ids: Iterable[str], options: SearchOptions
    ) -> list[Explanation]:
        """Explain the place of each of several articles, such as the hits of a page.

        The query runs once for all, and its time limit is for all.

        :param query: see :meth:`explain`, which has the same keyword arguments.
        :param article_ids: the ids of the articles.
        :raises ArgumentTypeError: an id is not a string.
        """
        return explain_many(self._current(), query, list(checked_ids(article_ids)), options)

    def articles(
        self,
        query: str | Node | Query = "",
        *,
        match: Literal["all", "most", "any", "phrase"] = "all",
        accents: Accents = "auto",
        since: datetime.date | str | None = None,
        until: datetime.date | str | None = None,
        category: str | None = None,
    ) -> Iterator[Article]:
        """Return an iterator over articles, in the order of the index: all, or those that match.

        It reads one article at a time, from the state of the index at the call.

        :param query: see :meth:`search`, which has the same keyword arguments; an empty string is
            matched by every article.
        :raises QueryError: as of a search.
        :raises ArgumentTypeError: the query is neither a string nor a tree.
        :raises OptionError: an option has an invalid value.
        :raises IndexDamagedError: here, or while iterating: the content of the index is not what
            was written.
        :raises IndexStorageError: the index cannot be read.
        """
        options = SearchOptions(
            limit=0, match=match, accents=accents, since=since, until=until, category=category
        )
        return articles(self._current(), query, options)

    def highlight(
        self,
        article_id: str,
        query: str | Node | Query,
        *,
        accents: Accents = "auto",
        prefix_last: bool = False,
    ) -> MarkedArticle | None:
        """Return a whole article with what a query matches in it; None if there is no such article.

        The article need not match. ``results.understood`` as the query marks what the hits show.

        :param article_id: the id of the article.
        :param query: see :meth:`search`, which has the same keyword arguments.
        :raises QueryError: as of a search.
        :raises ArgumentTypeError: the id is not a string, or the query is neither a string nor a
            tree.
        :raises OptionError: an option has an invalid value.
        """
        options = SearchOptions(accents=accents, prefix_last=prefix_last)
        return mark_article(self._current(), checked_id(article_id), query, options)

    def suggest(self, query: str) -> list[Suggestion]:
        """Return what may have been meant by a query, the most useful first; often nothing.

        Accents that are missing or wrong, slips of the keyboard, raw Telex or VNI, and syllables
        without blanks between, from how often syllables stand side by side in the index. A query
        that the index knows as it is typed is left alone. Nothing is searched in its place.

        :param query: the query as typed. Codes, numbers, operators and names of fields stay as they
            are.
        :raises ArgumentTypeError: the query is not a string.
        :raises IndexDamagedError: the content of the index is not what was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return suggest(self._current(), query)

    def complete(self, prefix: str, *, limit: int = 10) -> list[Completion]:
        """Return phrases of the index that begin as typed, those in titles and frequent ones first.

        A completion goes on to the end of a word or a name, as far as one syllable follows in most
        places. It is ready at once after a commit, for an index with or without words.

        :param prefix: syllables, with or without accents; the last one need not be whole. A blank
            at its end requires that another syllable follows.
        :param limit: the maximum number of phrases.
        :raises ArgumentTypeError: the prefix is not a string.
        :raises OptionError: ``limit`` is no whole number of at least 0.
        :raises IndexDamagedError: the content of the index is not what was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return completions(self._current(), prefix, limit)

    @takes(ConcordanceOptions)
    def concordance(self, query: str | Node | Query, options: ConcordanceOptions) -> Concordance:
        """Return every occurrence of a query in its line of context; iterating reads the lines.

        :param query: see :meth:`search`. The keyword arguments are the fields of
            :class:`~danvan_search.study.ConcordanceOptions`.
        :raises QueryError: as of a search; or the query has nothing but filters.
        :raises ArgumentTypeError: the query is neither a string nor a tree.
        :raises OptionError: an option has an invalid value.
        :raises IndexDamagedError: here, or while iterating: the content of the index is not what
            was written.
        :raises IndexStorageError: the index cannot be read.
        """
        return Concordance(self._current(), query, options)

    def keywords(self, article_id: str, *, limit: int = 20) -> list[Term] | None:
        """Return the words that stand out in an article by tf · idf; None without the article.

        Pairs of neighbouring syllables where articles of the index were indexed without words.

        :param article_id: the id of the article.
        :param limit: the maximum number of terms.
        :raises ArgumentTypeError: the id is not a string.
        :raises OptionError: ``limit`` is no whole number of at least 0.
        """
        return keywords(self._current(), checked_id(article_id), limit)

    def terms(
        self,
        query: str | Node | Query,
        *,
        limit: int = 20,
        match: ConcordanceMatch = "phrase",
        accents: Accents = "auto",
        since: datetime.date | str | None = None,
        until: datetime.date | str | None = None,
        category: str | None = None,
    ) -> list[Term]:
        """Return the words that are in more of the articles of a query than of the index.

        Pairs of syllables as :meth:`keywords` has them. Of more than 200 articles, 200 are read,
        evenly spaced in the order of the index.

        :param query: see :meth:`concordance`, which has the same keyword arguments but ``limit``;
            filters are enough.
        :param limit: the maximum number of terms.
        :raises QueryError: as of a search.
        :raises OptionError: an option has an invalid value.
        """
        options = ConcordanceOptions(
            match=match, accents=accents, since=since, until=until, category=category
        )
        return significant_terms(self._current(), query, options, limit)

    def collocations(
        self,
        query: str | Node | Query,
        *,
        window: int = 5,
        measure: Measure = "log-likelihood",
        limit: int = 20,
        accents: Accents = "auto",
    ) -> list[Term]:
        """Return the words that occur near a word or a phrase more often than elsewhere.

        Pairs of syllables as :meth:`keywords` has them; a pair lies near with both syllables.

        :param query: see :meth:`concordance`.
        :param window: how many syllables on each side are near, up to 50, in the same text.
        :param measure: ``log-likelihood`` (Dunning 1993), or ``pmi`` (Church and Hanks 1990).
        :param limit: the maximum number of terms.
        :raises QueryError: as of a concordance.
        :raises OptionError: an option has an invalid value.
        """
        options = ConcordanceOptions(accents=accents)
        return collocations(
            self._current(), query, options, window=window, measure=measure, limit=limit
        )

    def similar(
        self,
        article_id: str,
        *,
        limit: int = 10,
        since: datetime.date | str | None = None,
        until: datetime.date | str | None = None,
        category: str | None = None,
        collapse: bool = False,
    ) -> Results | None:
        """Return the articles that are most like an article; None if there is no such article.

        They are what a search with ``match="any"`` finds for the 20 syllables that stand out in it
        by tf · idf, in the order of the article, without the article: ``Results.query`` has them.

        :param article_id: the id of the article.
        :param limit: the maximum number of hits.
        :param collapse: leave out near-copies of the article, and of better hits; see
            :class:`~danvan_search.search.SearchOptions`.
        :raises ArgumentTypeError: the id is not a string.
        :raises OptionError: an option has an invalid value.
        """
        options = SearchOptions(
            limit=limit,
            match="any",
            since=since,
            until=until,
            category=category,
            collapse=collapse,
        )
        return similar(self._current(), checked_id(article_id), options)

    def embed(
        self,
        embedder: Embedder | str,
        *,
        passages: int = MAX_PASSAGES,
        replace: bool = False,
        progress: Progress | None = None,
    ) -> EmbedReport:
        """Make the vectors of all articles that have none, for the option ``semantic`` of searches.

        Vectors are committed from time to time: a call that was ended goes on where it stopped.
        They stay with an article until it changes. Others may write meanwhile.

        :param embedder: an embedder, or the name of one; see
            :func:`danvan_search.semantic.open_embedder`.
        :param passages: how many passages of a long article get a vector, at most. One begins
            every 160 syllables.
        :param replace: make all vectors again if the index has those of another embedder; without,
            that is an error.
        :param progress: called with (articles with vectors, all articles).
        :raises OptionError: the embedder is none, its package is missing, it does not return what
            it should, or the index has vectors of another one.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        # Imported here: nothing else needs it.
        from danvan_search.semantic import embed_articles, open_embedder

        check_int("passages", passages, 1)
        return embed_articles(
            self._path,
            self._live.current,
            open_embedder(embedder) if isinstance(embedder, str) else checked_embedder(embedder),
            passages=passages,
            replace=checked_flag("replace", replace),
            wait=self._wait,
            progress=checked_callback("progress", progress),
        )

    def optimize(self) -> None:
        """Rewrite the index with as few segments as possible, and without removed articles.

        A search visits every segment, so this makes searching a little faster after many commits.
        Small commits do not require it.

        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer() as writer:
            writer.optimize()

    def vocabulary(
        self, prefix: str = "", *, limit: int = 100, folded: bool = False, details: bool = False
    ) -> list[Word]:
        """Return the words of the index, the most frequent first.

        The words are those that the segmenter found in titles and bodies, as syllables in their
        accented forms, without punctuation. The first call after a commit counts all words, which
        takes about a second for ten million syllables.

        :param prefix: return only words with this prefix. A prefix without accents is compared
            with the folded forms. A space at its end requires that another syllable follows.
        :param limit: the maximal number of words.
        :param folded: count words with the same folded form as one.
        :param details: count the words of the details, too, such as tags and parts of file names.
        :raises OptionError: an argument has an invalid value.
        :raises StoreError: articles were indexed without words.
        :raises IndexStorageError: the index cannot be read.
        """
        checked_flag("folded", folded)
        checked_flag("details", details)
        words = self._current().word_list
        return find_words(words, prefix, limit=limit, folded=folded, details=details)

    def stats(self) -> Stats:
        """Return the statistics of the index."""
        return self._store.stats()

    def verify(self) -> Verification:
        """Read the whole index and report damage, at about 1 GB per second.

        :func:`danvan_search.verify_index` does the same for an index that cannot be opened.

        :raises IndexNotFoundError: the index is gone.
        :raises IndexFormatError: it was replaced by one of another format.
        :raises IndexStorageError: the folder cannot be read.
        """
        self._live.check_open()
        return verify_index(self._path)

    def backup(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> BackupReport:
        """Write the index to a file, from which :meth:`restore` restores it.

        The file (``.tar.zst``) contains the newest commit, even if a writer commits meanwhile. The
        index is verified with its checksums first, so a damaged index is not saved silently. The
        file appears when it is complete and fsynced, or not at all.

        :param target: the file, or a stream open for writing bytes, which stays open.
        :param force: overwrite an existing regular file. Of a symbolic link to one, the link stays
            and its file is overwritten; a device, a pipe or a folder is refused.
        :param progress: called with (bytes packed, total bytes).
        :raises BackupError: the file exists, is no regular file or cannot be written.
        :raises IndexDamagedError: the index is damaged; the message names the file.
        :raises IndexStorageError: the index cannot be read, or a file is missing.
        """
        from danvan_search.rescue.backup import backup_index

        self._live.check_open()
        return backup_index(
            self._path,
            checked_file(target, "write"),
            force=checked_flag("force", force),
            progress=checked_callback("progress", progress),
        )

    def close(self) -> None:
        """Close the files; afterwards the index cannot be used, but results can."""
        self._store.close()

    def _writer(self, options: WriteOptions | None = None, *, clear: bool = False) -> IndexWriter:
        self._live.check_open()
        how = options or WriteOptions()
        return IndexWriter(self._path, clear=clear, words=how.words, jobs=how.jobs, wait=self._wait)


def restore_accents(text: str, index: Index | str | os.PathLike[str]) -> str:
    """Return a text with the accents that are likeliest in an index.

    Marks that were typed stay, and so do codes, numbers and syllables that the index does not know.

    :param text: any text, of any length.
    :param index: an index of texts of the same kind, or the path of one.
    :raises ArgumentTypeError: the text is not a string.
    :raises IndexDamagedError: the content of the index is not what was written.
    :raises IndexNotFoundError: there is no index.
    :raises IndexStorageError: the index cannot be read.
    """
    if isinstance(index, Index):
        return with_accents(index._current(), text)
    with Index.open(index) as opened:
        return with_accents(opened._current(), text)
