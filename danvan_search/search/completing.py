"""While someone types: what ranks a query whose last syllable may not be whole yet.

It matches every syllable that begins so, and is ranked as if the most frequent of those that follow
the syllables before it had been typed. So the first articles are mostly those of the query that it
becomes, and stay from letter to letter.
"""

from dataclasses import replace

from danvan_search.query import Query
from danvan_search.query.nodes import And, Node, Phrase, Prefix, Run, Term
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.suggest.completion import most_frequent_next
from danvan_search.text import fold, is_marked


def with_completion(index: SearchableSnapshot, query: Query) -> Query:
    """Return a query with the tree that it is ranked by, if its last syllable is a prefix.

    A single syllable, and one in quotes, has none: too much may follow.
    """
    root = query.root
    *before, last = root.nodes if isinstance(root, And) else (root,)
    if not isinstance(last, Run):
        return query
    completed = _completed(index, last)
    if completed is None:
        return query
    return replace(query, ranked=And((*before, completed)) if before else completed)


def _completed(index: SearchableSnapshot, run: Run) -> Node | None:
    *phrases, last = run.phrases
    *syllables, begun = last.syllables
    if not isinstance(begun, Prefix):
        return None
    before = [one for phrase in (*phrases, Phrase(tuple(syllables))) for one in phrase.syllables]
    terms = [one for one in before if isinstance(one, Term)]
    if not terms or len(terms) < len(before):
        return None
    prefix = Term(begun.folded, begun.accented, begun.marked)
    form = most_frequent_next(index.searcher.views, terms, prefix)
    if form is None:
        return None
    has_marks = any(one.marked for one in (*terms, prefix))
    accented = form if has_marks else fold(form)
    whole = Term(fold(form), accented, is_marked(accented), span=begun.span)
    ended = replace(last, syllables=(*syllables, whole))
    return replace(run, phrases=(*phrases, ended))
