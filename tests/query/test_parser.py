"""Parsing a query string into nodes, and errors that point at a character."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search import QueryError
from danvan_search.query import parse
from danvan_search.query.nodes import Run, terms_of

BARE, QUOTED = False, True

QUERIES = [
    ("dân vận khéo", [("dân", BARE), ("vận", BARE), ("khéo", BARE)]),
    ("  Dân\tVẬN\n", [("dân", BARE), ("vận", BARE)]),
    ('"dân vận khéo"', [("dân vận khéo", QUOTED)]),
    ('"dân vận" Hưng Yên', [("dân vận", QUOTED), ("hưng", BARE), ("yên", BARE)]),
    ('a"b"c', [("a", BARE), ("b", QUOTED), ("c", BARE)]),
    ('"a" "b c"', [("a", QUOTED), ("b c", QUOTED)]),
    ("“Dân vận khéo”", [("dân vận khéo", QUOTED)]),
    ("”Dân vận khéo“", [("dân vận khéo", QUOTED)]),
    ("„dân vận“", [("dân vận", QUOTED)]),
    ("«dân vận»", [("dân vận", QUOTED)]),
    ('"thi đua “Dân vận khéo”"', [("thi đua dân vận khéo", QUOTED)]),
    ("32-CTr/TU", [("32 ctr tu", BARE)]),
    ('"32-CTr/TU"', [("32 ctr tu", QUOTED)]),
    ("30/8/2013", [("30 8 2013", BARE)]),
    ("Covid-19", [("covid 19", BARE)]),
    ("Covid19", [("covid 19", BARE)]),
    ("TP.HCM", [("tp hcm", BARE)]),
    ("CQ&DN", [("cq dn", BARE)]),
    ("02/CT-TW", [("02 ct tw", BARE)]),
    ("4.600", [("4 600", BARE)]),
    ("1,050", [("1 050", BARE)]),
    ("Hà Nội,Huế", [("hà", BARE), ("nội", BARE), ("huế", BARE)]),
    ("dân ... vận!", [("dân", BARE), ("vận", BARE)]),
    ("(dân) [vận]", [("dân", BARE), ("vận", BARE)]),
    ("dân OR -vận AND *", [("dân", BARE), ("or", BARE), ("vận", BARE), ("and", BARE)]),
    ("Ðường ðường", [("đường", BARE), ("đường", BARE)]),
    ("hoà khoẻ thuỷ", [("hòa", BARE), ("khỏe", BARE), ("thủy", BARE)]),
]


def _phrases(query):
    """Return the syllables of each part of a query, and whether it was quoted or a word."""
    return [
        (" ".join(one.accented for one in phrase.syllables), _is_in(phrase, query.quoted))
        for phrase in query.parts
    ]


def _is_in(phrase, clauses):
    return any(phrase is clause for clause in clauses)


def _syllables(query):
    return [one for phrase in query.parts for one in phrase.syllables]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_a_query_is_parsed_into_phrases(text, expected, form):
    """Bare syllables, quoted phrases and codes are distinguished, in every Unicode form."""
    assert _phrases(parse(unicodedata.normalize(form, text))) == expected


WORDS = [
    ('word:"dân vận"', [("dân vận", True)]),
    ("word:“dân vận”", [("dân vận", True)]),
    ("word:dân vận", [("dân", True), ("vận", False)]),
    ("khéo word:dân", [("khéo", False), ("dân", True)]),
    ('"khéo"word:dân', [("khéo", False), ("dân", True)]),
    ("word:TP.HCM tây", [("tp hcm", True), ("tây", False)]),
    ('word:dân"vận"', [("dân", True), ("vận", False)]),
    ('word:dân word:"vận"', [("dân", True), ("vận", True)]),
    ('"word:dân"', [("word dân", False)]),
    ("Word:dân", [("word dân", False)]),
    ("word :dân", [("word", False), ("dân", False)]),
    ("a-word:dân", [("a word dân", False)]),
    ("(word:dân)", [("word dân", False)]),
    ("sword:dân", [("sword dân", False)]),
    ("title:dân", [("title dân", False)]),
    ("word", [("word", False)]),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_word_is_a_prefix_only_where_a_clause_begins(text, expected):
    """``word:`` right before a quote or a syllable makes it a word; elsewhere it is text."""
    query = parse(text)
    assert [
        (" ".join(one.accented for one in phrase.syllables), phrase.word) for phrase in query.parts
    ] == expected


def test_a_word_is_not_joined_with_the_bare_syllables_around_it():
    """A word is a separate run, also where bare syllables are joined into phrases."""
    clauses = parse("một word:hai ba bốn").clauses
    assert [len(terms_of(clause)) for clause in clauses] == [1, 1, 2]
    assert [isinstance(clause, Run) for clause in clauses] == [True, False, True]
    assert clauses[1].word


ERRORS = [
    ("word:", "no word follows", 0),
    ("dân word:", "no word follows", 4),
    ("dân word: vận", "no word follows", 4),
    ("word:-vận", "no word follows", 0),
    ('dân word:"vận', "never closed", 9),
    ('dân word:"…"', "contain no syllable", 9),
    ("", "empty", None),
    (" \t\n", "empty", None),
    ("...", "no letter", 0),
    ("?!—", "no letter", 0),
    ("😀👍🏽", "no letter", 0),
    ("\u0301\u0323", "no letter", 0),
    ("\x00", "no letter", 0),
    ('dân "vận', "never closed", 4),
    ('"', "never closed", 0),
    ('"dân" vận"', "never closed", 9),
    ("dân «vận", "never closed", 4),
    ('dân ""', "contain no syllable", 4),
    ('dân " … " vận', "contain no syllable", 4),
    ("a" * 1001, "1,001 characters", 1000),
]


@pytest.mark.parametrize(("text", "words", "position"), ERRORS)
def test_an_invalid_query_is_an_error_with_a_position(text, words, position):
    """The error tells what is wrong, and the offset."""
    with pytest.raises(QueryError, match=words) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.query == text


def test_the_maximum_length_can_be_raised():
    """``max_chars`` allows longer queries."""
    assert len(_syllables(parse("dân " * 500, max_chars=2000))) == 500


def test_offsets_are_those_of_the_query_as_typed():
    """The offsets of each syllable count the quotes and combining marks of the query."""
    text = unicodedata.normalize("NFD", 'xin "Dân vận"')
    shown = [text[slice(*one.span)] for one in _syllables(parse(text))]
    assert shown == [unicodedata.normalize("NFD", form) for form in ("xin", "Dân", "vận")]


def test_only_vietnamese_marks_count_as_typed_marks():
    """A tone, a quality mark and đ are marks; a capital or another letter is not."""
    marked = {one.accented: one.marked for one in _syllables(parse("Dân dan đi DI ơ ü 中 19"))}
    assert marked == {
        "dân": True,
        "dan": False,
        "đi": True,
        "di": False,
        "ơ": True,
        "ü": False,
        "中": False,
        "19": False,
    }


def test_each_bare_run_between_quotes_is_joined_separately():
    """The runs of a query are its quoted phrases and the bare syllables between them."""
    clauses = parse('một hai "ba bốn" năm 6/7').clauses
    assert [" ".join(one.accented for one in terms_of(clause)) for clause in clauses] == [
        "một hai",
        "ba bốn",
        "năm 6 7",
    ]


@given(st.text(max_size=300))
def test_no_string_raises_anything_but_a_query_error(text):
    """Every string gives a query with syllables, or an error with a position in the query."""
    try:
        query = parse(text)
    except QueryError as raised:
        query, position = None, raised.position
    if query is None:
        assert position is None or 0 <= position <= len(text)
    else:
        assert _syllables(query)
        for one in _syllables(query):
            assert 0 <= one.span[0] < one.span[1] <= len(text)


@given(st.lists(st.sampled_from(["word:", *'dâđ vậu"“” -/.19']), max_size=60).map("".join))
def test_the_unicode_form_of_a_query_does_not_matter(text):
    """NFC and NFD of a query are the same query, or the same error."""

    def outcome(form):
        try:
            return _phrases(parse(unicodedata.normalize(form, text)))
        except QueryError as error:
            return str(error)

    assert outcome("NFC") == outcome("NFD")
