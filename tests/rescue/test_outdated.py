"""An index of an earlier version: it is refused, and a repair carries all articles over."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from danvan_search import (
    Article,
    DanvanError,
    Index,
    IndexFormatError,
    IndexStorageError,
    verify_index,
)
from danvan_search.cli.app import cli
from danvan_search.index.codec import array_file
from danvan_search.index.folder import commit_file
from danvan_search.rescue import outdated
from danvan_search.rescue import repair as repairing
from danvan_search.text.analysis_version import ANALYSIS_VERSION
from tests.index.test_forged import CHANGES, apply
from tests.naughty import SMALL
from tests.rescue.conftest import answers, everything, flip, make_articles, tree
from tests.rescue.earlier import make_earlier, reseal, write

SAMPLE = Path(__file__).parents[1] / "index" / "data" / "earlier"
"""Written by the version before: two commits of three articles, the second removed."""

FORMAT = "the format 'danvan-grid-2'"
NEXT = ANALYSIS_VERSION + 1
ANALYSIS = f"version {NEXT} of the text analysis"


def make_other_analysis(path):
    """Make the commit of an index one of another version of the text analysis."""
    (file,) = path.glob("*.toc")
    reseal(file, lambda own: own.update(analysis=NEXT))


KINDS = {FORMAT: make_earlier, ANALYSIS: make_other_analysis}


@pytest.fixture(params=KINDS)
def kind(request):
    """Return what the index is, in the words of the report."""
    return request.param


@pytest.fixture
def sample(tmp_path):
    return Path(shutil.copytree(SAMPLE, tmp_path / "home" / "sample"))


def refused(path):
    """Check that an index is refused with advice, by everything but a repair."""
    says = "`dvsearch repair`, or read the folders anew with `dvsearch index --rebuild FOLDER`$"
    for use in (Index.open, verify_index):
        with pytest.raises(IndexFormatError, match=says):
            use(path)


def test_the_sample_is_of_the_format_before():
    """Its marker and its files say so: else the tests prove nothing."""
    assert (SAMPLE / "danvan.json").read_text() == '{"format": "danvan-grid-2"}\n'
    for file in SAMPLE.glob("MAIN_*.*"):
        assert file.read_bytes()[8] == 3
    (commit,) = SAMPLE.glob("*.toc")
    assert b'"analysis"' not in commit.read_bytes()


def test_the_sample_is_carried_over(sample):
    """Articles, answers and words are those that the version before gave."""
    refused(sample)
    before = tree(sample)
    dry = Index.repair(sample, dry_run=True)
    assert (dry.old, tree(sample)) == (None, before)
    report = Index.repair(sample)
    assert (report.kept, report.salvaged, report.segmented) == (2, 2, 2)
    assert (report.outdated, report.damages, report.is_complete) == (FORMAT, (), True)
    assert tree(report.old) == before
    assert ".outdated-" in report.old.name
    assert verify_index(sample).is_whole
    with Index.open(sample) as index:
        assert list(index.ids()) == ["1", "3"]
        (hit,) = index.search('"dan van kheo"')
        assert (hit.id, hit.exact, hit.category) == ("1", True, "Chính trị")
        assert index.get("3").extra == {"số": 3}
        assert [one.word for one in index.vocabulary("dân v")] == ["dân vận", "dân vận khéo"]
        assert index.add([Article("4", "", "an toàn giao thông")]).added == 1
        assert [hit.id for hit in index.search("giao thong")] == ["4"]
    assert not Index.repair(sample).outdated


def test_all_articles_are_carried_over(path, kind):
    """Every kind of answer is that of an index of the same articles, and nothing is lost."""
    with Index.open(path) as index:
        before, found = everything(index), answers(index)
        index.optimize()  # so that equal scores are in one order
        found = answers(index)
    KINDS[kind](path)
    refused(path)
    old = tree(path)
    report = Index.repair(path)
    assert (report.outdated, report.is_complete) == (kind, True)
    assert report.kept == report.salvaged == len(before)
    assert tree(report.old) == old
    assert verify_index(path).is_whole
    with Index.open(path) as index:
        assert everything(index) == before
        assert answers(index) == found
        assert index.stats().without_words == 0


def test_any_text_is_carried_over(tmp_path, kind):
    """Lone surrogates, empty texts, long and rare texts come over as they are."""
    path = tmp_path / "index"
    articles = [
        Article(str(number), text, text * 3, category=text, source=text, extra={text: [text]})
        for number, (_, text) in enumerate(SMALL)
    ]
    articles += [
        Article("dài", "", "Đường Hồ Chí Minh, 漢字. " * 400),
        Article("rỗng", "", ""),
        Article("lặp", "a", "dân vận " + " " * 5_000_000, source="lặp"),
    ]
    with Index.create(path) as index:
        index.add(articles, words=False)
    KINDS[kind](path)
    assert Index.repair(path).is_complete
    with Index.open(path) as index:
        assert [index.get(one) for one in index.ids()] == articles
        assert index.stats().without_words > 0


@pytest.fixture
def records(tmp_path):
    """Return a folder of five records; they have no details, which the format before cannot say."""
    folder = tmp_path / "records"
    folder.mkdir()
    lines = [json.dumps({"id": str(n), "text": f"Công tác dân vận, bản {n}."}) for n in range(5)]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_what_synchronising_needs_is_carried_over(tmp_path, records, kind):
    """Origins, roots and hashes are kept: the folder is found unchanged."""
    path = tmp_path / "index"
    Index.build(path, [records])
    KINDS[kind](path)
    Index.repair(path)
    with Index.open(path) as index:
        again = index.sync([records])
        assert (again.added, again.updated, again.removed, again.unchanged) == (0, 0, 0, 5)


def test_segments_keep_whether_they_have_words(tmp_path, kind):
    """Articles without words stay without, those with words are segmented again."""
    path = tmp_path / "index"
    articles = make_articles(40)
    with Index.create(path) as index:
        index.add(articles[:30])
        index.add(articles[30:], words=False)
        assert len(list(path.glob("*.grid"))) == 2
    KINDS[kind](path)
    report = Index.repair(path)
    assert (report.kept, report.segmented) == (40, 30)
    with Index.open(path) as index:
        assert index.stats().without_words == 10


def test_a_damaged_article_is_lost_alone(tmp_path, records, kind):
    """A changed byte of a text loses its article; the report names it and its folder."""
    path = tmp_path / "index"
    Index.build(path, [records])
    KINDS[kind](path)
    (file,) = path.glob("*.grid")
    damage_array(file, "text_frames", 40)
    report = Index.repair(path)
    assert (report.kept, report.lost, len(report.lost_ids)) == (4, 1, 1)
    assert report.index_again == (str(records.resolve()),)
    assert verify_index(path).is_whole
    with Index.open(path) as index:
        again = index.sync(report.index_again)
        assert (again.added, again.unchanged, again.updated, again.removed) == (1, 4, 0, 0)


def damage_array(file, name, offset):
    """Change a byte of one array of a file of either version."""
    version = file.read_bytes()[8]
    with array_file.ArrayFile(file, version=version) as opened:
        content = opened.arrays[name].whole().tobytes()
    flip(file, file.read_bytes().index(content) + offset)


def test_lost_files_of_the_format_before(path):
    """Without commit file, or marker, the segments are found; without a segment, it is counted."""
    with Index.open(path) as index:
        before = everything(index)
    make_earlier(path)
    copies = {}
    for name in ("commit", "marker", "rows"):
        copies[name] = Path(shutil.copytree(path, path.parent / name))
    next(copies["commit"].glob("*.toc")).unlink()
    report = Index.repair(copies["commit"])
    assert (report.deletions_lost, report.lost, report.outdated) == (True, 0, FORMAT)
    with Index.open(copies["commit"]) as index:
        kept = everything(index)
    assert {id_: kept[id_] for id_ in before} == before

    (copies["marker"] / "danvan.json").unlink()
    assert Index.repair(copies["marker"]).is_complete
    with Index.open(copies["marker"]) as index:
        assert everything(index) == before

    max(copies["rows"].glob("*.docs"), key=lambda one: one.stat().st_size).unlink()
    report = Index.repair(copies["rows"])
    assert report.lost + report.kept == len(before)
    assert report.lost > report.kept > 0


@pytest.mark.parametrize("change", CHANGES)
def test_forged_files_of_the_format_before(path, change):
    """Impossible values in any array lose articles, or change them; nothing else happens."""
    make_earlier(path)
    for suffix in (".grid", ".docs"):
        file = max(path.glob(f"*{suffix}"), key=lambda one: one.stat().st_size)
        whole = file.read_bytes()
        with array_file.ArrayFile(file, version=3) as opened:
            arrays = {name: array.whole().copy() for name, array in opened.arrays.items()}
            meta = opened.meta
        for name in arrays:
            changed = dict(arrays)
            apply(changed, name, change)
            write(file, changed, meta)
            try:
                Index.repair(path, dry_run=True)
            except DanvanError:
                pass
            file.write_bytes(whole)
    assert Index.repair(path, dry_run=True).is_complete


@pytest.mark.parametrize("step", ["IndexWriter", "damages", "replace_keeping_old", "write_empty"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_failure_changes_nothing(path, kind, monkeypatch, step, error):
    """After any failure the old folder is unchanged, and nothing is beside it."""
    KINDS[kind](path)
    before = tree(path.parent)

    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(repairing, step, fail)
    with pytest.raises((KeyboardInterrupt, OSError, IndexStorageError)):
        Index.repair(path)
    monkeypatch.undo()
    assert before == tree(path.parent)
    assert [one.name for one in path.parent.iterdir()] == ["index"]
    assert Index.repair(path).old is not None


def test_an_index_of_this_version_is_outdated_for_the_next(path, monkeypatch):
    """After the version of the analysis was raised, an index is carried over to the new one."""
    with Index.open(path) as index:
        before = everything(index)
    for module in (commit_file, outdated):
        monkeypatch.setattr(module, "ANALYSIS_VERSION", NEXT)
    refused(path)
    report = Index.repair(path)
    assert report.outdated == f"version {ANALYSIS_VERSION} of the text analysis"
    with Index.open(path) as index:
        assert everything(index) == before


def test_a_rebuild_replaces_it(path, seeds, kind):
    """``--rebuild`` reads the folders anew, whatever the version of the index."""
    KINDS[kind](path)
    Index.build(path, [seeds])
    with Index.open(path) as index:
        assert len(index) == 5


def test_the_command(sample):
    """The command says what the index is, and where the old one is kept."""
    run = CliRunner().invoke
    shown = run(cli, ["repair", "--index", str(sample), "--dry-run", "--json"])
    assert json.loads(shown.stdout)["outdated"] == FORMAT
    shown = run(cli, ["repair", "--index", str(sample)])
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == f"{sample} is of an earlier version: {FORMAT}"
    assert lines[1].startswith(f"{sample} carried over: 2 articles indexed again")
    assert lines[2].startswith("the old index is kept as ")
    shown = run(cli, ["repair", "--index", str(sample)])
    assert "nothing is damaged" in shown.stdout
