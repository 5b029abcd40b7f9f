"""Parsing a query string into a tree, with notes, and errors that point at a character."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search import QueryError
from danvan_search.query import parse
from danvan_search.query.descent import Descent
from danvan_search.query.nodes import Run, terms_of
from danvan_search.query.notes import Notes
from danvan_search.query.parser import _simple
from tests.naughty import SMALL
from tests.query.shown import parts_of, shown
from tests.query.typed import QUERIES

WORDS = [
    ("dân vận khéo", "[dân vận khéo]"),
    ("  Dân\tVẬN\n", "[dân vận]"),
    ('"dân vận khéo"', '"dân vận khéo"'),
    ('"dân vận" Hưng Yên', 'and("dân vận", [hưng yên])'),
    ('a"b"c', 'and([a], "b", [c])'),
    ('"a" "b c"', 'and("a", "b c")'),
    ("“Dân vận khéo”", '"dân vận khéo"'),
    ("”Dân vận khéo“", '"dân vận khéo"'),
    ("„dân vận“", '"dân vận"'),
    ("«dân vận»", '"dân vận"'),
    ("＂dân vận＂", '"dân vận"'),
    ('"thi đua “Dân vận khéo”"', '"thi đua dân vận khéo"'),
    ("32-CTr/TU", "[{32 ctr tu}]"),
    ('"32-CTr/TU"', '"32 ctr tu"'),
    ("30/8/2013", "[{30 8 2013}]"),
    ("Covid-19", "[{covid 19}]"),
    ("Covid19", "[{covid 19}]"),
    ("TP.HCM", "[{tp hcm}]"),
    ("CQ&DN", "[{cq dn}]"),
    ("02/CT-TW", "[{02 ct tw}]"),
    ("4.600", "[{4 600}]"),
    ("1,050", "[{1 050}]"),
    ("Hà Nội,Huế", "[hà nội huế]"),
    ("dân ... vận!", "[dân vận]"),
    ("[dân] {vận}", "[dân vận]"),
    ("Ðường ðường", "[đường đường]"),
    ("hoà khoẻ thuỷ", "[hòa khỏe thủy]"),
]

TEXT = [
    ("giá 1.000 đồng?", "[giá {1 000} đồng]"),
    ("C++ và C#", "[c++ và c#]"),
    ("-5 độ, +84", "[5 độ 84]"),
    ("hà nội - huế", "[hà nội huế]"),
    ("Hà Nội-Huế", "[hà {nội huế}]"),
    ("--dân -- vận-", "[dân vận]"),
    ("https://báo.vn/a?b=c&d=đ#e", "[https {báo vn a} b {c d} đ e]"),
    ("multi-agent current.md", "[{multi agent} {current md}]"),
    ("x:y", "[{x y}]"),
    ("Tiêu đề: dân vận", "[tiêu đề dân vận]"),
    ("MS word: mở tệp", "[ms word mở tệp]"),
    ("title:", "[title]"),
    ("title:: dân", "[title dân]"),
    ("title:-dân", "[title dân]"),
    ("subtitle:dân", "[{subtitle dân}]"),
    ("a-title:dân", "[{a title dân}]"),
    ("KHÔNG ai VÀ ai", "[không ai và ai]"),
    ("nghèo KHÔNG ngóc", "[nghèo không ngóc]"),
    ("and or not near hoặc", "[and or not near hoặc]"),
    ("DOOR ORAL", "[door oral]"),
    ("ANDES GD&&ĐT", "[andes gd đt]"),
    ("a ~ b ^ c * d", "[a b c d]"),
    ("~a ^2 b~c d*e", "[a 2 b c d e]"),
    ("10~20 x^y 2^10.5.1", "[10 20 x y 2 {10 5 1}]"),
    ('tivi 55" và 65"', "[tivi 55 và 65]"),
    ("anh (chị) em", "[anh chị em]"),
    ("f(x)", "[f x]"),
    ("luật (sửa đổi) 2024 (!?)", "[luật sửa đổi 2024]"),
    ("**đậm**", "[đậm]"),
    ("dân NOT", "[dân not]"),
    ("NOT", "[not]"),
    ("OR", "[or]"),
    ("AND NOT OR", "[and not or]"),
    ("( OR )", "[or]"),
    ("\\-hà \\OR \\(nội\\) \\title:x", "[hà or nội {title x}]"),
    ('\\"dân vận\\"', "[dân vận]"),
    ("kh\\* khéo\\~ a\\^2", "[kh khéo a 2]"),
    ("a\\-b", "[{a b}]"),
]

OPERATORS = [
    ("dân vận -hà nội", 'and([dân vận], not "hà nội")'),
    ("-hà nội dân vận", 'not "hà nội dân vận"'),
    ('dân vận -"hà nội" huế', 'and([dân vận], not "hà nội", [huế])'),
    ("dân NOT vận", 'and([dân], not "vận")'),
    ("NOT (a OR b)", "not or([a], [b])"),
    ("-(hà nội)", 'not "hà nội"'),
    ("-(a -b)", 'not and([a], not "b")'),
    ("-32-CTr", "[{32 ctr}]"),
    ("-CTr/TU", 'not "ctr tu"'),
    ("NOT -a", 'and([not], not "a")'),
    ("NOT NOT a", 'and([not], not "a")'),
    ("+hà nội", "must [hà nội]"),
    ('+"hà nội" dân', 'and(must "hà nội", [dân])'),
    ("hưng yên OR hà nội", "or([hưng yên], [hà nội])"),
    ("a b OR c d", "or([a b], [c d])"),
    ('a "b" OR c', 'or(and([a], "b"), [c])'),
    ("a OR b OR c", "or([a], [b], [c])"),
    ("a | b || c HOẶC d", "or([a], [b], [c], [d])"),
    ('"a"|"b"', 'or("a", "b")'),
    ("dân (khéo OR công)", "and([dân], or([khéo], [công]))"),
    ("(a b) (c)", "[a b c]"),
    ('(a "b") c', 'and([a], "b", [c])'),
    ("((a) OR (b))", "or([a], [b])"),
    ("dân AND vận", "and(must [dân], must [vận])"),
    ('a && "b"', 'and(must [a], must "b")'),
    ("a AND b OR c", "or(and([a], [b]), [c])"),
    ("-(a AND b)", "not and([a], [b])"),
    ("(a AND b) c", "and(and([a], [b]), must [c])"),
    ('(a "b" AND c) d', 'and(must [a], must "b", must [c d])'),
    ("sắt NEAR/9 đường", 'near9("sắt", "đường")'),
    ("hà nội NEAR mùa thu", 'near10("hà nội", "mùa thu")'),
    ('a "b" NEAR/0 "c" d', 'and([a], near0("b", "c"), [d])'),
    ("title:a NEAR b", 'title near10("a", "b")'),
    ("title:a NEAR title:b", 'title near10("a", "b")'),
    ("kh*", "[kh*]"),
    ("đư* xe", "[đư* xe]"),
    ("32-CT*", "[{32 ct*}]"),
    ("19*", "[19*]"),
    ("-kh*", 'not "kh*"'),
    ("khéo~ khéo~1", "[khéo~ khéo 1]"),
    ('"dân v*"', '"dân v*"'),
    ('"dân v"*', '"dân v*"'),
    ('"v* động"', '"v* động"'),
    ('"khéo~ léo"', '"khéo~ léo"'),
    ('"công * dân"', '"công * dân"'),
    ('"a * * b"', '"a * * b"'),
    ('"* dân *"', '"dân"'),
    ('"a ** b*c"', '"a b c"'),
    ('"dân khéo"~2', '"dân khéo"~2'),
    ('"dân khéo"~', '"dân khéo"~1'),
    ('"dân khéo"~0', '"dân khéo"'),
    ('"dân"~2', '"dân"'),
    ('"dân khéo"~2^3', '"dân khéo"~2^3'),
    ('"a \\" b"', '"a b"'),
    ("dân vận^2", "[dân vận]^2"),
    ("dân vận^2 khéo", "and([dân vận]^2, [khéo])"),
    ("(a OR b)^0.5", "or([a], [b])^0.5"),
    ("-a^2", 'not "a"'),
    ("+a^2", "must [a]^2"),
    ("*", "everything"),
    ("* dân", "[dân]"),
    ("(*)", "everything"),
]

FIELDS = [
    ("title:dân vận", "title [dân vận]"),
    ("TITLE:dân", "title [dân]"),
    ("tiêu đề:dân vận", "title [dân vận]"),
    ("Tieu De:dân", "title [dân]"),
    ("TIÊU ĐỀ:dân", "title [dân]"),
    ("tiêu de:dân", "[tiêu {de dân}]"),
    ("mua tiêu đề:dân", "and([mua], title [dân])"),
    ('title:"a b"~2 c', 'and(title "a b"~2, [c])'),
    ("title:(a OR b) c", "and(title or([a], [b]), [c])"),
    ("title:(a -b)", 'title and([a], not "b")'),
    ("title:a body:b", "and(title [a], body [b])"),
    ("chi tiết:a b", "details [a b]"),
    ("nội dung:b OR c", "or(body [b], [c])"),
    ("-title:hà nội", 'not title "hà nội"'),
    ("+title:hà nội", "must title [hà nội]"),
    ("title:a^2", "title [a]^2"),
    ("title:kh*", "title [kh*]"),
    ("category:xe", "category=xe"),
    ("category:thể thao", "and(category=thể, [thao])"),
    ('chuyên mục:"thể thao" bóng', "and(category=thể thao, [bóng])"),
    ('category:"a \\" \\\\"', 'category=a " \\'),
    ("category:(thể thao OR xe)", "or(category=thể thao, category=xe)"),
    ("-category:xe a", "and(not category=xe, [a])"),
    ("source:https://a.vn/b?c=d", "source=https://a.vn/b?c=d"),
    ("nguồn:x", "source=x"),
    ("site:vnexpress.net a", "and(site=vnexpress.net, [a])"),
    ("id:a-1(2) b", "and(id=a-1(2), [b])"),
    ("((site:a.vn) (date:2019))^2 a", "and(site=a.vn, date 2019-01-01..2019-12-31, [a])"),
    ("(id:5 OR id:6) a", "and(or(id=5, id=6), [a])"),
    ("date:2019", "date 2019-01-01..2019-12-31"),
    ("date:2/2020", "date 2020-02-01..2020-02-29"),
    ("date:2020-02", "date 2020-02-01..2020-02-29"),
    ("date:30/6/2019", "date 2019-06-30..2019-06-30"),
    ("ngày:30-6-2019", "date 2019-06-30..2019-06-30"),
    ("date:2019-06-30", "date 2019-06-30..2019-06-30"),
    ('date:"30.6.2019"', "date 2019-06-30..2019-06-30"),
    ("date:2018..3/2019", "date 2018-01-01..2019-03-31"),
    ("date:..2019", "date ..2019-12-31"),
    ("date:2019..", "date 2019-01-01.."),
    ("date:>=2019", "date 2019-01-01.."),
    ("date:>2019", "date 2020-01-01.."),
    ("date:<=6/2019", "date ..2019-06-30"),
    ("date:<6/2019", "date ..2019-05-31"),
    ("date:>9999", "[date 9999]"),
    ("since:2019 until:6/2020", "and(date 2019-01-01.., date ..2020-06-30)"),
    ("từ ngày:1/1/2019 a", "and(date 2019-01-01.., [a])"),
    ("date:(2019 OR 3/2020)", "or(date 2019-01-01..2019-12-31, date 2020-03-01..2020-03-31)"),
    ('word:"dân vận"', 'word "dân vận"'),
    ("word:“dân vận”", 'word "dân vận"'),
    ("từ ghép:dân", 'word "dân"'),
    ("khéo word:dân", 'and([khéo], word "dân")'),
    ('"khéo"word:dân', 'and("khéo", word "dân")'),
    ("word:TP.HCM OR x", 'or(word "tp hcm", [x])'),
    ('word:dân"vận"', 'and(word "dân", "vận")'),
    ('"word:dân"', '"word dân"'),
    ("(word:dân)", 'word "dân"'),
    ("word :dân", "[word dân]"),
    ("Word:dân", 'word "dân"'),
    ("-word:dân", 'not word "dân"'),
    ("word", "[word]"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("text", "expected"), [*WORDS, *TEXT, *OPERATORS, *FIELDS])
def test_a_query_is_parsed_into_a_tree(text, expected, form):
    """Each construct has its tree, in every Unicode form, and all else is text."""
    assert unicodedata.normalize("NFC", shown(parse(unicodedata.normalize(form, text)).root)) == (
        expected
    )


@pytest.mark.parametrize(("text", "expected"), [*WORDS, *TEXT])
def test_text_is_words(text, expected):
    """What is no operator needs no explanation."""
    assert parse(text).is_words


PLAIN = {"(a b) (c)", '(a "b") c', '"* dân *"', '"a ** b*c"', '"dân khéo"~0', '"dân"~2'}
PLAIN |= {'"a \\" b"', "-32-CTr", "* dân", "tiêu de:dân", '"word:dân"', "word :dân", "word"}
PLAIN |= {"date:>9999"}


@pytest.mark.parametrize(("text", "expected"), [*OPERATORS, *FIELDS])
def test_what_an_operator_makes_is_more_than_words(text, expected):
    """A tree other than of plain runs and phrases is explained to who typed it."""
    assert parse(text).is_words == (text in PLAIN)


NOTES = [
    ('"dân vận', "[dân vận]", "quote_not_closed", (0, 1)),
    ("Phong trào “Dân vận khéo", "[phong trào dân vận khéo]", "quote_not_closed", (11, 12)),
    ("khéo” năm 2021", "[khéo năm 2021]", "quote_not_closed", (4, 5)),
    ('"dân" vận"', 'and("dân", [vận])', "quote_not_closed", (9, 10)),
    ('"dân vận\\"', "[dân vận]", "quote_not_closed", (0, 1)),
    ('title:"dân', "title [dân]", "quote_not_closed", (6, 7)),
    ('word:"dân', 'word "dân"', "quote_not_closed", (5, 6)),
    ("dân (vận", "[dân vận]", "bracket_not_closed", (4, 5)),
    ("-(hà nội", 'not "hà nội"', "bracket_not_closed", (1, 2)),
    ("dân vận)", "[dân vận]", "bracket_not_opened", (7, 8)),
    ("a) một b) hai", "[a một b hai]", "bracket_not_opened", (1, 2)),
    (f"{'(' * 21}a{')' * 21}", "[a]", "brackets_too_deep", (20, 23)),
    ('dân "" vận', "[dân vận]", "quotes_empty", (4, 6)),
    ('dân "…" vận', "[dân vận]", "quotes_empty", (4, 7)),
    ("dân vận OR", "[dân vận]", "operator_alone", (8, 10)),
    ("OR dân vận", "[dân vận]", "operator_alone", (0, 2)),
    ("a OR OR b", "or([a], [b])", "operator_alone", (2, 4)),
    ("(a |) b", "[a b]", "operator_alone", (3, 4)),
    ("AND dân", "[dân]", "operator_alone", (0, 3)),
    ("dân AND", "[dân]", "operator_alone", (4, 7)),
    ("a AND && b", "and(must [a], must [b])", "operator_alone", (6, 8)),
    ("NEAR dân", "[dân]", "operator_alone", (0, 4)),
    ("dân NEAR/3", "[dân]", "operator_alone", (4, 10)),
    ("a NEAR (b OR c)", "and([a], or([b], [c]))", "near", (2, 6)),
    ("a NEAR b NEAR c", 'and(near10("a", "b"), [c])', "near", (9, 13)),
    ("a NEAR/100 b", 'near99("a", "b")', "distance", (7, 10)),
    ('"a b"~123456', '"a b"~99', "distance", (6, 12)),
    ("title:a NEAR body:b", "and(title [a], body [b])", "near", (8, 12)),
    ("-a NEAR b", 'and(not "a", [b])', "near", (3, 7)),
    ("date:abc", "[{date abc}]", "date", (0, 8)),
    ("date:31/2/2019", "[{date 31 2 2019}]", "date", (0, 14)),
    ("since:>2019", "[since 2019]", "date", (0, 11)),
    ("date:2020..2019", "date 2020-01-01..2019-12-31", "date_range", (0, 15)),
    ("word:dân vận", 'and(word "dân", [vận])', "word_takes_one", (0, 8)),
    ('word:"dân v*"', 'word "dân v"', "word_pattern", (5, 13)),
    ('word:"dân vận"~2', 'word "dân vận"', "word_pattern", (5, 16)),
    ("word:kh*", 'word "kh"', "word_pattern", (5, 8)),
]


@pytest.mark.parametrize(("text", "expected", "code", "span"), NOTES)
def test_what_is_no_complete_operator_is_text_with_a_note(text, expected, code, span):
    """The query is understood without it; strict parsing points at it."""
    query = parse(text)
    assert shown(query.root) == expected
    assert [(note.code, note.span) for note in query.notes] == [(code, span)]
    with pytest.raises(QueryError) as caught:
        parse(text, strict=True)
    assert str(caught.value) == query.notes[0].message
    assert (caught.value.query, caught.value.position) == (text, span[0])


@pytest.mark.parametrize(("text", "expected"), [*WORDS, *TEXT, *OPERATORS, *FIELDS])
def test_what_is_complete_has_no_note(text, expected):
    """Neither operators nor what is text without doubt are noted."""
    allowed = {"OR", "AND NOT OR", "( OR )", "date:>9999"}
    assert text in allowed or parse(text, strict=True).notes == ()


def test_of_each_kind_the_first_note_is_kept_and_notes_are_in_order():
    """A long pasted text has few notes."""
    query = parse('1) dân 2) vận "khéo OR')
    assert [(note.code, note.span) for note in query.notes] == [
        ("bracket_not_opened", (1, 2)),
        ("quote_not_closed", (14, 15)),
        ("operator_alone", (20, 22)),
    ]


ERRORS = [
    ("", "empty", None),
    (" \t\n", "empty", None),
    ("...", "no letter", 0),
    ("?!—", "no letter", 0),
    ("😀👍🏽", "no letter", 0),
    ("\u0301\u0323", "no letter", 0),
    ("\x00", "no letter", 0),
    ('"', "no letter", 0),
    ('""', "no letter", 0),
    ('"*"', "no letter", 0),
    ("() | -", "no letter", 0),
    ("~^*", "no letter", 0),
    ("a" * 1001, "1,001 characters", 1000),
]


@pytest.mark.parametrize(("text", "words", "position"), ERRORS)
def test_an_invalid_query_is_an_error_with_a_position(text, words, position):
    """A query that is too long or says nothing is an error."""
    with pytest.raises(QueryError, match=words) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.query == text


def test_the_maximum_length_can_be_raised():
    """``max_chars`` allows longer queries."""
    assert len(terms_of(parse("dân " * 500, max_chars=2000).root)) == 500


KNOWN = [
    ("category:thể thao bóng đá", "and(category=thể thao, [bóng đá])"),
    ("category:thể thao", "category=thể thao"),
    ("category:thể -thao", 'and(category=thể, not "thao")'),
    ("category:thể OR thao", "or(category=thể, [thao])"),
    ("category:thể title:thao", "and(category=thể, title [thao])"),
    ("source:báo nhân dân dân vận", "and(source=báo nhân dân, [dân vận])"),
    ("source:báo nhân", "and(source=báo, [nhân])"),
    ("site:báo nhân dân", "and(site=báo, [nhân dân])"),
]


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_a_filter_takes_the_longest_known_value(text, expected):
    """Without quotes, the value with blanks that some article has; else one piece."""
    values = {("category", "thể thao"), ("source", "báo nhân dân"), ("source", "báo nhân dân tốt")}
    query = parse(text, known=lambda field, value: (field, value) in values)
    assert shown(query.root) == expected


LAST = [
    ("dân v", "[dân v*]"),
    ("dân v ", "[dân v]"),
    ("dân v.", "[dân v]"),
    ('"dân v"', '"dân v"'),
    ('"dân v', "[dân v*]"),
    ("32-CT", "[{32 ct*}]"),
    ("a -v", 'and([a], not "v")'),
    ("a OR v", "or([a], [v*])"),
    ('"a" v', 'and("a", [v*])'),
    ("title:v", "title [v*]"),
    ("+v", "must [v*]"),
    ("a NEAR v", 'near10("a", "v*")'),
    ("word:v", 'word "v"'),
    ("v^2", "[v]^2"),
    ("kh*", "[kh*]"),
    ("a AND v", "and(must [a], must [v*])"),
    ("date:2019", "date 2019-01-01..2019-12-31"),
]


@pytest.mark.parametrize(("text", "expected"), LAST)
def test_the_last_syllable_can_be_a_prefix(text, expected):
    """Only a bare one that ends the query, and is not excluded."""
    query = parse(text, prefix_last=True)
    assert shown(query.root) == expected
    assert query.is_words == parse(text).is_words


def test_offsets_are_those_of_the_query_as_typed():
    """The offsets of each syllable count the quotes and combining marks of the query."""
    text = unicodedata.normalize("NFD", 'xin "Dân vận"')
    syllables = [one for part in parts_of(parse(text)) for one in part.syllables]
    assert [text[slice(*one.span)] for one in syllables] == [
        unicodedata.normalize("NFD", form) for form in ("xin", "Dân", "vận")
    ]


def test_only_vietnamese_marks_count_as_typed_marks():
    """A tone, a quality mark and đ are marks; a capital or another letter is not."""
    terms = terms_of(parse("Dân dan đi DI ơ ü 中 19").root)
    assert {one.accented: one.marked for one in terms} == {
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
    clauses = parse('một hai "ba bốn" năm 6/7 word:tám chín').clauses
    assert [" ".join(one.accented for one in terms_of(clause)) for clause in clauses] == [
        "một hai",
        "ba bốn",
        "năm 6 7",
        "tám",
        "chín",
    ]
    assert [isinstance(clause, Run) for clause in clauses] == [True, False, True, False, True]


ANY = st.text(max_size=300) | QUERIES | st.sampled_from([string for _, string in SMALL])


@given(ANY)
def test_no_string_raises_anything_but_a_query_error(text):
    """Every string gives a query, or an error with a position in it; all spans lie within it."""
    try:
        query = parse(text)
    except QueryError as raised:
        position = raised.position
        assert position is None or 0 <= position <= len(text)
        return
    for part in parts_of(query):
        for one in getattr(part, "syllables", ()):
            assert 0 <= one.span[0] < one.span[1] <= len(text)
    for note in query.notes:
        assert 0 <= note.span[0] < note.span[1] <= len(text)


@given(QUERIES)
def test_the_unicode_form_of_a_query_does_not_matter(text):
    """NFC and NFD of a query are the same query, or the same error; ids are taken as they are."""

    def outcome(form):
        try:
            query = parse(unicodedata.normalize(form, text))
        except QueryError as error:
            return str(error)
        return query.root, [note.code for note in query.notes]

    if "id:" not in text:
        assert outcome("NFC") == outcome("NFD")


@given(st.text(alphabet='abâđ -+"OR&/.19\n', max_size=30) | QUERIES)
def test_the_short_way_parses_as_the_whole_grammar(text):
    """Bare syllables and one phrase are parsed without the lexer, into the same tree."""
    simple = _simple(text) if text else None
    if simple is None:
        return
    notes = Notes()
    whole = Descent(text, notes, None).root()
    assert (simple, simple.span, notes.sorted()) == (whole, whole.span, ())


HEADLINES = [
    "Phong trào thi đua “Dân vận khéo” ở Hưng Yên: 10 năm nhìn lại",
    "Giá xăng tăng hơn 1.000 đồng/lít từ 15h hôm nay?",
    "U23 Việt Nam - U23 Thái Lan (19h30, 12/3): Quyết thắng!",
    "Công văn số 1234/BGDĐT-GDTrH về việc tổ chức kỳ thi",
    "HLV Park: 'Chúng tôi không sợ ai'",
    "NGHÈO KHÔNG NGÓC NỔI ĐẦU",
    "Covid-19: TP.HCM có thêm 5 ca; Hà Nội +3",
    "iPhone 7/7 Plus & Galaxy S8: chọn máy nào?",
    "Luật sư vẫn không tố cáo (!?)",
    "Tăng 5% - 10%, giảm -3 độ",
    "Cao tốc Nội Bài-Lào Cai | Báo Nhân Dân",
]


def test_headlines_are_words():
    """Of pasted headlines only a bar between blanks is an operator."""
    queries = [parse(headline, strict=True) for headline in HEADLINES]
    assert [query.text for query in queries if not query.is_words] == [HEADLINES[-1]]
