"""Trees as query strings, and in words for people; trees that are built in Python."""

import datetime

import pytest
from hypothesis import given

from danvan_search import ArgumentTypeError, QueryError
from danvan_search.query import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Query,
    Required,
    Run,
    Term,
    Wildcard,
    parse,
    phrase,
    read_as,
    word,
    words,
    written,
)
from danvan_search.query.checking import checked_tree
from tests.query.shown import parts_of, shown
from tests.query.test_parser import FIELDS, OPERATORS, TEXT, WORDS
from tests.query.typed import QUERIES


@pytest.mark.parametrize(("text", "expected"), [*WORDS, *TEXT, *OPERATORS, *FIELDS])
def test_a_tree_is_written_as_a_query_that_means_it(text, expected):
    """Parsing what was written gives the same tree, and writing that the same string."""
    root = parse(text).root
    again = parse(written(root), strict=True)
    assert again.root == root
    assert written(again.root) == written(root)


@given(QUERIES)
def test_every_tree_of_the_parser_can_be_written(text):
    """Whatever was typed."""
    try:
        query = parse(text)
    except QueryError:
        return
    again = parse(written(query.root), max_chars=10_000)
    assert again.root == query.root
    assert {note.code for note in again.notes} <= {"date_range"}


READ = [
    ("Dân vận", "dân vận"),
    ("32-CTr/TU  4.600", "32-CTr/TU 4.600"),
    ('"dân vận" khéo', '"dân vận", khéo'),
    ("dân vận -hà nội", 'dân vận, không có "hà nội"'),
    ("a OR b -c", 'a hoặc (b, không có "c")'),
    ("a (b OR c)", "a, (b hoặc c)"),
    ("-(a OR b)", "không có (a hoặc b)"),
    ('+a "b c"', 'phải có a, "b c"'),
    ("hà nội NEAR/3 mùa*", '"hà nội" gần "mùa*" (cách tối đa 3 tiếng)'),
    ('"a * b"~2', '"a * b" (cách tối đa 2 tiếng)'),
    ("kh* khéo~", "kh* khéo~"),
    ("dân vận^2 x", "dân vận (ưu tiên ×2), x"),
    ("title:dân body:(a OR b)", "tiêu đề có dân, nội dung có (a hoặc b)"),
    ('word:"dân vận"', 'từ "dân vận"'),
    ('category:"thể thao" -source:x', 'chuyên mục "thể thao", không phải nguồn "x"'),
    ("site:a.vn id:5", 'trang web "a.vn", mã "5"'),
    ("date:6/2019", "từ ngày 1/6/2019 đến ngày 30/6/2019"),
    ("date:1/6/2019", "ngày 1/6/2019"),
    ("since:2019", "từ ngày 1/1/2019"),
    ("until:2019", "đến ngày 31/12/2019"),
    ("*", "mọi bài"),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_query_is_explained(text, expected):
    """In one line of Vietnamese."""
    assert read_as(parse(text)) == expected


@given(QUERIES)
def test_every_query_is_explained(text):
    """In one line that names every syllable that is not excluded."""
    try:
        query = parse(text)
    except QueryError:
        return
    line = read_as(query)
    assert line
    for part in parts_of(query):
        if part.span == (0, 0) or len(getattr(part, "syllables", "..")) == 1:
            assert part.syllables[0].accented in line


NOT_SAYABLE = Or((words("a"), words("b"), words("c")), 2)


def test_what_no_string_can_say_is_explained():
    """A tree of Python may demand two of three."""
    assert read_as(Query(written(NOT_SAYABLE), NOT_SAYABLE)) == "ít nhất 2 trong: a hoặc b hoặc c"
    assert read_as(Query("x", DateRange())) == "có ngày"


BUILT = [
    (words("dân vận 32-CTr/TU kh* khéo~"), "[dân vận {32 ctr tu} kh* khéo~]"),
    (phrase("dân * v*", 2), '"dân * v*"~2'),
    (word("dân vận"), 'word "dân vận"'),
    (
        And((words("a"), Not(phrase("b")), InField("title", Or((words("c"), phrase("d e")))))),
        'and([a], not "b", title or([c], "d e"))',
    ),
]


@pytest.mark.parametrize(("node", "expected"), BUILT)
def test_nodes_are_built_from_text(node, expected):
    """They are those of a string that says the same."""
    assert shown(node) == expected
    assert checked_tree(node) is node
    assert parse(written(node)).root == node


@pytest.mark.parametrize("make", [words, phrase, word])
@pytest.mark.parametrize("text", ["", "…", "* ~"])
def test_text_without_syllables_makes_no_node(make, text):
    """It is a query error."""
    with pytest.raises(QueryError):
        make(text)


def nested(depth):
    node = words("a")
    for _ in range(depth):
        node = Not(node)
    return node


TERM = Term("dan", "dân", True)

WRONG = [
    (And(()), QueryError),
    (And([words("a")]), ArgumentTypeError),
    (And(("a",)), ArgumentTypeError),
    (Not(None), ArgumentTypeError),
    (Or((words("a"),), 0), QueryError),
    (Or((words("a"),), 1.5), QueryError),
    (Phrase(()), QueryError),
    (Phrase(("a",)), ArgumentTypeError),
    (Phrase((Wildcard(),)), QueryError),
    (Phrase((Term("", ""),)), QueryError),
    (Phrase((TERM,), -1), QueryError),
    (Phrase((TERM, TERM), 1, word=True), QueryError),
    (Phrase((TERM, Wildcard(), TERM), word=True), QueryError),
    (Run((TERM,)), ArgumentTypeError),
    (Run(()), QueryError),
    (Near(words("a"), phrase("b")), ArgumentTypeError),
    (Near(phrase("a"), phrase("b"), True), QueryError),
    (Boost(words("a"), float("nan")), QueryError),
    (Boost(words("a"), -1), QueryError),
    (Boost(words("a"), "2"), QueryError),
    (InField("head", words("a")), QueryError),
    (Equals("title", "a"), QueryError),
    (Equals("id", 5), QueryError),
    (DateRange("2019"), QueryError),
    (DateRange(datetime.datetime(2019, 1, 1)), QueryError),
    (nested(50), QueryError),
    (And((words("a"),) * 10_000), QueryError),
    (TERM, ArgumentTypeError),
]


@pytest.mark.parametrize(("tree", "error"), WRONG, ids=range(len(WRONG)))
def test_an_impossible_tree_is_an_error(tree, error):
    """It is found before anything runs it."""
    with pytest.raises(error):
        checked_tree(tree)


def test_a_large_tree_is_none_too_large():
    """Trees may be deep, and wide."""
    assert checked_tree(nested(48))
    assert checked_tree(And((Everything(), Required(Run((phrase("a"),) * 9_000)))))
