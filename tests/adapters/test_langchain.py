"""The retriever for LangChain: their standard tests, and what is our own."""

import asyncio

import pytest

pytest.importorskip("langchain_core", reason="langchain-core is not installed: make test-adapters")
pytest.importorskip("langchain_tests", reason="langchain-tests is not installed")

from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError

from danvan_search import Article, Index, QueryError
from danvan_search.langchain import DanvanRetriever

pytestmark = pytest.mark.filterwarnings("default")


class TestStandard(RetrieversIntegrationTests):
    """The tests that LangChain has for every retriever."""

    @pytest.fixture(autouse=True)
    def _use(self, seeds_index):
        type(self).index = seeds_index

    @property
    def retriever_constructor(self):
        return DanvanRetriever

    @property
    def retriever_constructor_params(self):
        return {"index": self.index}

    @property
    def retriever_query_example(self):
        return "dân vận"


@pytest.fixture
def index(make_index) -> Index:
    """Three articles."""
    return make_index(
        Article(
            "a", "Hội thi", "Hội thi dân vận khéo. " * 30, category="Chính trị", source="a.txt"
        ),
        Article("b", "", "Công tác dân vận. " + "Tin khác hẳn. " * 40 + "Lại là dân vận."),
        Article("c", "Giao thông", "Bảo đảm an toàn giao thông."),
    )


def test_documents_have_the_body_and_the_facts(index):
    """The order is that of a search; scores and facts are metadata."""
    documents = DanvanRetriever(index=index).invoke("dân vận")
    hits = list(index.search("dân vận", limit=4))
    assert [one.id for one in documents] == [hit.id for hit in hits]
    by_id = {one.id: one for one in documents}
    assert by_id["a"].page_content == index.get("a").body
    assert by_id["a"].metadata == {
        "title": "Hội thi",
        "date": None,
        "category": "Chính trị",
        "source": "a.txt",
        "score": next(hit.score for hit in hits if hit.id == "a"),
        "exact": True,
    }


def test_passages_take_the_place_of_the_body(index):
    """They are the snippets of a hit."""
    retriever = DanvanRetriever(index=index, passages=2, passage_chars=40)
    (document,) = [one for one in retriever.invoke("dân vận") if one.id == "b"]
    first, second = document.page_content.split("\n\n")
    assert "Công tác dân vận" in first
    assert "Lại là dân vận" in second


def test_options_of_the_retriever_and_of_a_call(index):
    """Those of a call win."""
    retriever = DanvanRetriever(index=index, k=1, options={"category": "chinh tri"})
    assert [one.id for one in retriever.invoke("dân vận")] == ["a"]
    found = retriever.invoke("dân vận", k=5, category=None)
    assert {one.id for one in found} == {"a", "b"}
    with pytest.raises(TypeError, match="colour"):
        retriever.invoke("dân vận", colour="red")
    with pytest.raises(QueryError):
        retriever.invoke("?!")
    with pytest.raises(ValidationError):
        DanvanRetriever(index=index, k=0)


def test_it_composes_and_runs_in_threads(index):
    """A chain, a batch, and calls of asyncio."""
    ids = DanvanRetriever(index=index) | RunnableLambda(lambda found: [one.id for one in found])
    assert ids.batch(["giao thong", "giao thong"]) == [["c"], ["c"]]
    assert asyncio.run(ids.ainvoke("giao thông")) == ["c"]
