"""The query language over articles: what each construct finds, and how the answer says it."""

import datetime

import pytest

from danvan_search import ArgumentTypeError, Article, Index, OptionError, QueryError
from danvan_search.query import And, Equals, Everything, InField, Not, Or, parse, phrase, words


def day(text):
    return datetime.date.fromisoformat(text)


ARTICLES = [
    Article(
        "A",
        "Hội thi “Dân vận khéo”",
        "Huyện tổ chức công tác dân vận. Mô hình dân vận khéo ở Hưng Yên.",
        day("2019-06-30"),
        "Chính trị",
        "https://www.baohungyen.vn/a.html",
    ),
    Article(
        "B",
        "Giao thông",
        "Bảo đảm an toàn giao thông ở Hà Nội, ngày 30/8/2013.",
        day("2013-08-30"),
        "Giao thông",
        "https://giaothong.baohungyen.vn:8080/b",
    ),
    Article(
        "C",
        "Đường sắt",
        "Ông Dương nói về đường sắt. Công an làm dân vận.",
        day("2020-01-01"),
        "giao thông vận tải",
        "Báo Đường Sắt",
    ),
    Article("D", "Dân", "vận động nhân dân khéo léo; không ai bị bỏ lại.", day("2019-07-01")),
    Article(
        "E", "Ha noi mua thu", "Duong pho Ha Noi. Công việc của người dân vẫn tốt, dan van kheo."
    ),
    Article(
        "F",
        "32-CTr/TU",
        "Chương trình số 32-CTr/TU của TP.HCM: hoà bình, 1.000 người, GD&ĐT. Dân ta rất khéo.",
        None,
        "Chính trị",
        "hungyen.vn",
    ),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The six articles, in two segments."""
    with Index.create(tmp_path_factory.mktemp("language") / "index") as made:
        made.add(ARTICLES[:3])
        made.add(ARTICLES[3:])
        yield made


def found(index, query, **options):
    """Return the ids that match, as one string in the order of the alphabet."""
    results = index.search(query, snippet_chars=0, limit=100, **options)
    assert results.total_any == len(results)
    return "".join(sorted([hit.id for hit in results][: results.total]))


CASES = [
    ("dân vận khéo", "ADE"),
    ('"dân vận khéo"', "AE"),
    ('"dân vận"', "ACE"),
    ("dân vận -hà nội", "ACDE"),
    ('dân vận -"ha noi"', "ACD"),
    ("duong -dương", "E"),
    ("duong -đường", "E"),
    ("hưng yên OR hà nội", "ABE"),
    ("dân NOT vận", "EF"),
    ("dân (khéo OR công)", "ACDEF"),
    ("dân (khéo | công) -hưng", "CDEF"),
    ("title:dân", "AD"),
    ("tiêu đề:dân vận", "A"),
    ("body:hà nội", "BE"),
    ("title:(sắt OR giao thông)", "BC"),
    ("dân -title:dân", "CEF"),
    ('"dân v*"', "ACE"),
    ('"dân v"*', "ACE"),
    ("kh*", "ADEF"),
    ("đư*", "CE"),
    ('"công * dân"', "A"),
    ('"dân * vận"', ""),
    ('"dân vận *"', "ACE"),
    ('"dân khéo"~1', "ADE"),
    ('"dân khéo"~2', "ADEF"),
    ('"khéo dân"~9', ""),
    ("sắt NEAR/9 dương", "C"),
    ("dương NEAR/9 sắt", "C"),
    ("sắt NEAR/0 dương", "C"),
    ("title:hội NEAR khéo", "A"),
    ("32-CTr/TU", "F"),
    ('"ctr tu"', "F"),
    ("TP.HCM", "F"),
    ("30-8-2013", "B"),
    ("HOÀ BÌNH", "F"),
    ("KHÔNG ai", "D"),
    ("dân vận OR", "ACDE"),
    ('"dân vận', "ACDE"),
    ("dân vận)", "ACDE"),
    ("hà nội?", "BE"),
    ("GD&ĐT", "F"),
    ("khéo~ title:dan", "AD"),
    ("category:chính trị", "AF"),
    ('category:"CHINH TRI" khéo', "AF"),
    ("category:giao thông", "B"),
    ("category:giao thông vận tải", "C"),
    ("category:giao thông hà nội", "B"),
    ("chuyên mục:(chính trị OR giao thông) -sắt", "ABF"),
    ("-category:chính trị", "BCDE"),
    ("date:2019", "AD"),
    ("date:6/2019", "A"),
    ("date:30/8/2013..2019", "ABD"),
    ("date:>2019", "C"),
    ("date:<=2019-06-30", "AB"),
    ("ngày:30/6/2019 OR hà nội", "ABE"),
    ("since:2019 until:2019 khéo", "AD"),
    ("-date:2019 dân", "CEF"),
    ("id:A", "A"),
    ("id:a", ""),
    ("id:B OR id:C", "BC"),
    ("-id:A", "BCDEF"),
    ("source:hungyen.vn", "F"),
    ("source:báo đường sắt", "C"),
    ('nguồn:"BAO DUONG SAT"', "C"),
    ("source:HTTPS://www.baohungyen.vn/a.html", "A"),
    ("site:baohungyen.vn", "AB"),
    ("site:https://www.BAOHUNGYEN.vn/x", "AB"),
    ("site:giaothong.baohungyen.vn", "B"),
    ("site:hungyen.vn", "F"),
    ("site:vn", ""),
    ("*", "ABCDEF"),
    ("* -dân", "B"),
    ("-dân", "B"),
    ("+dân vận", "ACDE"),
    ("dân^2 vận", "ACDE"),
]


@pytest.mark.parametrize(("query", "expected"), CASES)
def test_each_construct_finds_its_articles(index, query, expected):
    """Typed accents rank, and do not filter."""
    assert found(index, query) == expected
    assert found(index, parse(query, known=index._current().has_value)) == expected


EXACT = [
    ('"dân vận khéo"', "A"),
    ('"dan van kheo"', "AE"),
    ('"dân vậ*"', "AC"),
    ("đư*", "C"),
    ("dư*", "C"),
    ("hà nội OR hội", "AB"),
    ("dân (vẫn OR động)", "DE"),
    ("title:dân vận", "A"),
    ("dương NEAR đường", "C"),
    ("dương NEAR/2 sắt", ""),
    ("dương NEAR/3 sắt", "C"),
    ("-hà nội", "ACDEF"),
]


@pytest.mark.parametrize(("query", "expected"), EXACT)
def test_exact_accents_filter(index, query, expected):
    """With ``accents="exact"`` a syllable typed with a mark matches only itself."""
    assert found(index, query, accents="exact") == expected


TREES = [
    (Or((words("hưng yên"), phrase("hà nội"))), "ABE"),
    (And((words("dân"), Not(phrase("vận")))), "EF"),
    (InField("title", phrase("dân v*")), "A"),
    (And((Equals("category", "chinh tri"), words("dân vận"))), "A"),
    (Or((words("hà nội"), words("giao"), words("an toàn")), 2), "B"),
    (Everything(), "ABCDEF"),
]


@pytest.mark.parametrize(("tree", "expected"), TREES)
def test_a_tree_is_searched_as_a_string_is(index, tree, expected):
    """A search takes nodes that were built in Python."""
    assert found(index, tree) == expected


@pytest.mark.parametrize("query", [None, b"dan", 3, ["dân"]])
def test_what_is_no_query_is_an_error(index, query):
    """A query is a string or a tree."""
    with pytest.raises(ArgumentTypeError):
        index.search(query)
    with pytest.raises(ArgumentTypeError):
        index.search(Not(query))


def test_the_results_say_how_the_query_was_understood(index):
    """In a line, and in notes where it is no complete query."""
    results = index.search('dân vận -"hà nội')
    assert results.read_as == 'dân vận, không có "hà nội"'
    assert [(note.code, note.span) for note in results.notes] == [("quote_not_closed", (9, 10))]
    assert results.query == 'dân vận -"hà nội'
    assert results.to_json()["read_as"] == results.read_as
    assert results.to_json()["notes"][0]["span"] == [9, 10]
    assert index.search("dân vận").notes == ()
    assert index.search(words("dân vận")).query == "dân vận"


def test_strict_refuses_what_has_a_note(index):
    """The error points; a query of many syllables is none."""
    with pytest.raises(QueryError, match="never closed") as caught:
        index.search('dân "vận', strict=True)
    assert caught.value.position == 4
    assert index.search("một hai ba bốn năm dân", strict=True).notes[0].code == "any"
    for options in ({"strict": "no"}, {"prefix_last": 1}):
        with pytest.raises(OptionError):
            index.search("dân", **options)


def test_a_syllable_in_progress_finds_all_that_begin_with_it(index):
    """With ``prefix_last``, the last one; a blank behind it ends it."""
    assert found(index, "dân vậ", prefix_last=True) == "ACDE"
    assert found(index, "dân vậ", match="all") == ""
    assert found(index, "dân vậ ", match="all", prefix_last=True) == ""
    assert found(index, "một hai ba bốn năm kh", prefix_last=True) == "ADEF"


MANY = "dân vận khéo tay chân xa"

MATCHES = [
    # The sixth syllable is missing everywhere.
    (MANY, "auto", "ACDEF", False),
    (MANY, "all", "", False),
    (MANY, "most", "", False),
    ("dân vận khéo tay", "auto", "ACDEF", True),
    ("dân vận khéo tay", "most", "ADE", False),
    ("dân vận khéo", "most", "ADE", False),
    ("dân tay", "most", "", False),
    ("dân vận khéo ở tay", "most", "A", False),
    ('"hà nội" dân vận khéo tay', "most", "E", False),
    ('+"yên" dân vận khéo tay chân', "any", "A", False),
    ('+"yên" ' + MANY, "auto", "A", False),
    ('+"nội" dân vận khéo sắt', "auto", "BCE", True),
    ('+"nội" dân vận khéo sắt', "most", "CE", False),
    ("+dân vận tay khéo", "any", "", False),
    ("category:chính trị dân vận khéo tay", "auto", "AF", True),
    ("category:chính trị " + MANY, "auto", "AF", False),
    # Operators say themselves what they demand.
    ("dân -vận khéo tay", "any", "ACDEF", False),
    ('dân -"vận" khéo tay chân xa', "any", "", False),
    ("dân OR xa", "all", "ACDEF", False),
    ("title:" + MANY, "any", "", False),
    ("kh* " + MANY, "any", "", False),
    ("dân AND tay", "auto", "", False),
    ("dân tay^2", "auto", "", False),
    ("dân vận", "phrase", "ACE", False),
    ("+dân vận", "phrase", "ACE", False),
    ("hà nội OR dân vận", "phrase", "ABCDE", False),
    ("dân khéo -tay", "phrase", "ADEF", False),
]


@pytest.mark.parametrize(("query", "match", "expected", "relaxed"), MATCHES)
def test_match_decides_how_many_syllables_are_demanded(index, query, match, expected, relaxed):
    """Of bare syllables; filters and ``+`` hold always."""
    assert found(index, query, match=match) == expected
    assert index.search(query, match=match).relaxed == relaxed


CODES = [
    ("32-CTr/TU xyz", "auto", "0"),
    ("32-CTr/TU xyz", "any", "0"),
    ("32-CTr/TU dân xyz", "any", "03"),
    ("một hai ba 32-CTr/TU xyz", "auto", "0"),
    ("32-CTr/TU", "any", "0"),
    ("32-CTr/TV", "auto", ""),
    ("32-CTr/TU 24/7 xyz", "most", ""),
    ("32-CTr/TU dân 24/7 số", "most", ""),
    ("24/7 5/6", "any", "02"),
]


@pytest.mark.parametrize("accents", ["auto", "exact", "ignore"])
@pytest.mark.parametrize(("query", "match", "expected"), CODES)
def test_a_code_stays_whole_whatever_is_demanded(make_index, query, match, expected, accents):
    """A part of it alone is no match: of any, of most, of many, or where none has all."""
    index = make_index(
        "32-CTr/TU 24/7", "32 CTr và TU", "ngày 24/7", "dân số 32", "tháng 7, 5 và 6", ""
    )
    assert found(index, query, match=match, accents=accents) == expected


def test_a_part_of_a_code_is_not_marked(make_index):
    """Wherever the whole code stands it is marked, and nowhere else."""
    index = make_index("ngày 24/7, nhóm 7 và 24 trẻ", "trẻ 24")
    for query in ("24/7 trẻ", "24/7 trẻ một hai ba bốn"):
        shown = {
            hit.id: [hit.snippet.text[start:end] for start, end in hit.snippet.spans]
            for hit in index.search(query, match="any")
        }
        assert shown == {"0": ["24/7", "trẻ"], "1": ["trẻ"]}


def test_what_is_excluded_is_not_marked(make_index):
    """Patterns, both sides of NEAR and phrases with slop are marked where they matched."""
    index = make_index("dân vận khéo ở tỉnh Hưng Yên")
    for query, marked in [
        ('"dân v*" -tây', ["dân vận"]),
        ("kh* -yến -hà", ["khéo"]),
        ('"dân khéo"~1', ["dân vận khéo"]),
        ("dân NEAR khéo", ["dân", "khéo"]),
        ("body:tỉnh OR title:dân", ["tỉnh"]),
        ("+vận", ["vận"]),
    ]:
        (hit,) = index.search(query)
        spans = [hit.snippet.text[start:end] for start, end in hit.snippet.spans]
        assert spans == marked, query


def test_with_many_syllables_the_answer_says_that_not_all_are_demanded(index):
    """From six syllables on, with ``auto`` alone."""
    assert [note.code for note in index.search(MANY).notes] == ["any"]
    assert index.search(MANY).notes[0].span == (0, len(MANY))
    assert index.search("dân vận khéo tay chân").notes == ()
    for match in ("all", "any", "most", "phrase"):
        assert index.search(MANY, match=match).notes == ()
    assert index.search(f"{MANY} OR hà").notes == ()


def test_what_is_not_ranked_by_syllables_is_listed_by_date(index):
    """Filters alone, a lone star and exclusions: the newest first, undated articles last."""
    assert [hit.id for hit in index.search("*")] == [*"CDAB", *"EF"]
    assert [hit.id for hit in index.search("category:chính trị")] == ["A", "F"]
    assert [hit.id for hit in index.search("-giao")] == [*"CDA", *"EF"]
    assert all(hit.exact for hit in index.search("date:2019"))


def test_a_boost_changes_the_order(make_index):
    """A part that counts more puts its articles first."""
    index = make_index("hoa đỏ", "hoa xanh", "hoa vàng vàng")
    assert index.search("đỏ OR xanh^3")[0].id == "1"
    assert index.search("đỏ^3 OR xanh")[0].id == "0"


def test_typed_accents_come_first_in_every_query(make_index):
    """With operators, too; the hits say which have them."""
    index = make_index("duong xa xa xa", "đường xa " + "x " * 50, "dương gần")
    for query in ("đường -sắt", "đường (xa OR gần)", "đường OR sắt", "body:đường", "đườ*"):
        results = index.search(query, snippet_chars=0)
        assert results[0].id == "1", query
        assert [hit.exact for hit in results] == [hit.id == "1" for hit in results], query
    ignored = index.search("đường -sắt", accents="ignore")
    assert {hit.id: hit.exact for hit in ignored} == {"0": False, "1": True, "2": False}


def test_an_exclusion_that_leaves_nothing_is_noted(make_index):
    """A pasted hyphen before a name may have been meant as one."""
    index = make_index("tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa, Vũng Tàu", "Hà Nội")
    results = index.search("Bà Rịa -Vũng Tàu")
    assert results.total == 0
    assert [(note.code, note.span) for note in results.notes] == [("excluded", (7, 16))]
    assert index.search("Bà Rịa - Vũng Tàu").total == 2
    for query in ("Bà Rịa -Nội", "-Vũng -Hà", "Bà Rịa -Huế", "Huế -Vũng Tàu", "-Bà -Hà -Huế"):
        assert index.search(query).notes == (), query
