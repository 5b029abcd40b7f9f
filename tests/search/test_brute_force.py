"""Every phrase of 1 to 6 syllables of the seeds against a scan of the texts."""

from collections import defaultdict

import pytest

from danvan_search.text import is_marked, syllable_grid

LENGTHS = range(1, 7)


@pytest.fixture(scope="module")
def grids(seeds_index):
    """The grids of title, body and each line of the details by article id."""
    return {
        id_: [
            syllable_grid(text)
            for text in (article.title, article.body, *article.details.split("\n"))
        ]
        for id_ in seeds_index.ids()
        for article in [seeds_index.get(id_)]
    }


def scan(grids, accented, *, exact):
    """Return the ids of the articles that contain a phrase, by comparing every position."""
    folded = tuple(syllable_grid(" ".join(accented)).folded)
    wanted = [form if is_marked(form) else None for form in accented]
    found = set()
    for id_, parts in grids.items():
        for grid in parts:
            for at in range(len(grid) - len(folded) + 1):
                if tuple(grid.folded[at : at + len(folded)]) != folded:
                    continue
                forms = grid.accented[at : at + len(folded)]
                if not exact or all(
                    want in (None, form) for want, form in zip(wanted, forms, strict=True)
                ):
                    found.add(id_)
    return found


def phrases(grids, length, *, folded):
    """Return the ids of the articles of each distinct phrase of a length.

    :param folded: whether phrases are in folded or in accented form.
    """
    ids = defaultdict(set)
    for id_, parts in grids.items():
        for grid in parts:
            forms = grid.folded if folded else grid.accented
            for at in range(len(grid) - length + 1):
                ids[tuple(forms[at : at + length])].add(id_)
    return ids


@pytest.mark.parametrize("length", LENGTHS)
def test_every_folded_phrase_is_found_exactly_where_it_occurs(seeds_index, grids, length):
    """A phrase typed without accents finds exactly the articles with its folded forms."""
    for phrase, expected in phrases(grids, length, folded=True).items():
        results = seeds_index.search(f'"{" ".join(phrase)}"', snippet_chars=0)
        assert {hit.id for hit in results} == expected, phrase
        assert results.total == len(expected), phrase


@pytest.mark.parametrize("length", LENGTHS)
def test_accented_phrases_rank_articles_with_the_accents_first(seeds_index, grids, length):
    """A phrase typed with accents finds all articles with its folded forms, exact ones first."""
    sample = sorted(phrases(grids, length, folded=False))[::29]
    assert len(sample) > 20
    for phrase in sample:
        query = f'"{" ".join(phrase)}"'
        expected = scan(grids, phrase, exact=False)
        exact = scan(grids, phrase, exact=True)
        results = seeds_index.search(query, snippet_chars=0)
        assert {hit.id for hit in results} == expected, phrase
        assert {hit.id for hit in results if hit.exact} == exact, phrase
        assert [hit.exact for hit in results] == sorted(
            (hit.exact for hit in results), reverse=True
        ), phrase
        only = seeds_index.search(query, accents="exact", snippet_chars=0)
        assert {hit.id for hit in only} == exact, phrase


@pytest.mark.parametrize("length", LENGTHS)
def test_partly_accented_phrases_match_only_the_marked_syllables_exactly(
    seeds_index, grids, length
):
    """A syllable typed without marks matches any form; one with marks is exact in its form only."""
    for number, phrase in enumerate(sorted(phrases(grids, length, folded=False))[::97]):
        folded = syllable_grid(" ".join(phrase)).folded
        mixed = [
            accented if (number + at) % 2 else plain
            for at, (accented, plain) in enumerate(zip(phrase, folded, strict=True))
        ]
        results = seeds_index.search(f'"{" ".join(mixed)}"', snippet_chars=0)
        assert {hit.id for hit in results} == scan(grids, mixed, exact=False), mixed
        assert {hit.id for hit in results if hit.exact} == scan(grids, mixed, exact=True), mixed


def test_a_phrase_never_crosses_from_title_to_body(seeds_index, grids):
    """The last syllables of a title and the first of its body form no phrase."""
    for title, body, *_ in grids.values():
        phrase = (*title.accented[-3:], *body.accented[:3])
        expected = scan(grids, phrase, exact=False)
        assert {hit.id for hit in seeds_index.search(f'"{" ".join(phrase)}"')} == expected, phrase
