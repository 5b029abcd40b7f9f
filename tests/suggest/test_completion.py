"""Completion against a scan of the texts."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import ArgumentTypeError, Article, Completion, Index, OptionError
from danvan_search.query.fit import begins_with
from danvan_search.text import is_marked, syllable_grid
from tests.naughty import NAUGHTY
from tests.suggest.conftest import SENTENCES

CASES = [
    ("an to", "an toàn giao thông trên đường quốc lộ"),
    ("phong trao t", "phong trào thi đua dân vận khéo lan"),
    ("Thành phố H", "thành phố hồ chí minh có nhiều khu"),
    ("ha n", "hà nội mưa lớn nhiều tuyến phố ngập"),
    ("dân vận k", "dân vận khéo lan tỏa khắp nơi"),
    ("nghi h", "nghỉ hè học sinh đi chơi với gia"),
    ("me oi", "mẹ ơi con muốn ăn cơm với cá"),
]


@pytest.mark.parametrize("which", ["small", "divided"])
@pytest.mark.parametrize(("prefix", "completed"), CASES)
def test_the_first_completion(request, which, prefix, completed):
    """The most frequent phrase that begins so, as far as it goes on."""
    first = request.getfixturevalue(which).complete(prefix)[0]
    assert first.text == completed


def test_segments_complete_as_one_index(small, divided):
    """The same phrases with the same counts, without those of removed articles."""
    for prefix in ("dan v", "dân v", "cong tac ", "giao thong t", "banh", "nha", "khu c"):
        assert small.complete(prefix, limit=50) == divided.complete(prefix, limit=50)
    assert small.complete("banh b") == []


TEXTS = st.lists(
    st.sampled_from(
        ["dân", "dan", "vận", "van", "vẫn", "khéo", "kheo", "công", "cong", "tác", "đi"]
    ),
    min_size=1,
    max_size=6,
)


def expected(texts, prefix):
    """Return how often each pair of syllables that begins as typed occurs; titles count more."""
    *_, typed = syllable_grid(prefix).accented
    typed_first = syllable_grid(prefix).accented[0]
    counts = Counter()
    for text in texts:
        grid = syllable_grid(text)
        for at in range(len(grid) - 1):
            first, second = grid.accented[at : at + 2]
            held = first if is_marked(typed_first) else grid.folded[at]
            if held == typed_first and begins_with(second, typed):
                counts[f"{first} {second}"] += 1
    return counts


@settings(max_examples=20)
@given(
    st.lists(TEXTS, min_size=1, max_size=8),
    st.sampled_from(["dan v", "dân v", "cong t", "van k", "dan va", "vận kh", "cong d", "dan d"]),
)
def test_completions_are_those_of_a_scan(tmp_path_factory, texts, prefix):
    """Each completion begins with a pair that the texts have as often, the most frequent first."""
    bodies = [" ".join(one) for one in texts]
    with Index.create(tmp_path_factory.mktemp("complete") / "index") as index:
        half = len(bodies) // 2
        for some in (bodies[:half], bodies[half:]):
            start = len(index)
            index.add((Article(f"{start + n}", "", one) for n, one in enumerate(some)), words=False)
        made = index.complete(prefix, limit=50)
    counts = expected(bodies, prefix)
    heads = [" ".join(one.text.split()[:2]) for one in made]
    begun = [(head, one) for head, one in zip(heads, made, strict=True) if head in counts]
    assert {head for head, _ in begun} == set(counts)
    assert [counts[head] for head, _ in begun] == sorted(counts.values(), reverse=True)
    for head, one in begun:
        assert one.occurrences <= counts[head]
        assert any(one.text in " ".join(text) for text in texts)


def test_titles_count_more(make_index):
    """A phrase in a title comes before one in several bodies."""
    bodies = [Article(f"{n}", "", "giao thừa") for n in range(5)]
    index = make_index(*bodies, Article("t", "Giao thông", ""))
    assert [one.text for one in index.complete("giao th")] == ["giao thông", "giao thừa"]


def test_a_limit_and_nothing_to_complete(small):
    """No more than the limit; nothing for nothing."""
    assert len(small.complete("d", limit=3)) == 3
    assert small.complete("d", limit=0) == []
    for prefix in ("", " ", "?!", "zzz", "dan zzz", "khéo vận "):
        assert small.complete(prefix) == []


@pytest.mark.parametrize("prefix", ["dân vận", "Dan Van", "ha noi"])
def test_a_whole_phrase_goes_on(small, prefix):
    """What is typed whole is completed by what follows it."""
    typed = " ".join(syllable_grid(prefix).folded)
    made = small.complete(prefix)
    assert made
    for one in made:
        folded = " ".join(syllable_grid(one.text).folded)
        assert folded.startswith(typed)
        assert one.text != " ".join(syllable_grid(prefix).accented)


@pytest.mark.parametrize(("name", "text"), NAUGHTY, ids=[name for name, _ in NAUGHTY])
def test_naughty_prefixes_raise_nothing(small, name, text):
    """Any string can be completed, or not."""
    for prefix in (text, f"{text[:50]} d", f"dan {text[:50]}"):
        assert all(isinstance(one, Completion) for one in small.complete(prefix))


def test_wrong_arguments_are_errors(small):
    """A sentence, not an error of Python."""
    with pytest.raises(ArgumentTypeError):
        small.complete(None)
    for limit in (-1, True, "3", 1.5):
        with pytest.raises(OptionError):
            small.complete("d", limit=limit)


def test_every_sentence_is_completed_from_its_beginning(small):
    """Two syllables and a letter lead to each sentence."""
    for text in SENTENCES:
        grid = syllable_grid(text)
        prefix = " ".join([*grid.folded[:2], grid.folded[2][0]])
        start = " ".join(grid.accented[:3])
        assert any(one.text.startswith(start) for one in small.complete(prefix))
