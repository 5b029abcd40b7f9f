"""Every phrase of 1 to 6 syllables of the seeds against a scan of the texts."""

from collections import defaultdict

import pytest

from danvan_search.text import is_marked, syllable_grid

LENGTHS = range(1, 7)


@pytest.fixture(scope="module")
def grids(seeds_index):
    """Document id to the grids of its title and its body."""
    return {
        id_: [syllable_grid(text) for text in (article.title, article.body)]
        for id_ in seeds_index.ids()
        for article in [seeds_index.get(id_)]
    }


def scan(grids, accented, *, exact):
    """The ids of the articles in which the phrase stands, found by looking everywhere."""
    folded = tuple(syllable_grid(" ".join(accented)).folded)
    held = [form if is_marked(form) else None for form in accented]
    found = set()
    for id_, parts in grids.items():
        for grid in parts:
            for at in range(len(grid) - len(folded) + 1):
                if tuple(grid.folded[at : at + len(folded)]) != folded:
                    continue
                here = grid.accented[at : at + len(folded)]
                if not exact or all(
                    want in (None, have) for want, have in zip(held, here, strict=True)
                ):
                    found.add(id_)
    return found


def phrases(grids, length, *, folded):
    """Every distinct phrase of a length, by folded forms or as written, with its articles."""
    places = defaultdict(set)
    for id_, parts in grids.items():
        for grid in parts:
            forms = grid.folded if folded else grid.accented
            for at in range(len(grid) - length + 1):
                places[tuple(forms[at : at + length])].add(id_)
    return places


@pytest.mark.parametrize("length", LENGTHS)
def test_every_folded_phrase_is_found_just_where_it_stands(seeds_index, grids, length):
    """A phrase typed without accents finds just the articles that hold its folded forms."""
    for phrase, expected in phrases(grids, length, folded=True).items():
        results = seeds_index.search(f'"{" ".join(phrase)}"', snippet_chars=0)
        assert {hit.id for hit in results} == expected, phrase
        assert results.total == len(expected), phrase


@pytest.mark.parametrize("length", LENGTHS)
def test_accented_phrases_rank_what_has_the_accents_first(seeds_index, grids, length):
    """A phrase typed with accents finds all of its folded form, the exact ones first."""
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
def test_partly_accented_phrases_hold_only_the_marked_syllables(seeds_index, grids, length):
    """A syllable typed without marks matches any form; one with marks is exact in its own."""
    for number, phrase in enumerate(sorted(phrases(grids, length, folded=False))[::97]):
        folded = syllable_grid(" ".join(phrase)).folded
        mixed = [
            accented if (number + at) % 2 else plain
            for at, (accented, plain) in enumerate(zip(phrase, folded, strict=True))
        ]
        results = seeds_index.search(f'"{" ".join(mixed)}"', snippet_chars=0)
        assert {hit.id for hit in results} == scan(grids, mixed, exact=False), mixed
        assert {hit.id for hit in results if hit.exact} == scan(grids, mixed, exact=True), mixed


def test_a_phrase_never_runs_from_title_into_body(seeds_index, grids):
    """The last syllable of a title and the first of its body make no phrase."""
    for title, body in grids.values():
        phrase = (*title.accented[-3:], *body.accented[:3])
        expected = scan(grids, phrase, exact=False)
        assert {hit.id for hit in seeds_index.search(f'"{" ".join(phrase)}"')} == expected, phrase
