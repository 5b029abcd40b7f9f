"""The merge policy: few segments, and each syllable is rewritten rarely."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.writing import merge_policy
from danvan_search.index.writing.merge_policy import (
    MAX_LOAD,
    MAX_SEGMENTS,
    Size,
    plan_merge,
    plan_optimize,
)


def commit(sizes: list[Size]) -> tuple[list[Size], list[list[Size]]]:
    """Merge as a commit does; return the remaining segments, and the groups that were merged."""
    sizes = list(sizes)
    written = []
    while (group := plan_merge(sizes)) is not None:
        merged = sizes[group.start : group.stop]
        written.append(merged)
        sizes[group.start : group.stop] = [Size(sum(one.load for one in merged), 0.0)]
        assert len(written) < 100, "merging does not end"
    return sizes, written


def whole(*loads: int) -> list[Size]:
    """Return segments without deletions."""
    return [Size(one, 0.0) for one in loads]


SMALL = st.integers(0, 1_000)
ANY = st.one_of(SMALL, st.integers(0, 1_000_000))


@given(st.lists(ANY, max_size=48))
def test_never_more_than_eight(commits):
    """An index of up to three times MAX_LOAD has at most eight segments, whatever the commits."""
    assert sum(commits) <= 3 * MAX_LOAD
    sizes: list[Size] = []
    for size in commits:
        sizes, _ = commit([*sizes, *whole(size)])
        assert len(sizes) <= MAX_SEGMENTS


@given(st.lists(st.one_of(SMALL, st.integers(1, MAX_LOAD)), max_size=60))
def test_no_merge_exceeds_the_limit(commits):
    """No merge exceeds MAX_LOAD, and only a few more segments remain than that requires."""
    sizes: list[Size] = []
    for size in commits:
        sizes, written = commit([*sizes, *whole(size)])
        assert all(sum(one.load for one in group) <= MAX_LOAD for group in written)
        required = 2 * sum(one.load for one in sizes) // MAX_LOAD + 1
        assert len(sizes) <= max(MAX_SEGMENTS, required + 4)


@given(
    st.lists(
        st.tuples(ANY, st.lists(st.tuples(st.integers(0, 7), st.floats(0, 1)), max_size=3)),
        max_size=40,
    )
)
def test_deletions(commits):
    """After any deletions, there are few segments, and at most half of each is deleted."""
    sizes: list[Size] = []
    for size, deletions in commits:
        for at, share in deletions:
            if at < len(sizes):
                rest = round(sizes[at].load * (1 - share))
                sizes[at] = Size(rest, max(share, sizes[at].deleted_share))
        sizes, _ = commit([*sizes, *whole(size)])
        assert len(sizes) <= MAX_SEGMENTS
        assert all(size.deleted_share <= 0.5 for size in sizes)


def written_per_syllable(commits: list[int]) -> float:
    """Return how often a syllable is written on average, the first time included."""
    sizes: list[Size] = []
    written = sum(commits)
    for size in commits:
        sizes, groups = commit([*sizes, *whole(size)])
        written += sum(one.load for group in groups for one in group)
    return written / sum(commits)


@given(st.lists(st.one_of(st.integers(1, 3), st.integers(1, 1_000)), min_size=1, max_size=300))
def test_each_syllable_is_written_rarely(commits):
    """For any commits, a syllable is written no more often than the bound in ``plan_merge``."""
    bound = 1 + 8 * (1 + (sum(commits) / min(commits)) ** (1 / 8))
    assert written_per_syllable(commits) <= bound


@pytest.mark.parametrize(("count", "times"), [(10, 2), (100, 5), (1_000, 8), (10_000, 12)])
def test_commits_of_one_size(count, times):
    """Ten thousand equal commits write each syllable a few times, not thousands of times."""
    assert written_per_syllable([300] * count) <= times


@pytest.mark.parametrize("room", [0, 1_000, 5_000_000])
@pytest.mark.parametrize("full", [1, 3, 4, 5, 20])
def test_small_commits_to_a_large_index(full, room):
    """For any number of full segments, small commits do not rewrite the last one repeatedly."""
    sizes = whole(*[MAX_LOAD - room] * full)
    written = 0
    for _ in range(2_000):
        sizes, groups = commit([*sizes, *whole(300)])
        written += sum(one.load for group in groups for one in group)
        assert len(sizes) <= max(MAX_SEGMENTS, full + 5)
    assert written <= 30 * 2_000 * 300


@given(st.lists(st.sampled_from([1, 300, 9_000_000]), max_size=60))
def test_small_commits_among_large_ones(commits):
    """Large commits between small ones do not make the small ones expensive."""
    assert written_per_syllable([300, *commits]) <= 12


@given(st.integers(100_000, MAX_LOAD), st.lists(st.integers(1, 300), min_size=1, max_size=60))
def test_small_commits_leave_a_large_segment_alone(large, commits):
    """A large segment is rewritten only together with segments of at least half its size."""
    sizes = whole(large)
    for size in commits:
        sizes, groups = commit([*sizes, *whole(size)])
        assert large == sizes[0].load
        assert all(max(one.load for one in group) < large for group in groups)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_mostly_deleted_segment_is_rewritten(at):
    """A segment with more than half deleted is rewritten alone, with few segments, too."""
    sizes = whole(100, 100, 100)
    sizes[at] = Size(40, 0.6)
    assert range(at, at + 1) == plan_merge(sizes)
    sizes[at] = Size(50, 0.5)
    assert plan_merge(sizes) is None


def test_neighbours_only():
    """Only neighbours are merged, so that the order of articles stays."""
    assert plan_merge(whole(*[1] * 8)) is None
    assert plan_merge(whole(*[1] * 9)) == range(9)
    assert plan_merge(whole(1000, *[1] * 8)) == range(1, 9)
    assert plan_merge(whole(10_000, 4_000, 1_500, 600, 240, 90, 36, 5, 5)) == range(7, 9)
    assert plan_merge(whole(0, 0, 0, 0, 0, 0, 0, 0, 0)) == range(9)


@given(
    st.lists(st.builds(Size, st.integers(0, MAX_LOAD), st.sampled_from([0.0, 0.3])), max_size=30)
)
def test_optimising(sizes):
    """No two neighbours that fit together remain; a single segment without deletions stays."""
    groups = plan_optimize(sizes)
    touched = [at for group in groups for at in group]
    assert sorted(set(touched)) == touched
    assert all(sum(s.load for s in sizes[g.start : g.stop]) <= MAX_LOAD for g in groups)
    alone = [at for at in range(len(sizes)) if at not in touched]
    assert all(not sizes[at].deleted_share for at in alone)
    after = sorted([*groups, *(range(at, at + 1) for at in alone)], key=lambda g: g.start)
    totals = [sum(s.load for s in sizes[g.start : g.stop]) for g in after]
    assert all(one + two > MAX_LOAD for one, two in itertools.pairwise(totals))


def test_the_limit_of_optimising(monkeypatch):
    """Segments of three quarters of the limit stay separate; small ones are merged."""
    monkeypatch.setattr(merge_policy, "MAX_LOAD", 100)
    assert plan_optimize(whole(75, 75, 75)) == []
    assert plan_optimize(whole(20, 20, 75, 20, 20)) == [range(2), range(2, 4)]
    assert plan_optimize(whole(20)) == plan_optimize([]) == []
    assert plan_optimize([Size(20, 0.1)]) == [range(1)]
