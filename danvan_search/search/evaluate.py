"""Which articles match a query, and in what order they come.

The order is: articles that hold the whole bare query as one phrase, with the accents as typed
before the others; then those that hold what they must with the accents as typed; then the rest.
Within a tier the score decides. Two shapes of query, a single phrase and bare syllables, have
ways of their own through the index that look at few articles; ``combine`` does all others.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from danvan_search.index import Snapshot
from danvan_search.index.arrays import EXACT, Ranking, bag_top, phrase_top
from danvan_search.query import Phrase, Query
from danvan_search.search.combine import combine
from danvan_search.search.exactness import exact_flags
from danvan_search.search.masks import all_of, any_of, both
from danvan_search.search.options import AUTO_ALL_SYLLABLES, SearchOptions
from danvan_search.search.patterns import has_marks, pattern_of
from danvan_search.search.words import check_words


class Page(NamedTuple):
    """One page of results.

    :ivar relaxed: whether no article held all syllables and any was made enough.
    :ivar ranking: the articles of the page, and how many match on all pages.
    :ivar exact: says of each article of a ranking whether it holds the query's phrases and
        syllables with the accents as typed.
    """

    relaxed: bool
    ranking: Ranking
    exact: Callable[[Ranking], list[bool]]


def evaluate(query: Query, options: SearchOptions, snapshot: Snapshot) -> Page:
    """Find the articles that match a query, and put the page asked for in order.

    :raises QueryError: it asks for words, and articles were indexed without them.
    """
    check_words(query, snapshot)
    evaluation = _Evaluation(query, options, snapshot)
    relaxed = False
    if evaluation.is_one_phrase:
        return Page(relaxed, evaluation.rank_phrase(), evaluation.exact)
    needs_all = _needs_all(query, options)
    ranking = evaluation.rank(needs_all=needs_all)
    if not ranking.total and needs_all and options.match == "auto" and len(query.syllables) > 1:
        ranking = evaluation.rank(needs_all=False)
        relaxed = ranking.total > 0
    return Page(relaxed, ranking, evaluation.exact)


def _needs_all(query: Query, options: SearchOptions) -> bool:
    if options.match == "auto":
        bare = sum(len(phrase.syllables) for phrase in query.bare)
        return bare <= AUTO_ALL_SYLLABLES
    return options.match in ("all", "phrase")


class _Evaluation:
    """One query to one snapshot.

    :ivar is_one_phrase: whether the query is one phrase and nothing else.
    """

    def __init__(self, query: Query, options: SearchOptions, snapshot: Snapshot) -> None:
        self._query = query
        self._options = options
        self._snapshot = snapshot
        self._searcher = snapshot.searcher
        self._phrases = query.runs if options.match == "phrase" else query.phrases
        self._filters = snapshot.filters(options.since, options.until, options.category)
        self._is_bag = options.match != "phrase" and not any(
            phrase.quoted for phrase in query.phrases
        )
        self.is_one_phrase = (
            len(self._phrases) == 1 and not self._is_bag and options.sort == "score"
        )

    def rank(self, *, needs_all: bool) -> Ranking:
        """Rank what matches; of what need not all be there, any bare part is enough."""
        options = self._options
        if self._is_bag and options.sort == "score":
            return self._rank_bag(needs_all=needs_all)
        required = self._phrases if needs_all else self._query.quoted
        if options.match == "any" or not required:
            required = ()
            matching = any_of(self._snapshot, _parts(self._phrases), options)
        else:
            matching = all_of(self._snapshot, required, options)
        return combine(
            self._snapshot, self._query, required, both(matching, self._filters), options
        )

    def rank_phrase(self) -> Ranking:
        """Rank what matches a query that is one phrase and nothing else."""
        (phrase,) = self._phrases
        options = self._options
        filters = self._filters
        if options.accents == "exact":
            filters = both(all_of(self._snapshot, [phrase], options), filters)
        return phrase_top(
            self._searcher,
            pattern_of(phrase, options.accents),
            options.limit,
            offset=options.offset,
            filters=filters,
            word=phrase.word,
        )

    def _rank_bag(self, *, needs_all: bool) -> Ranking:
        options = self._options
        filters = self._filters
        if options.accents == "exact":
            parts = self._phrases if needs_all else _parts(self._phrases)
            held = (all_of if needs_all else any_of)(self._snapshot, parts, options)
            filters = both(held, filters)
        codes = [phrase for phrase in self._phrases if len(phrase.syllables) > 1]
        (run,) = self._query.runs
        return bag_top(
            self._searcher,
            pattern_of(run, options.accents),
            options.limit,
            offset=options.offset,
            require_all=needs_all,
            accents_first=needs_all,
            required=[pattern_of(code, "ignore") for code in codes] if needs_all else (),
            filters=filters,
        )

    def exact(self, ranking: Ranking) -> list[bool]:
        """Say which articles hold the query's phrases and syllables with the accents as typed."""
        if self.is_one_phrase and not has_marks(pattern_of(self._phrases[0], "auto")):
            return [True] * len(ranking.docs)
        if self.is_one_phrase and self._options.accents != "ignore":
            return [tier == EXACT for tier in ranking.tiers]
        return exact_flags(self._searcher, self._phrases, ranking.segments, ranking.docs)


def _parts(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The quoted phrases as they are, and every bare syllable apart, those of codes too."""
    return [
        part
        for phrase in phrases
        for part in (
            [phrase]
            if phrase.quoted
            else [Phrase((one,), quoted=False) for one in phrase.syllables]
        )
    ]
