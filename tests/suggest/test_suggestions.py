"""What is suggested, on a small index, in one segment and in several with removed articles."""

import json
import pickle
import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import ArgumentTypeError, Article, Index, Suggestion, restore_accents
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.text import syllable_grid
from tests.naughty import NAUGHTY
from tests.suggest.conftest import COPIES, SENTENCES

CASES = [
    ("cong tac dan van", "accents", "công tác dân vận"),
    ("CONG TAC DAN VAN", "accents", "CÔNG TÁC DÂN VẬN"),
    ('"an toan giao thong" ha noi', "accents", '"an toàn giao thông" hà nội'),
    ("công tac dân van", "accents", "công tác dân vận"),
    ("an tòan giao thông", None, None),
    ("suy nghỉ", "accents", "suy nghĩ"),
    ("nghĩ hè", "accents", "nghỉ hè"),
    ("daan vaanj kheos", "telex", "dân vận khéo"),
    ("Hà Nooij", "telex", "Hà Nội"),
    ("cong6 tac1 dan6 va65n", "vni", "công tác dân vận"),
    ("danvankheo", "glued", "dan van kheo"),
    ("Dânvận", "glued", "Dân vận"),
    ("giao thông HàNội", "glued", "giao thông Hà nội"),
    ("an toan giao thobg", "spelling", "an toan giao thong"),
    ("phong chao thi đua", "spelling", "phong trào thi đua"),
    ("dân vậm khéo", "spelling", "dân vận khéo"),
    ("học sinhh", "spelling", "học sinh"),
    ("nghĩ hè 30/4", "accents", "nghỉ hè 30/4"),
    ("title:dan van OR ha noi", "accents", "title:dân vận OR hà nội"),
]


@pytest.mark.parametrize("which", ["small", "divided"])
@pytest.mark.parametrize(("typed", "kind", "meant"), CASES)
def test_what_was_meant_comes_first(request, which, typed, kind, meant):
    """The first suggestion is what was meant, however the articles are divided."""
    index = request.getfixturevalue(which)
    first = next(iter(index.suggest(typed)), None)
    assert (first and first.kind, first and first.query) == (kind, meant)
    assert first is None or 0.5 <= first.confidence <= 1


@pytest.mark.parametrize("which", ["small", "divided"])
@pytest.mark.parametrize(
    "clean",
    [
        *SENTENCES,
        "dân vận",
        "Hà Nội",
        "học sinh đi chơi",
        "QX.ZK",
        "32-CTr/TU",
        "30/8/2013",
        "kh*",
        "khéo~",
        "dân vận -đường",
        "1.000.000",
        "bánh bao nóng hổi",
        "zzzz",
        "Lionel Messi",
        "?!",
    ],
)
def test_a_clean_query_is_left_alone(request, which, clean):
    """What the index knows as typed, codes, numbers, patterns and unknown names get nothing."""
    assert request.getfixturevalue(which).suggest(clean) == []


@pytest.fixture(scope="module")
def rivals(tmp_path_factory):
    """An index in which slips are also keys of Telex, or parts of other pairs."""
    bodies = [
        *["Giao thông, sử dụng đất, đàm phán ở Hàn Quốc"] * 300,
        *["Facebook các nước, tranh dân gian, voi rừng, cô Tâm hát"] * 300,
        "Gió to",
    ]
    with Index.create(tmp_path_factory.mktemp("suggest") / "rivals") as index:
        index.add([Article(f"{n}", "", body) for n, body in enumerate(bodies)], words=False)
        yield index


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("giso thong", "spelling", "giao thong"),  # not gió, though its keys are those of Telex
        ("dam ohan", "spelling", "dam phan"),  # not "o han", though that pair is frequent
        ("suwr dungj ddaats", "telex", "sử dụng đất"),
        ("facebookcac", "glued", "facebook cac"),  # facebook is no syllable
        ("trahn voi", "spelling", "tranh voi"),  # no word, and one spelling, of an unknown pair
        ("tam voi", "accents", "tâm voi"),  # a word, though its pair is unknown, too
    ],
)
def test_the_likeliest_of_several_readings_comes_first(rivals, typed, kind, meant):
    """Keys, cuts and spellings of the same letters are compared."""
    first = rivals.suggest(typed)[0]
    assert (first.kind, first.query) == (kind, meant)


