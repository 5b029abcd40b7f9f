"""Marks and snippets of trees of every kind, against an oracle that scans the texts."""

import random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.query import Query
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Everything,
    Near,
    Not,
    Phrase,
    Run,
    phrases_of,
)
from danvan_search.search.highlight import text_marks
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.lines import grid_by_line
from danvan_search.search.highlight.marks import MAX_MARKS
from danvan_search.search.highlight.text_marks import marks_of, marks_of_all
from danvan_search.search.hit_reader import PageReader
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import find_page
from danvan_search.text import syllable_grid
from tests.index.segments import build, columns_of
from tests.search.execution.test_execution import (
    POOL,
    RandomTrees,
    accents,
    body,
    both,
    either,
    index_of,
    indexes,
    near,
    phrase,
    random_documents,
    run,
    title,
    trees,
)
from tests.search.execution.tree_oracle import Oracle, side_by_side
from tests.search.highlight import marks_oracle


def expected(oracle, doc, field, tree):
    """(start, end, exact) of each mark in a text, in characters."""
    text = oracle.texts[doc][field]
    analyse = grid_by_line if field == "details" else syllable_grid
    grid = analyse(getattr(oracle.documents[doc], field))
    return [
        (grid.starts[first], grid.ends[last], exact)
        for first, last, exact in marks_oracle.marks(tree, text, field, oracle.accents)
    ]


def columns(marks):
    return [*zip(marks.starts, marks.ends, [exact for _, exact in marks.kinds], strict=True)]


def assert_same_marks(oracle, indexed, tree):
    """Assert the marks of a scan, of every document, from the grid and from plain text."""
    query = Query("", tree)
    has_words = any(phrase.word for clause in query.clauses for phrase in phrases_of(clause))
    texts, every = [], []
    for view, first in zip(indexed.searcher.views, indexed.borders, strict=False):
        finder = MarkFinder(view.segment, query, accents=oracle.accents)
        docs = range(view.segment.doc_count)
        for doc, marks in zip(docs, finder.find(docs), strict=True):
            document = oracle.documents[first + doc]
            for field in ("title", "body", "details"):
                own = getattr(marks, field)
                text = oracle.texts[first + doc][field]
                assert expected(oracle, first + doc, field, tree) == columns(own)
                flags = text.word_starts or (False,) * len(text.forms)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(
                        text_marks, "word_starts", lambda _, f=flags: SimpleNamespace(flags=f)
                    )
                    patch.setattr(text_marks, "word_starts_by_line", lambda _, f=flags: f)
                    plain = marks_of(
                        query,
                        getattr(document, field),
                        accents=oracle.accents,
                        field=field,
                    )
                assert plain == own
                texts.append((field, getattr(document, field)))
                every.append(own)
    if not has_words:  # the words of the indexed texts are drawn, not those of the segmenter
        assert marks_of_all(query, texts, accents=oracle.accents) == every


@settings(max_examples=40)
@given(indexes(), trees, accents)
def test_marks_are_those_of_a_scan(index, tree, accents):
    docs, cuts, _ = index
    assert_same_marks(Oracle(docs, (), accents), index_of(docs, cuts), tree)


def searchable(indexed):
    """Return what a search takes, over segments in memory."""
    segments = [
        SimpleNamespace(reader=view.segment, doc_values=values)
        for view, values in zip(indexed.searcher.views, indexed.doc_values, strict=True)
    ]
    guard = SimpleNamespace(call=lambda function, *args: function(*args))
    snapshot = SimpleNamespace(segments=segments, guard=guard, check_words=lambda: None)
    return SimpleNamespace(
        searcher=indexed.searcher, doc_values=indexed.doc_values, snapshot=snapshot
    )


def parts_of(root):
    """Return the parts of a query without operators; None for any other."""
    nodes = root.nodes if isinstance(root, And) else (root,)
    if not all(isinstance(node, Phrase | Run) for node in nodes):
        return None
    return [part for node in nodes for part in (node.phrases if isinstance(node, Run) else (node,))]


def is_exact(oracle, root, doc, match):
    """Return whether all of a query is there as typed."""
    parts = parts_of(root)
    if parts is None or match != "phrase":
        parts = parts or [root]
    else:
        nodes = root.nodes if isinstance(root, And) else (root,)
        parts = [side_by_side(node) if isinstance(node, Run) else node for node in nodes]
    return all(oracle.matches(part, doc, exact=True) for part in parts)


def merged(marks, first, last):
    """Return the spans of a piece of a text: its characters that are marked, by runs of marks."""
    spans = []
    for start, end, _ in marks:
        start, end = max(start, first) - first, min(end, last) - first
        if start < end:
            if spans and start < spans[-1][1]:
                start, end = spans[-1][0], max(end, spans.pop()[1])
            spans.append((start, end))
    return spans


def assert_same_hits(oracle, indexed, tree, **options):
    """Assert marks, snippets and flags of all hits of a query."""
    options = SearchOptions(accents=oracle.accents, limit=1000, **options)
    index, query = searchable(indexed), Query("", tree)
    page = find_page(query, options, index)
    reader = PageReader(index, query, options, page)
    auto = Oracle(oracle.documents)
    for rank, (segment, number) in enumerate(
        zip(page.top_docs.segments, page.top_docs.docs, strict=True)
    ):
        doc = indexed.borders[segment] + number
        title, body = (expected(oracle, doc, field, tree) for field in ("title", "body"))
        document, made = oracle.documents[doc], reader.snippets[rank]
        assert list(reader.title_spans[rank]) == merged(title, 0, len(document.title))
        assert document.body[made.start :].startswith(made.text)
        assert len(made.text) <= options.snippet_chars
        assert list(made.spans) == merged(body, made.start, made.start + len(made.text))
        if any(end - start <= options.snippet_chars for start, end, _ in body):
            assert made.spans
        if not body:
            assert (made.start, made.spans, made.cut_before) == (0, (), False)
        assert reader.exact[rank] == is_exact(auto, tree, doc, options.match)


