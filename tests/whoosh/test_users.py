"""The table of docs/whoosh.md, row by row: what Whoosh users do works, or says why not."""

import datetime
import re
from collections.abc import Callable
from typing import Any, Final

import pytest
import whoosh.index
from whoosh import fields, highlight, sorting
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.query import Every, Or, Term
from whoosh.writing import AsyncWriter, BufferedWriter

from danvan_search import Article, Index, IndexDamagedError, StoreError
from danvan_search.whoosh.codec.schema import article_schema
from danvan_search.whoosh.index import open_dir
from tests.docs_writer import ROOT
from tests.whoosh.conftest import ARTICLES, Pair

PAGE = ROOT / "docs" / "whoosh.md"

ROWS: Final[dict[str, Callable[..., None]]] = {}
"""The tests by the row of the table."""


def row(text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enter a test as that of a row of the table."""

    def enter(test: Callable[..., None]) -> Callable[..., None]:
        ROWS[text] = test
        return test

    return enter


def both(pair: Pair, ask: Callable[[Any], Any]) -> Any:
    """Ask our index and an ordinary one; compare the answers, and return ours."""
    with pair.ours.searcher() as ours, pair.theirs.searcher() as theirs:
        answer = ask(ours)
        assert answer == ask(theirs)
        return answer


def parsed(text: str) -> Any:
    """Return what Whoosh's parser makes of a string."""
    return QueryParser("body", article_schema()).parse(text)


def test_each_row_has_a_test():
    """The rows of the table are those that are tested here."""
    page = PAGE.read_text("utf-8")
    table = page.partition("| what Whoosh users do | what happens |")[2].partition("\n\n")[0]
    found = re.findall(r"^\| (.*?) \|", table, re.M)
    assert found[1:] == list(ROWS)


@row("`exists_in`, `open_dir`, `doc_count`, `latest_generation`, `up_to_date`")
def test_opening(pair):
    assert whoosh.index.exists_in(pair.index.path)
    assert pair.ours.doc_count() == len(pair.index)
    assert pair.ours.latest_generation() == pair.index.stats().generation
    assert not pair.ours.is_empty()
    assert pair.ours.up_to_date()


@row("`QueryParser`, `MultifieldParser` and their plugins")
def test_parsing(pair):
    """More of it is in ``test_queries``."""
    schema = pair.ours.schema
    assert str(QueryParser("body", schema).parse("Dân vận")) == "(body:dan AND body:van)"
    assert str(QueryParser("body", schema).parse("32-CTr")) == 'body:"32 ctr"'
    found = both(
        pair,
        lambda searcher: [
            hit["id"]
            for hit in searcher.search(MultifieldParser(["title", "body"], schema).parse("TÂY"))
        ],
    )
    assert found


@row("`Term`, `And`, `Or`, `Not`, `Phrase`, `Prefix`, `Wildcard`, `FuzzyTerm`, `Every`, spans")
def test_queries(pair):
    """More of it is in ``test_queries``."""
    for text in ("dân NOT khéo", '"dan van"', "ngh*", "d?n", "*:*"):
        assert both(
            pair,
            lambda searcher, text=text: [hit["id"] for hit in searcher.search(parsed(text))],
        )


@row("`DateRange`, `NumericRange`, `date:2020`, `date:[2019 TO 2020]`")
def test_dates(pair):
    for text in ("date:2020", "date:20200630", "date:[2019 TO 2020]"):
        found = both(
            pair,
            lambda searcher, text=text: [
                hit["date"] for hit in searcher.search(parsed(text), limit=None)
            ],
        )
        assert found
        assert {day.year for day in found} <= {2019, 2020}


@row('`search(…, sortedby="date")`: also `category`, `id`, `source`, `title`; `reverse=True`')
def test_sorting(pair):
    for field in ("date", "category", "id", "source", "title"):
        for reverse in (False, True):
            facet = sorting.FieldFacet(field, reverse=reverse)
            assert both(
                pair,
                lambda searcher, facet=facet: [
                    hit["id"] for hit in searcher.search(Every(), limit=None, sortedby=facet)
                ],
            )
    with pair.ours.searcher() as searcher:
        dates = [hit["date"] for hit in searcher.search(Every("date"), sortedby="date", limit=None)]
    assert dates == sorted(dates)
    two = [sorting.FieldFacet("category"), sorting.ScoreFacet()]
    both(
        pair,
        lambda searcher: [
            hit["id"] for hit in searcher.search(parsed("dân"), sortedby=two, limit=None)
        ],
    )


@row('`search(…, groupedby="category")`, `DateRangeFacet` and other facets')
def test_grouping(pair):
    groups = both(
        pair, lambda searcher: searcher.search(Every(), groupedby="category", limit=None).groups()
    )
    assert {"Chính trị", "chinh tri", "Xã hội", ""} == set(groups)
    facet = sorting.DateRangeFacet(
        "date",
        datetime.datetime(2019, 1, 1),
        datetime.datetime(2021, 1, 1),
        datetime.timedelta(days=365),
    )
    counts = both(
        pair,
        lambda searcher: searcher.search(
            Every("date"), groupedby={"year": facet}, limit=None
        ).groups("year"),
    )
    assert len(counts) >= 2
    with pair.ours.searcher() as searcher:
        years = searcher.search(Every(), groupedby="date", limit=None).groups()
    assert None in years  # an ordinary index fails here if an article has no date


@row('`hit.highlights("body")`, other fragmenters and formatters')
def test_highlights(pair):
    for text in ('"dân vận"', "kh?o", "Nghệ An"):
        found = both(
            pair,
            lambda searcher, text=text: [
                hit.highlights("body") for hit in searcher.search(parsed(text), terms=True)
            ],
        )
        assert any("match" in one for one in found)

    def pinpoint(searcher: Any) -> list[str]:
        results = searcher.search(parsed("khéo"), terms=True)
        results.fragmenter = highlight.PinpointFragmenter()
        results.formatter = highlight.UppercaseFormatter()
        return [hit.highlights("body") for hit in results]

    assert any("KHÉO" in one for one in both(pair, pinpoint))
    (hit, *_) = pair.ours.searcher().search(parsed("body_accented:khéo"))
    assert "<b" in hit.highlights("body_accented", text=hit["body"])


@row("`results.matched_terms()`, `hit.matched_terms()`, `has_matched_terms`")
def test_matched_terms(pair):
    found = both(
        pair,
        lambda searcher: [
            sorted(hit.matched_terms())
            for hit in searcher.search(parsed("dân OR khéo"), terms=True, limit=None)
        ],
    )
    assert [("body", b"dan"), ("body", b"kheo")] in found


@row('`hit.more_like_this("body")`, `searcher.key_terms`, `results.key_terms`')
def test_likeness(pair):
    assert both(pair, lambda searcher: searcher.key_terms([0], "body"))
    assert both(
        pair,
        lambda searcher: [
            one["id"] for one in searcher.search(parsed("khéo"))[0].more_like_this("body")
        ],
    )
    assert both(pair, lambda searcher: searcher.search(parsed("khéo")).key_terms("title"))


@row('`searcher.suggest`, `reader.corrector("body").suggest`, `terms_within`, `correct_query`')
def test_spelling(pair):
    for word in ("kheoo", "dam", "nghee"):
        assert both(
            pair, lambda searcher, word=word: searcher.reader().corrector("body").suggest(word)
        )
        both(pair, lambda searcher, word=word: searcher.suggest("body", word))
    within = both(
        pair, lambda searcher: sorted(searcher.reader().terms_within("body_accented", "khéoo", 2))
    )
    assert "khéo" in within
    corrected = both(pair, lambda searcher: searcher.correct_query(parsed("kheoo"), "kheoo").string)
    assert corrected == "kheo"


@row("`searcher.document(id=…)`, `documents`, `document_number`, `reader.first_id`")
def test_documents(pair):
    assert both(pair, lambda searcher: searcher.document(id="a/05"))["title"] == "Tây Nguyên"
    assert both(pair, lambda searcher: searcher.document(id="none")) is None
    assert both(pair, lambda searcher: searcher.document_number(id="a/05")) == 5
    assert both(pair, lambda searcher: searcher.reader().first_id("id", "a/05")) == 5
    found = both(pair, lambda searcher: [one["id"] for one in searcher.documents(source="s1")])
    assert found == ["a/01", "a/07", "a/13", "a/19"]


@row("`reader.lexicon`, `field_terms`, `term_info`, `postings`, `vector`, `most_frequent_terms`")
def test_readers(pair):
    """More of it is in ``test_codec``."""
    assert b"dan" in both(pair, lambda searcher: list(searcher.reader().lexicon("body")))
    assert both(pair, lambda searcher: searcher.reader().most_frequent_terms("body", 5))
    assert both(pair, lambda searcher: searcher.reader().most_distinctive_terms("body", 5))
    assert both(pair, lambda searcher: list(searcher.reader().vector_as("positions", 0, "body")))
    terms = both(pair, lambda searcher: list(searcher.reader().field_terms("title")))
    assert terms == ["2020", "cong", "dan", "kheo", "nguyen", "tac", "tay", "van"]


@row("`search_page`, `collapse`, `filter`, `mask`, `results.upgrade`")
def test_collecting(pair):
    def page(searcher: Any) -> list[str]:
        return [hit["id"] for hit in searcher.search_page(parsed("dân"), 2, pagelen=3)]

    def upgraded(searcher: Any) -> list[str]:
        results = searcher.search(parsed("dân"), limit=None)
        results.upgrade(searcher.search(parsed("tỉnh"), limit=None))
        return [hit["id"] for hit in results]

    assert len(both(pair, page)) == 3
    assert both(pair, upgraded)
    for options in (
        {"filter": Term("category", "chinh tri")},
        {"mask": Term("title", "tay")},
        {"collapse": "category"},
    ):
        found = both(
            pair,
            lambda searcher, options=options: [
                hit["id"] for hit in searcher.search(parsed("dân"), limit=None, **options)
            ],
        )
        assert found


@row("`searcher.refresh`")
def test_refresh(tmp_path):
    with Index.create(tmp_path / "index") as index:
        index.add(ARTICLES[:1], words=False)
        searcher = whoosh.index.open_dir(index.path).searcher()
        assert searcher.refresh() is searcher
        index.add(ARTICLES[1:3], words=False)
        searcher = searcher.refresh()
        assert searcher.doc_count() == 3
        index.remove(["a/00"])
        assert searcher.refresh().document(id="a/00") is None


@row("`ix.writer()`, `optimize`, `delete_by_term`, `add_field` of `whoosh.index.open_dir`")
def test_the_writer_of_whoosh(pair):
    """More of it is in ``tests/index/folder/test_whoosh_segment.py``."""
    for use in (pair.ours.writer, pair.ours.optimize, lambda: pair.ours.delete_by_term("id", "1")):
        with pytest.raises(StoreError, match="Whoosh's own writer cannot write this index"):
            use()


@row("the same of `danvan_search.whoosh.index.open_dir`")
def test_the_writer(tmp_path):
    """More of it is in ``test_writer``."""
    Index.create(tmp_path / "index").close()
    opened = open_dir(tmp_path / "index")
    with opened.writer() as writer:
        writer.add_document(id="1", body="Dân vận khéo", date=datetime.date(2020, 6, 30))
        writer.update_document(id="2", title="Tây Nguyên")
    assert opened.delete_by_term("id", "2") == 1
    opened.optimize()
    assert opened.doc_count_all() == 1
    with pytest.raises(StoreError, match="are fixed"):
        opened.add_field("x", fields.TEXT)


@row("`AsyncWriter`, `BufferedWriter` over it")
def test_other_writers(tmp_path):
    Index.create(tmp_path / "index").close()
    opened = open_dir(tmp_path / "index")
    waiting = AsyncWriter(opened)
    waiting.add_document(id="1", body="x")
    waiting.commit()
    assert opened.doc_count() == 1
    buffered = BufferedWriter(opened, period=None, limit=100)
    buffered.add_document(id="2", title="", body="y")
    buffered.close()
    with opened.searcher() as searcher:
        assert [hit["id"] for hit in searcher.search(Term("body", "y"))] == ["2"]


@row("`create_in(elsewhere, ix.schema)`, `reader.iter_docs()`")
def test_copies(pair, tmp_path):
    copy = whoosh.index.create_in(tmp_path, pair.ours.schema)
    with copy.writer() as writer, pair.ours.reader() as reader:
        for _, stored in reader.iter_docs():
            if not any("\ud800" <= one <= "\udfff" for one in stored["body"]):
                writer.add_document(**stored)
    assert copy.searcher().search(parsed('"dân vận khéo"'))


@row("`create_in` over an index")
def test_creating_over_an_index(tmp_path):
    """Whoosh removes the commit file; until it writes a segment, a repair is enough."""
    path = tmp_path / "index"
    with Index.create(path) as index:
        index.add([Article("1", "", "dân vận")], words=False)
    whoosh.index.create_in(path, fields.Schema(x=fields.TEXT))
    with pytest.raises(IndexDamagedError):
        Index.open(path)
    Index.repair(path)
    with Index.open(path) as index:
        assert list(index.ids()) == ["1"]


@row("scores")
def test_scores(pair):
    scores = both(
        pair,
        lambda searcher: [
            pytest.approx(hit.score)
            for hit in searcher.search(Or([Term("body", "dan"), Term("title", "van")]), limit=None)
        ],
    )
    assert len(scores) > 5
