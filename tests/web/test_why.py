"""Why an article has its place: a page without JavaScript, in both languages."""

import html
from typing import get_args

import pytest

from danvan_search.query.nodes import Field
from danvan_search.search.execution.score_parts import PartCode, TermKind
from danvan_search.search.explanation import Reason, TierName
from danvan_search.web.texts import LANGUAGES, TEXTS, Language
from tests.web.test_pages import link_to, page_of


def test_each_hit_says_why(client):
    """The link of a hit leads to its explanation, which leads to the article and to the results."""
    page = page_of(client, "/?q=giao+thong+so&page=2&sort=date")
    assert page.count('class="why"') == 10
    why = page_of(client, link_to(page, "Vì sao ở đây?"))
    assert TEXTS["why_matches"][0] in why
    assert TEXTS["why_sorted"][0].format(order=TEXTS["sort_date"][0]) in why
    back = link_to(why, "← Kết quả")
    assert back == "/?q=giao+thong+so&page=2&sort=date"
    assert "<mark>" in page_of(client, link_to(why, "An toàn giao thông số"))
    english = page_of(client, link_to(why, "English"))
    assert TEXTS["why_matches"][1] in english


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("query", ["an toàn giao", 'title:"giao thong"^2 tế* (giao NEAR/3 thông)'])
def test_all_parts_are_shown(client, web_index, code, query):
    """Each part of the score is there with its value, and each term with its counts."""
    answer = client.get("/why", params={"id": "tin/3", "q": query, "lang": code})
    t, explained = Language(code), web_index.explain(query, "tin/3")
    assert TEXTS[f"tier_{explained.tier}"][LANGUAGES.index(code)] in answer.text
    assert t("why_score", score=t.decimal(explained.value)) in answer.text
    leaves = list(explained.leaves())
    assert len(leaves) > 5
    for part in leaves:
        assert f'<span class="value">{t.decimal(part.value)}</span>' in answer.text
        if part.term is None:
            assert t(f"part_{part.code}") in answer.text
        else:
            shown = t(f"term_{part.term.kind}", form=part.term.form)
            assert html.escape(shown) in answer.text
            assert t.decimal(part.term.weight, 3) in answer.text


def test_what_is_missing_is_said(client, web_index):
    """So it is of an article that follows those that match, and of one that is not found."""
    follows = web_index.search("bài giao", limit=10, page=3).hits[-1].id
    page = client.get("/why", params={"q": "bài giao", "id": follows}).text
    assert TEXTS["why_rest"][0] in page
    assert TEXTS["missing_absent"][0].format(part="giao") in page
    page = page_of(client, "/why?q=giao&id=tay-nguyen&match=all&accents=exact")
    assert TEXTS["why_none"][0] in page
    assert 'class="value"' not in page
    relaxed = page_of(client, "/why?q=giao+thong+nguyen&id=tay-nguyen")
    assert TEXTS["why_relaxed"][0] in relaxed
    filtered = page_of(client, "/why?q=giao&id=tin/3&since=2022")
    assert TEXTS["missing_filter"][0].format(part="date:&gt;=2022-01-01") in filtered


def test_what_cannot_be_explained(client):
    """No article, no query and a wrong option are errors in a sentence."""
    for address, status in (
        ("/why?q=giao&id=nothing", 404),
        ("/why?q=giao", 404),
        ("/why?q=giao&id=" + "x" * 1_001, 404),
        ("/why?id=tin/3", 422),
        ("/why?id=tin/3&q=giao&sort=best", 422),
    ):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert TEXTS["sorry"][0] in answer.text
    first = client.get("/why?q=giao&id=tin/3")
    again = client.get("/why?q=giao&id=tin/3", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_each_code_has_its_text():
    """Tiers, reasons, parts of scores, kinds of terms and fields are translated."""
    for prefix, codes in (
        ("tier", TierName),
        ("missing", Reason),
        ("term", TermKind),
        ("field", Field),
    ):
        assert {f"{prefix}_{code}" for code in get_args(codes)} <= TEXTS.keys()
    assert {f"part_{code}" for code in get_args(PartCode)} - TEXTS.keys() == {
        "part_query",
        "part_term",
    }
