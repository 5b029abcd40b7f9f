"""Phrase search in the five seeds, in every Unicode form of text and query."""

import unicodedata

import pytest

from danvan_search import Index

ALL = {"000", "001", "002", "003", "004"}

PHRASES = [
    ('"dân vận khéo"', ALL - {"002"}),
    ('"dan van kheo"', ALL - {"002"}),
    ('"DÂN VẬN KHÉO"', ALL - {"002"}),
    ("“Dân vận khéo”", ALL - {"002"}),
    ('"dân van kheo"', ALL - {"002"}),
    ('"công tác dân vận"', ALL),
    ('"Hưng Yên"', {"003"}),
    ('"hoà bình"', {"001"}),
    ('"hòa bình"', {"001"}),
    ('"cải cách hành chính"', {"000", "001", "002"}),
    ('"32-CTr/TU"', {"004"}),
    ("32-CTr/TU", {"004"}),
    ('"an toan giao thong"', {"003"}),
    ('"Ðảng bộ Khối"', {"000", "001", "002", "003", "004"}),
]


def _seeds_of(results):
    return {hit.id.removeprefix("seeds/")[:3] for hit in results}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("query", "expected"), PHRASES)
def test_a_phrase_is_found_whatever_its_unicode_form(seeds_index, nfd_index, query, expected, form):
    """A phrase is found in NFC and NFD text alike, by an NFC and an NFD query alike."""
    typed = unicodedata.normalize(form, query)
    for index in (seeds_index, nfd_index):
        results = index.search(typed)
        assert _seeds_of(results) == expected
        assert results.total == len(expected)
        assert not results.relaxed


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_exact_accents_refuse_other_accents(seeds_index, form):
    """With ``accents="exact"`` a syllable typed with a mark matches no other accents."""
    typed = unicodedata.normalize(form, '"dẫn văn kheo"')
    assert seeds_index.search(typed, accents="exact").total == 0
    assert seeds_index.search(typed).total == 4
    assert seeds_index.search('"dân vận khéo"', accents="exact").total == 4


def test_exact_accents_ignore_tone_placement(seeds_index):
    """hoà and hòa have the same accented form, so each matches the other exactly."""
    (hit,) = seeds_index.search('"hoà bình"', accents="exact")
    (start, end) = hit.snippet.spans[0]
    assert hit.snippet.text[start:end] == "Hòa Bình"
    assert hit.exact


def test_the_article_about_the_query_comes_first(seeds_index):
    """The article whose title contains the phrase is the best hit."""
    for query in ("dân vận khéo", '"dân vận khéo"', "dan van kheo", '"dan van kheo"'):
        assert seeds_index.search(query)[0].id.startswith("seeds/003")


def test_hits_have_the_metadata_of_the_seeds(seeds_index):
    """Hits have the date and the category that the files state."""
    found = {hit.id[6:9]: hit for hit in seeds_index.search('"công tác dân vận"')}
    assert {key: hit.date and hit.date.isoformat() for key, hit in found.items()} == {
        "000": "2024-02-16",
        "001": "2020-06-30",
        "002": "2016-09-19",
        "003": None,
        "004": None,
    }
    assert found["001"].category == "Chính trị"
    assert found["001"].title.startswith("Ban Dân vận Tỉnh ủy kết quả")


def test_titles_and_snippets_are_the_original_text(nfd_index: Index):
    """Snippets are slices of the text as written, also of NFD text."""
    for hit in nfd_index.search("dân vận khéo"):
        assert hit.snippet.text in hit.article.body
        assert unicodedata.is_normalized("NFD", hit.snippet.text)
        assert unicodedata.is_normalized("NFD", hit.title)
