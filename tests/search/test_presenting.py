"""What results are made into: marked articles, several snippets, HTML, JSON, UTF-16, ``repr``."""

import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import (
    ArgumentTypeError,
    Article,
    Index,
    OptionError,
    QueryError,
    SearchOptions,
    Snippet,
    StoreError,
    marked_html,
    utf16_spans,
)
from tests.naughty import SMALL

LONG = "Đoạn đầu nói về dân vận khéo ở xã. " + "Chuyện khác hẳn. " * 30
ARTICLES = [
    Article("a", "Dân vận <b>khéo</b>", LONG * 4, details="dân vận\nkhéo", extra={"url": "x"}),
    Article("b", "😀 dân vận", "Công tác 😀😀 dân vận & khéo.", category="A & B"),
    Article("c", "", "dan van kheo", source="<c>"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Three articles in two segments."""
    with Index.create(tmp_path_factory.mktemp("presenting") / "index") as made:
        made.add(ARTICLES[:2], words=False)
        made.add(ARTICLES[2:], words=False)
        yield made


QUERIES = [
    "dân vận khéo",
    '"dân vận"',
    "dân vận -xã",
    "title:dân khéo",
    "kh* OR công tác",
    "zzz dân",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("accents", ["auto", "exact"])
def test_marked_articles_have_the_marks_of_hits(index, query, accents):
    """The spans are those of a snippet that is as long as the text."""
    results = index.search(query, accents=accents, snippet_chars=100_000)
    for hit in results:
        for asked in (query, results.understood):
            marked = index.highlight(hit.id, asked, accents=accents)
            assert marked.article == index.get(hit.id)
            assert marked.title_spans == hit.title_spans
            assert marked.body_spans == hit.snippet.spans
            details = hit.details_snippet
            assert marked.details_spans == (details.spans if details else ())


def test_marked_articles(index):
    """Any article may be marked; keys of Telex are decoded as by a search."""
    assert index.highlight("none", "dân") is None
    marked = index.highlight("c", "hà nội")
    assert (marked.title_spans, marked.body_spans, marked.details_spans) == ((), (), ())
    marked = index.highlight("b", "daan vaanj")
    assert marked.title_html == "😀 <mark>dân vận</mark>"
    assert marked.body_html == "Công tác 😀😀 <mark>dân vận</mark> &amp; khéo."
    assert index.highlight("a", '"dân vận"').details_html == "<mark>dân vận</mark>\nkhéo"
    values = marked.to_json(utf16=True)
    assert values["title_spans"] == [[3, 10]]
    assert values["body"] == marked.article.body
    assert marked.to_json()["title_spans"] == [[2, 9]]
    with pytest.raises(ArgumentTypeError):
        index.highlight(3, "dân")
    with pytest.raises(QueryError):
        index.highlight("a", "!")


WORDS = st.sampled_from(["dân", "vận", "khéo", "x.", "y", "và\n", "z" * 30])


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=120), st.integers(1, 8), st.integers(5, 60))
def test_several_snippets(tmp_path_factory, words, count, chars):
    """Pieces are of the text, apart, in its order, each but the best with a match."""
    body = " ".join(words)
    with Index.create(tmp_path_factory.mktemp("several") / "index") as made:
        made.add([Article("a", "dân", body)], words=False)
        options = {"snippet_chars": chars, "match": "any"}
        (hit,) = made.search("dân vận khéo", snippets=count, **options)
        assert hit.snippet == made.search("dân vận khéo", **options)[0].snippet
        whole = made.highlight("a", "dân vận khéo")
    pieces = hit.snippets
    assert hit.snippet in pieces
    assert 1 <= len(pieces) <= count
    end = 0
    for piece in pieces:
        assert piece.start >= end
        end = piece.start + len(piece.text)
        assert body[piece.start : end] == piece.text
        assert len(piece.text) <= max(chars, 4)
        assert piece.spans or piece == hit.snippet
        assert piece.cut_before == bool(body[: piece.start].strip())
        assert piece.cut_after == bool(body[end:].strip())
    if len(pieces) < count:
        # No match is left outside the pieces, but for those that a border of one cuts.
        outside = [
            span
            for span in whole.body_spans
            if all(span[1] <= one.start or span[0] >= one.start + len(one.text) for one in pieces)
        ]
        assert outside == []


def test_snippets_on_request(index):
    """One snippet is the default; JSON has several where they were asked for."""
    (hit,) = index.search("xã khéo", match="all")
    assert hit.snippets == (hit.snippet,)
    assert "snippets" not in hit.to_json()
    (hit,) = results = index.search("xã khéo", match="all", snippets=3)
    assert [piece.spans != () for piece in hit.snippets] == [True] * 3
    assert [one["start"] for one in hit.to_json()["snippets"]] == [
        piece.start for piece in hit.snippets
    ]
    assert pickle.loads(pickle.dumps(results))[0].snippets == hit.snippets
    (none,) = index.search("xã khéo", match="all", snippets=3, snippet_chars=0)
    assert none.snippets == (Snippet(""),)
    for wrong in (0, 101, True):
        with pytest.raises(OptionError):
            index.search("xã", snippets=wrong)


def test_html(index):
    """Everything is escaped, what matched is in an element, and cuts are shown."""
    (hit,) = index.search('title:"dân vận" khéo xã')
    assert hit.title_html == "<mark>Dân vận</mark> &lt;b&gt;<mark>khéo</mark>&lt;/b&gt;"
    snippet = Snippet('<a href="x">&', ((1, 2),), 5, True, True)
    assert snippet.to_html() == "…&lt;<mark>a</mark> href=&quot;x&quot;&gt;&amp;…"
    assert Snippet("a", ((0, 1),)).to_html("em") == "<em>a</em>"
    numbered = marked_html("a b", [(0, 1), (2, 3)], ids="m")
    assert numbered == '<mark id="m1">a</mark> <mark id="m2">b</mark>'
    assert marked_html("a\x00\u202e\ud800\n", ()) == "a\ufffd\ufffd\ufffd\n"


@given(st.sampled_from([text for _, text in SMALL]) | st.text(), st.data())
def test_html_and_utf16_of_any_text(text, data):
    """Without its elements the HTML is the text; offsets are those of the UTF-16 encoding."""
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    shown = marked_html(text, spans)
    pieces = re.findall(r"<mark>(.*?)</mark>", shown, re.DOTALL)
    assert len(pieces) == len(spans)
    assert marked_html(text, ()) == re.sub("</?mark>", "", shown)
    assert "<" not in re.sub("</?mark>", "", shown)
    shown.encode()
    units = text.encode("utf-16-le", "surrogatepass")
    for (start, end), (first, last) in zip(spans, utf16_spans(text, spans), strict=True):
        assert units[2 * first : 2 * last].decode("utf-16-le", "surrogatepass") == text[start:end]


def test_tables_for_notebooks(index):
    """A page is an escaped table."""
    results = index.search("dân vận khéo")
    shown = results._repr_html_()
    assert shown.startswith("<table><caption>dân vận khéo: 3 found, page 1</caption>")
    assert shown.count("<tr>") == 4
    assert "&lt;b&gt;" in shown
    assert "A &amp; B" in shown
    assert "<td>c</td>" in shown  # an article without a title shows its id
    assert "<b>" not in shown
    assert index.search("<script>")._repr_html_().count("<script") == 0


def test_json_with_fields_and_utf16(index):
    """Fields are attributes of the article, or keys of its extra values."""
    results = index.search("dân vận khéo", limit=2, page=1)
    values = results.to_json(fields=("title", "date", "url", "details"))
    assert [values[name] for name in ("page", "limit", "total", "generation")] == [1, 2, 3, 2]
    found = {one["id"]: one["article"] for one in values["hits"]}
    title = ARTICLES[0].title
    expected = {"title": title, "date": None, "url": "x", "details": "dân vận\nkhéo"}
    assert found["a"] == expected
    assert found["b"]["url"] is None
    assert "article" not in results.to_json()["hits"][0]
    assert results[0].to_json(fields="extra, url").keys() >= {"article"}
    (hit,) = index.search('"😀 dân" title:dân')[:1] or index.search("công tác")[:1]
    values = hit.to_json(utf16=True)
    assert values["title_spans"] == [list(span) for span in hit.title_spans_utf16()]
    assert values["snippet"]["spans"] == [list(span) for span in hit.snippet.spans_utf16()]
    unpickled = pickle.loads(pickle.dumps(results))
    unpickled.to_json(fields=("title", "date", "source"))
    with pytest.raises(StoreError):
        unpickled.to_json(fields=("body",))
    for wrong in (3, [3]):
        with pytest.raises(OptionError):
            results.to_json(fields=wrong)


def test_a_pickled_page_has_no_part_of_the_index(index):
    """It is a few kB of plain values, whatever was asked for."""
    facets = ("category", "year", "month", "source")
    pickled = pickle.dumps(index.search("dân vận khéo", facets=facets, snippets=3, sort="date"))
    assert len(pickled) < 6000
    assert b"numpy" not in pickled
    assert b"danvan_search.index" not in pickled
    assert pickle.loads(pickled).facets["category"] == {"A & B": 1}


def test_generations(tmp_path):
    """Results keep that of their search; the index tells the newest."""
    with Index.create(tmp_path / "index") as made:
        before = made.search("dân")
        made.add([Article("a", "dân", "")], words=False)
        assert (before.generation, made.generation) == (
            made.generation - 1,
            made.stats().generation,
        )
        assert made.search("dân").generation == made.generation


def test_many_searches(index):
    """Several queries are searched as each alone, in one state of the index."""
    found = index.search_many(iter(QUERIES), limit=2)
    assert [[hit.id for hit in results] for results in found] == [
        [hit.id for hit in index.search(query, limit=2)] for query in QUERIES
    ]
    assert {results.generation for results in found} == {index.generation}
    assert index.search_many([]) == []
    for wrong in ("dân", 3, [3], [("dân",)], [("dân", {"limit": 1})], [(3, SearchOptions())]):
        with pytest.raises(ArgumentTypeError):
            index.search_many(wrong)


def test_many_searches_with_options_of_their_own(index):
    """A pair has its own options alone; each query is taken when the one before was answered."""
    seen = []

    def queries():
        for limit in (1, 3):
            yield QUERIES[0], SearchOptions(limit=limit)
            seen.append(limit)
        yield QUERIES[0]

    found = index.search_many(queries(), limit=2)
    assert [results.limit for results in found] == [1, 3, 2]
    assert seen == [1, 3]


def test_one_line_each(index):
    """No ``repr`` shows a whole text, or breaks a line."""
    results = index.search("dân vận khéo " + "x" * 400, match="any")
    hit = results[0]
    article = Article("a\nb", "t" * 500, LONG, extra={"x": [1] * 1000})
    shown = [results, hit, hit.snippet, hit.article, article, index, index.highlight("a", "dân")]
    for one in map(repr, shown):
        assert len(one) < 500
        assert "\n" not in one
    assert repr(index).endswith("articles=3, generation=2)")
    assert repr(Article("a", "Dân", "")) == "Article(id='a', title='Dân')"
    assert repr(index.search("dân", page=2)) == "Results('dân', total=3, page=2, hits=0)"


def test_a_closed_index_has_a_repr(tmp_path):
    """A repr raises no error."""
    made = Index.create(tmp_path / "index")
    made.close()
    assert repr(made) == f"Index({str(tmp_path / 'index')!r})"


def test_slices(index):
    """A slice of results is a tuple of hits."""
    results = index.search("dân")
    assert results[:2] == results.hits[:2]