def test_a_slip_is_not_searched_as_keys(rivals):
    """A query is replaced by what its keys mean only if no spelling is likelier."""
    results = rivals.search("giso thong")
    assert results.replaced_by is None
    assert results.suggestions[0].query == "giao thong"
    assert rivals.search("suwr dungj ddaats").replaced_by == "sử dụng đất"


def test_segments_and_removed_articles_count_as_one_index(small, divided):
    """Counts are sums over the segments, and removed articles do not count."""
    one, several = (FormCounts(index._current().searcher.views) for index in (small, divided))
    assert len(divided._current().searcher.views) > 1
    words = sorted({form for text in SENTENCES for form in syllable_grid(text).folded})
    words += ["banh", "nong", "zzz"]
    for form in words:
        assert one.form(form).occurrences == several.form(form).occurrences
        ours, theirs = one.variants(form), several.variants(form)
        assert ours.forms == theirs.forms
        assert ours.dfs.tolist() == theirs.dfs.tolist()
    table = one.pair_table(words, words)
    assert table.tolist() == several.pair_table(words, words).tolist()
    assert table.tolist() == [[one.pair(a, b) for b in words] for a in words]
    runs = [("dan", "van"), ("cong", "tac", "dan"), ("an", "toan", "giao", "thong"), ("x", "y")]
    for run in runs:
        ours, theirs = one.accents(run), several.accents(run)
        assert ours.codes.tolist() == theirs.codes.tolist()
        assert ours.counts.tolist() == theirs.counts.tolist()


def test_counts_are_those_of_the_texts(small):
    """The lengths of slices and lists are what a scan of the texts counts."""
    counts = FormCounts(small._current().searcher.views)
    grids = [syllable_grid(text) for text in SENTENCES]
    copies = COPIES + 1  # the bodies, and a title
    folded = [grid.folded for grid in grids]
    for form in ("dan", "nha", "zzz"):
        expected = copies * sum(one.count(form) for one in folded)
        assert counts.form(form).occurrences == expected
    pairs = [pair for one in folded for pair in pairwise(one)]
    for pair in {*pairs, ("van", "dan"), ("tam", "phong")}:
        assert counts.pair(*pair) == copies * pairs.count(pair)


def test_results_carry_suggestions_where_little_was_found(small):
    """A query that finds little has suggestions; one that finds much has none."""
    assert small.search("dân vận").suggestions == ()
    results = small.search("phong chao thi đua")
    assert results.relaxed
    assert results.suggestions[0].query == "phong trào thi đua"
    assert results.to_json()["suggestions"][0]["kind"] == "spelling"
    json.dumps(results.to_json())
    copy = pickle.loads(pickle.dumps(results))
    assert copy == results
    assert copy.suggestions == results.suggestions


@pytest.mark.parametrize("typed", ["daan vaanj kheos", "dan6 va65n khe1o"])
def test_keys_are_searched_as_what_they_mean(small, typed):
    """Raw keys that no article has are searched decoded, which the results say."""
    results = small.search(typed)
    assert results.replaced_by == "dân vận khéo"
    assert results.query == typed
    assert results.total == COPIES
    assert not results.relaxed
    assert "vận" in results[0].snippet.text
    assert results.suggestions[0].query == "dân vận khéo"


def test_keys_in_quotes_are_searched_as_typed(small):
    """Quotes mean what they hold; so do keys that some article has."""
    quoted = small.search('"daan vaanj kheos"')
    assert (quoted.total, quoted.replaced_by) == (0, None)


def test_keys_that_articles_have_are_searched_as_typed(make_index):
    """What is found as typed is not replaced."""
    index = make_index(*["dân vận khéo"] * 9, "a manual of daan vaanj kheos")
    results = index.search("daan vaanj")
    assert [hit.id for hit in results] == ["9"]
    assert results.replaced_by is None


