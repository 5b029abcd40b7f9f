"""The analysis components: what they yield, alone and composed with Whoosh's own."""

import pickle
import pickletools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.analysis import LowercaseFilter, NgramFilter, StopFilter
from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser

from danvan_search import analyze
from danvan_search.text import syllable_grid
from danvan_search.whoosh import (
    FoldFilter,
    SegmentWordsTokenizer,
    SyllableAnalyzer,
    SyllableTokenizer,
)
from danvan_search.whoosh.codec.schema import CategoryTokenizer, article_schema
from tests.naughty import NAUGHTY

TEXTS = [text for _, text in NAUGHTY if len(text) < 1000]


def tokens(analyzer, text, **options):
    """Return text, position, start and end offset of each token."""
    found = analyzer(text, positions=True, chars=True, **options)
    return [(one.text, one.pos, one.startchar, one.endchar) for one in found]


def check_syllables(text):
    """Compare the tokens of a text with its grid."""
    grid = syllable_grid(text)
    places = [*zip(range(len(grid)), grid.starts, grid.ends, strict=True)]
    for analyzer, forms in (
        (SyllableAnalyzer(), grid.folded),
        (SyllableAnalyzer(folded=False), grid.accented),
        (SyllableTokenizer() | FoldFilter(), grid.folded),
    ):
        assert tokens(analyzer, text) == [
            (form, *place) for form, place in zip(forms, places, strict=True)
        ]


@pytest.mark.parametrize("text", TEXTS)
def test_naughty_texts(text):
    """The tokens of any text are the syllables of the grid, its words those of the trace."""
    check_syllables(text)
    found = tokens(SegmentWordsTokenizer(), text)
    assert tuple(one[0] for one in found) == analyze(text).words
    assert [one[1] for one in found] == [*range(len(found))]
    for word, _, start, end in found:
        assert " ".join(syllable_grid(text[start:end]).accented) == word


@settings(max_examples=200)
@given(text=st.text(max_size=30))
def test_any_text(text):
    """The tokens of random texts are the syllables of the grid."""
    check_syllables(text)


def test_offsets_count_the_text():
    """Offsets and positions begin where the caller says, and original texts are kept."""
    found = list(
        SyllableTokenizer()("Hoà BÌNH", True, True, keeporiginal=True, start_pos=5, start_char=100)
    )
    assert found[0] is found[1]  # one object, as Whoosh's tokenizers yield
    assert tokens(SyllableAnalyzer(), "e\u0302m", start_pos=5, start_char=9) == [("em", 5, 9, 12)]
    originals = [one.original for one in SyllableTokenizer()("Hoà 32", keeporiginal=True)]
    assert originals == ["Hoà", "32"]


@pytest.mark.parametrize(
    ("text", "accented", "folded"),
    [
        ("Nghệ*", "nghệ*", "nghe*"),
        ("đ?n", "đ?n", "d?n"),
        ("*HOÀ", "*hòa", "*hoa"),
        ("e\u0302*", "ê*", "e*"),
        ("[đd]ân", "[đd]ân", "[dd]an"),
        ("x\ud800*", "x*", "x*"),
        ("*", "*", "*"),
    ],
)
def test_wildcards_are_kept(text, accented, folded):
    """Of a text that is not to be tokenized only the syllables change."""
    options = {"tokenize": False, "mode": "query"}
    assert [one.text for one in SyllableAnalyzer(folded=False)(text, **options)] == [accented]
    assert [one.text for one in SyllableAnalyzer()(text, **options)] == [folded]


def test_they_compose_with_those_of_whoosh():
    """Whoosh's filters follow ours, and ours follow its tokenizers."""
    own = SyllableAnalyzer() | StopFilter(["va"], minsize=1)
    assert [one.text for one in own("Dân và quân")] == ["dan", "quan"]
    words = SegmentWordsTokenizer() | FoldFilter() | LowercaseFilter()
    assert [one.text for one in words("Dân vận, thủ tướng")] == ["dan van", "thu tuong"]
    grams = SyllableAnalyzer() | NgramFilter(2)
    assert [one.text for one in grams("Nghệ")] == ["ng", "gh", "he"]


def test_names_in_pickles_stay():
    """Indexes of others hold the components by these names, so they cannot be moved."""
    names = set()
    for one in (SyllableAnalyzer(), SegmentWordsTokenizer(), CategoryTokenizer(), article_schema()):
        assert repr(pickle.loads(pickle.dumps(one, 2))) == repr(one)
        names |= {
            str(argument).replace(" ", ".")
            for operation, argument, _ in pickletools.genops(pickle.dumps(one, 2))
            if operation.name == "GLOBAL" and str(argument).startswith("danvan")
        }
    assert names == {
        "danvan_search.whoosh.analysis.FoldFilter",
        "danvan_search.whoosh.analysis.SegmentWordsTokenizer",
        "danvan_search.whoosh.analysis.SyllableTokenizer",
        "danvan_search.whoosh.codec.schema.CategoryTokenizer",
        "danvan_search.whoosh.codec.schema.DateField",
    }


def test_an_index_of_somebody_else():
    """An ordinary Whoosh index with our analyzer finds texts with and without accents."""
    index = RamStorage().create_index(Schema(content=TEXT(SyllableAnalyzer(), stored=True)))
    writer = index.writer()
    writer.add_document(content="Phong trào “Dân vận khéo”")
    writer.commit()
    with index.searcher() as searcher:
        for text in ('"dan van"', "DÂN", "kh?o", '"dân vận khéo"'):
            (hit,) = searcher.search(QueryParser("content", index.schema).parse(text))
            assert "class" in hit.highlights("content")


def test_categories_have_keys():
    """Two spellings of a category are one token; white space and nothing are none."""
    analyzer = CategoryTokenizer()
    assert [one.text for one in analyzer("Chính  trị")] == ["chinh tri"]
    assert [one.text for one in analyzer(" 🎉  🎉 ")] == ["🎉 🎉"]
    assert list(analyzer("  ")) == []