MATCHES = st.sampled_from(["auto", "auto", "all", "any", "phrase"])


@settings(max_examples=40)
@given(indexes(), trees, accents, MATCHES, st.sampled_from([8, 30, 200]))
def test_hits_of_any_tree_have_snippets(index, tree, accents, match, snippet_chars):
    """What is marked is what matched, and is shown if there is any; flags are those of a scan."""
    docs, cuts, deleted = index
    oracle = Oracle(docs, deleted, accents)
    assert_same_hits(
        oracle, index_of(docs, cuts, deleted), tree, match=match, snippet_chars=snippet_chars
    )


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["auto", "exact", "ignore"])
def test_many_trees_on_many_documents(policy):
    """Trees on 300 documents in one segment and in five, with deletions."""
    rng = random.Random(policy)
    docs = random_documents(rng, POOL, 300)
    deleted = set(rng.sample(range(300), 40))
    of_trees = RandomTrees(rng, [*POOL[:24], *POOL[:8], "xá", "dam"])
    oracle = Oracle(docs, deleted, policy)
    several = [index_of(docs, cuts, deleted) for cuts in ((), (20, 100, 101, 230))]
    for number in range(8):
        tree = of_trees.tree(3)
        assert_same_marks(oracle, several[number % 2], tree)
        assert_same_hits(oracle, several[number % 2 - 1], tree, match=rng.choice(["auto", "any"]))


TEXT = "Công an làm công tác dân vận; dân ta rất khéo. Văn bản 32-CTr/TU, dan van."

MARKED = {
    "a prefix": (run("kh*"), ["khéo"]),
    "a prefix of several forms": (run("v*"), ["vận", "Văn", "van"]),
    "a fuzzy syllable": (run("khé~"), ["khéo"]),
    "a wildcard within": (phrase("công * dân"), ["công tác dân"]),
    "wildcards at the ends": (phrase("* công tác *"), ["công tác"]),
    "slop, from first to last": (phrase("dân khéo", 2), ["dân ta rất khéo"]),
    "slop, the narrowest": (phrase("công tác", 3), ["công tác"]),
    "slop that is not enough": (phrase("dân khéo", 1), []),
    "near, both sides": (near("khéo", "công tác", 6), ["công tác", "khéo"]),
    "near, only where they are near": (near("dân vận", "văn bản", 3), ["Văn bản", "dan van"]),
    "not near": (near("công an", "khéo", 3), []),
    "nothing that is excluded": (both(run("an"), Not(phrase("dân"))), ["an"]),
    "nothing of a lone Not": (Not(phrase("dân")), []),
    "nothing of filters": (both(Everything(), DateRange()), []),
    "a boost": (Boost(phrase("công tác"), 2.0), ["công tác"]),
    "all of an Or": (either(run("an"), run("tác")), ["an", "tác"]),
    "its field": (body(run("tác")), ["tác"]),
    "another field": (title(run("tác")), []),
    "a code": (run("32-CTr/TU"), ["32-CTr/TU"]),
    "a code beside others": (run("văn 32-CTr/TU tác"), ["tác", "vận", "Văn", "32-CTr/TU", "van"]),
    "parts of a code are none": (run("32-CTr/XY tác"), ["tác"]),
    "neighbours": (run("bản 32-CTr/TU x"), ["bản 32-CTr/TU"]),
    "with other accents": (run("vận* an"), ["an", "vận", "Văn", "van"]),
}


@pytest.mark.parametrize("name", MARKED)
def test_marks_by_hand(name):
    tree, shown = MARKED[name]
    query = Query("", tree)
    (found,) = MarkFinder(build(columns_of([("", TEXT)])), query).find([0])
    assert found.body == marks_of(query, TEXT, field="body")
    assert [TEXT[start:end] for start, end, _ in columns(found.body)] == shown


def test_exact_accents_hold_the_letters_of_a_prefix():
    query = Query("", run("vậ* cô*"))
    marks = marks_of(query, TEXT, accents="exact")
    assert [TEXT[start:end] for start, end, _ in columns(marks)] == ["Công", "công", "vận"]


def test_a_part_of_a_code_is_not_marked():
    query = Query("", run("32-CTr/XY tác"))
    for field in (None, "body"):
        marks = marks_of(query, TEXT, field=field)
        assert [TEXT[start:end] for start, end, _ in columns(marks)] == ["tác"]


HUGE = 200_000


@pytest.fixture(scope="module")
def huge():
    """A segment of one long text of few syllables."""
    return build(columns_of([("a", " ".join(random.Random(1).choices("abá", k=HUGE)))]))


@pytest.mark.parametrize(
    "tree",
    [
        run("a b x"),
        run("a a x"),
        run("a* b x"),
        phrase("a b"),
        phrase("a * b", 1000),
        phrase("a b a", 1000),
        Near(phrase("a", 1000), phrase("b a", 1000), 1000),
    ],
)
def test_huge_texts_have_the_first_marks_alone(huge, tree):
    """Neither slop nor the length of a text makes more of them."""
    (found,) = MarkFinder(huge, Query("", tree)).find([0])
    starts = found.body.starts
    assert len(starts) <= MAX_MARKS
    assert starts == sorted(starts)
    assert len(starts) == MAX_MARKS or starts[-1] > 1.9 * HUGE