def test_sure_accents_count_as_typed(make_index):
    """accents="restore" prefers the likeliest accents, which a query without any does not."""
    bodies = ["công tác dân vận tốt"] * 60
    index = make_index("cong tac dan van", *bodies, "cống tạc dán vạn")
    typed = index.search("cong tac dan van", limit=99)
    restored = index.search("cong tac dan van", accents="restore", limit=99)
    assert {hit.id for hit in typed} == {hit.id for hit in restored}
    assert {hit.id for hit in restored if hit.exact} == {str(n) for n in range(1, 61)}
    assert {hit.id for hit in restored[:60]} == {hit.id for hit in restored if hit.exact}


def test_a_text_gets_its_accents(small, tmp_path):
    """Marks that were typed stay, and so do capitals, codes and signs."""
    text = "Cong tac dan van, 32-CTr/TU: Phong trao “dan van kheo” — hoc sinh dí chơi!\nHa Noi"
    expected = "Công tác dân vận, 32-CTr/TU: Phong trào “dân vận khéo” — học sinh dí chơi!\nHà Nội"
    assert restore_accents(text, small) == expected
    assert restore_accents(text, small.path) == expected
    assert restore_accents(expected, small) == expected
    assert restore_accents("", small) == ""


def test_an_empty_index_suggests_nothing(tmp_path):
    """Nothing is known, and nothing raises."""
    with Index.create(tmp_path / "empty") as index:
        for text in ("cong tac dan van", "danvan", "daan", "", "?"):
            assert index.suggest(text) == []
            assert restore_accents(text, index) == text


def test_new_articles_count_at_once(tmp_path):
    """Suggestions follow a commit."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article(f"{n}", "", "mùa xuân") for n in range(8)], words=False)
        assert [one.query for one in index.suggest("hoi dan toc")] == []
        index.add([Article(f"b{n}", "", "hội dân tộc") for n in range(8)], words=False)
        assert [one.query for one in index.suggest("hoi dan toc")] == ["hội dân tộc"]
        index.remove(f"b{n}" for n in range(8))
        assert [one.query for one in index.suggest("hoi dan toc")] == []


@pytest.mark.parametrize("value", [None, 7, b"dan"])
def test_only_strings_are_queries(small, value):
    """Anything else is an error of its type."""
    with pytest.raises(ArgumentTypeError):
        small.suggest(value)
    with pytest.raises(ArgumentTypeError):
        restore_accents(value, small)


@pytest.mark.parametrize(("name", "text"), NAUGHTY, ids=[name for name, _ in NAUGHTY])
def test_naughty_strings_raise_nothing(small, name, text):
    """Any string gets suggestions or none, and its accents change no length beyond reason."""
    for one in small.suggest(text):
        assert isinstance(one, Suggestion)
        assert one.query != text
    restored = restore_accents(text[:3000], small)
    assert syllable_grid(restored).folded == syllable_grid(text[:3000]).folded


WORDS = """dan van kheo công tac dân vận vậm daan vaanj thobg danvan HN OR AND -hà " ( ) * ~2
title: 30/8/2013 va65n : ĐƯỜNG cÔng ́"""
pieces = st.sampled_from(WORDS.split())


@settings(max_examples=150)
@given(st.lists(pieces, max_size=9), st.sampled_from([" ", "", "  "]))
def test_suggestions_change_syllables_alone(small, parts, joint):
    """Accents keep the folded forms; whatever is suggested is another query, each once."""
    text = joint.join(parts)
    made = small.suggest(text)
    assert len({one.query for one in made}) == len(made)
    for one in made:
        assert one.query != text
        assert 0 < one.confidence <= 1
    restored = restore_accents(text, small)
    assert syllable_grid(restored).folded == syllable_grid(text).folded
    assert restore_accents(restored, small) == restored


def test_threads_share_the_tables(small):
    """Threads that ask at once get the same answers."""
    with Index.open(small.path) as index:
        queries = [typed for typed, _, _ in CASES]
        answers: list[list[list[Suggestion]]] = []
        start = threading.Barrier(4)

        def ask():
            start.wait()
            answers.append([index.suggest(one) for one in queries])

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert answers == [[small.suggest(one) for one in queries]] * 4
