"""The best clusters of many texts are those that a scan of every cluster finds, text by text."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.search.highlight import clusters
from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.marks import TextMarks

# Powers of two: worths that are equal are so exactly, and others differ by far more than 1e-9.
WEIGHTS = {"a": 1.0, "b": 4.0, "c": 0.5, ("a", "b"): 2.0, ("b", "c"): 8.0}
KINDS = [
    *((("a",), False), (("a",), True), (("b",), False), (("c",), True)),
    *((("a", "b", ("a", "b")), True), (("b", "c", ("b", "c")), False), (("a", "a"), False)),
]
MARKS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 30), st.sampled_from(KINDS)), max_size=30
)


def text_marks(drawn):
    """Return the marks of a text, each at a distance from the start of the one before."""
    start = 0
    starts, ends, kinds = [], [], []
    for distance, length, kind in drawn:
        start += distance
        starts.append(start)
        ends.append(start + length)
        kinds.append(kind)
    return TextMarks(starts, ends, kinds)


def worth(kinds):
    """Return what marks are worth: the first of each form fully, the others a little."""
    counts = Counter()
    for forms, exact in kinds:
        counts.update((form, 1.0) for form in forms)
        counts.update((form, 0.5) for form in forms if exact)
    return sum(
        WEIGHTS[form] * share * (1 + 0.05 * (count - 1)) for (form, share), count in counts.items()
    )


def scanned(marks, max_chars):
    """Return the earliest best cluster of a text: of those that end with each mark the longest."""
    starts, ends, kinds = marks
    best, cluster = 0.0, (0, 0)
    first = 0
    for last, end in enumerate(ends):
        first = next(
            (at for at in range(first, last) if end - starts[at] <= max_chars), max(first, last)
        )
        if (own := worth(kinds[first : last + 1])) > best + 1e-9:
            best, cluster = own, (starts[first], end)
    return cluster


@pytest.fixture(params=[1, 1 << 20], autouse=True, scope="module")
def cells(request):
    """Forms one at a time, and all at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "_CELLS", request.param)
        yield


@given(st.lists(MARKS.map(text_marks), max_size=5), st.sampled_from([1, 25, 60, 1000]))
def test_clusters_are_those_of_a_scan(texts, max_chars):
    """Also of texts without marks, with marks of one kind, and with marks that overlap."""
    expected = [scanned(marks, max_chars) for marks in texts]
    assert best_clusters(texts, WEIGHTS.__getitem__, max_chars) == expected


def test_the_earliest_of_equal_clusters_wins():
    """In the first text and in the last one, whichever way the sums are rounded."""
    kinds = [(("a",), False), (("b",), False), (("c",), False)]
    marks = text_marks([(100 * (n % 3 == 0) + 5, 4, kinds[n % 3]) for n in range(300)])
    found = best_clusters([marks] * 7, {"a": 0.1, "b": 0.7, "c": 1 / 3}.__getitem__, 40)
    assert found == [(105, 119)] * 7
