"""`dvsearch verify`, `repair`, `backup` and `restore`."""

import csv
import io
import json
import os

import pytest

from danvan_search import Article, Index, verify_index
from danvan_search.index.codec.array_file import ArrayFile
from tests.cli.test_output import NAUGHTY, control_characters

PLACE = "indexes/default"


@pytest.fixture
def index(run, tmp_path):
    """Return the folder of the default index, which holds thirty articles in two segments."""
    with Index.create(tmp_path / PLACE) as made:
        made.add(Article(f"bài {n}", "", f"dân vận khéo {n}") for n in range(24))
        made.add(Article(f"tin {n}", "", f"dân vận {n}") for n in range(6))
    return tmp_path / PLACE


def files(index, suffix):
    """Return the files with a suffix, the largest first."""
    return sorted(index.glob(f"*{suffix}"), key=lambda one: -one.stat().st_size)


def cut(file, size=100):
    """Truncate a file."""
    file.write_bytes(file.read_bytes()[:size])


def test_verify_a_whole_index(run, index):
    """One line reports what was verified."""
    result = run("verify")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith(f"{PLACE}: 6 files with ")
    assert result.stdout.endswith(", all as written\n")


def test_verify_a_damaged_index(run, index):
    """Each damaged file is a line, and the message says what to do next."""
    large, small = files(index, ".grid")
    cut(large)
    small.unlink()
    result = run("verify")
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted([large.name, small.name])
    assert any("missing" in line for line in lines)
    assert "`dvsearch repair`" in result.stderr
    assert "`dvsearch restore`" in result.stderr


def test_verify_for_programs(run, index):
    """Output for programs has the same content and exit code."""
    (index / "MAIN_0123456789abcdef.grid").write_bytes(b"x")
    harmed = files(index, ".docs")[0]
    cut(harmed)
    document = json.loads(run("verify", "--json").stdout)
    assert document["whole"] is False
    assert [one["file"] for one in document["damages"]] == [harmed.name]
    assert document["leftovers"] == ["MAIN_0123456789abcdef.grid"]
    result = run("verify", "--csv")
    assert result.exit_code == 2
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["kind"] for row in rows] == ["damage", "leftover"]
    assert [json.loads(line)["kind"] for line in run("verify", "--jsonl").stdout.splitlines()] == [
        "damage",
        "leftover",
    ]


def test_leftovers_are_not_damage(run, index):
    """Files that a killed process left are reported, and are not damage."""
    (index / "MAIN_0123456789abcdef.docs").write_bytes(b"x")
    result = run("verify")
    assert result.exit_code == 0
    assert "the next commit removes them: MAIN_0123456789abcdef.docs" in result.stderr
    before = sorted(os.listdir(index.parent))  # noqa: PTH208
    assert run("repair").stdout == f"{PLACE}: nothing is damaged, and nothing was changed\n"
    assert before == sorted(os.listdir(index.parent))  # noqa: PTH208


def test_repair(run, index):
    """The report: what is kept, what is lost, and where the old index is."""
    cut(files(index, ".docs")[1])
    dry = run("repair", "--dry-run")
    assert dry.exit_code == 2
    assert f"{PLACE} would be repaired: 24 articles kept\nlost: 6 articles\n" in dry.stdout
    assert "kept as" not in dry.stdout
    result = run("repair")
    assert result.exit_code == 2
    assert f"{PLACE} repaired: 24 articles kept\nlost: 6 articles\n" in result.stdout
    assert "index their sources again" in result.stderr
    (old,) = (one for one in index.parent.iterdir() if one.name != "default")
    assert f"kept as {old}: delete it" in result.stdout
    assert run("verify").exit_code == 0
    again = run("repair")
    assert (again.exit_code, again.stdout) == (
        0,
        f"{PLACE}: nothing is damaged, and nothing was changed\n",
    )


def test_repair_that_loses_nothing(run, index):
    """Articles that can be verified are indexed again; the exit code is 0."""
    large = files(index, ".grid")[0]
    # The positions are not needed to read a text.
    positions = ArrayFile(large).arrays["positions"].whole().tobytes()
    content = bytearray(large.read_bytes())
    content[content.index(positions)] ^= 1
    large.write_bytes(content)
    result = run("repair", "--json")
    document = json.loads(result.stdout)
    assert (document["kept"], document["lost"], document["lost_ids"]) == (30, 0, [])
    assert (document["salvaged"], document["dry_run"]) == (24, False)
    assert result.exit_code == 0


def test_many_lost_articles(run, index):
    """A long list of lost ids is truncated for people, and complete for programs."""
    files(index, ".grid")[0].unlink()
    shown = run("repair", "--dry-run")
    assert "  bài 23\n" in shown.stdout
    assert "  and 4 more: --json lists all known ids\n" in shown.stdout
    document = json.loads(run("repair", "--dry-run", "--json").stdout)
    assert sorted(document["lost_ids"]) == sorted(f"bài {n}" for n in range(24))


def test_repair_names_what_to_index_again(run, tmp_path):
    """The command that the report suggests brings lost articles back."""
    folder = tmp_path / "tin tức"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Bài {number}\n\nNội dung dân vận.\n")
    assert run("index", "tin tức").exit_code == 0
    files(tmp_path / PLACE, ".grid")[0].unlink()
    result = run("repair")
    assert f"dvsearch index '{folder}'" in result.stderr
    assert "added 3" in run("index", str(folder)).stdout


def test_lost_table_of_contents(run, index):
    """The report explains the loss of the commit file."""
    files(index, ".toc")[0].write_bytes(b"")
    result = run("repair")
    assert result.exit_code == 2
    assert "repaired: 30 articles kept\n" in result.stdout
    assert "removed articles, and old versions of articles, may be back" in result.stdout


def test_backup_and_restore(run, index):
    """An index is saved and restored; the reports name its content."""
    result = run("backup", "saved.tar.zst")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("saved.tar.zst: 30 articles of generation 2, 6 files with ")
    result = run("restore", "saved.tar.zst", "--index", "copy")
    assert result.exit_code == 0
    assert result.stdout.startswith("copy: 30 articles of generation 2, 6 files with ")
    assert (
        run("query", '"dân vận khéo"', "--index", "copy", "--jsonl").stdout
        == run("query", '"dân vận khéo"', "--jsonl").stdout
    )


def test_existing_files_need_force(run, index):
    """Only --force replaces a backup or an index; the old index is kept."""
    assert run("backup", "saved.tar.zst").exit_code == 0
    for args in (("backup", "saved.tar.zst"), ("restore", "saved.tar.zst")):
        result = run(*args)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert "by force" in result.stderr
    assert run("backup", "saved.tar.zst", "--force").exit_code == 0
    result = run("restore", "saved.tar.zst", "--force")
    assert result.exit_code == 0
    (old,) = (one for one in index.parent.iterdir() if one.name != "default")
    assert f"kept as {old}: delete it" in result.stdout
    assert verify_index(old).is_whole
    assert verify_index(index).is_whole


def test_through_pipes(run, index):
    """- is standard output or standard input; messages go to stderr."""
    result = run("backup", "-")
    assert result.exit_code == 0
    assert result.stderr.startswith("standard output: 30 articles")
    restored = run("restore", "-", "--index", "copy", "--json", input=result.stdout_bytes)
    assert json.loads(restored.stdout)["articles"] == 30
    assert verify_index("copy").is_whole
    cut_short = run("restore", "-", "--index", "none", input=result.stdout_bytes[:-3])
    assert cut_short.exit_code == 2
    assert "the backup on standard input is damaged" in cut_short.stderr
    assert run("backup", "-", "--json").exit_code == 2


@pytest.mark.parametrize("option", ["--json", "--jsonl", "--csv"])
def test_for_programs(run, index, option):
    """Every command has the outputs for programs."""
    for args in (
        ("backup", "saved.tar.zst"),
        ("restore", "saved.tar.zst", "--index", "copy"),
        ("verify", "--index", "copy"),
        ("repair", "--index", "copy"),
    ):
        result = run(*args, option)
        assert result.exit_code == 0
        if option == "--csv":
            rows = list(csv.reader(io.StringIO(result.stdout)))
            assert len({len(row) for row in rows}) == 1
        else:
            assert all(isinstance(json.loads(line), dict) for line in result.stdout.splitlines())


@pytest.mark.parametrize("command", ["verify", "repair", ("backup", "x.tar.zst")])
def test_no_index(run, command):
    """If there is no index, the error says how to build one."""
    result = run(*([command] if isinstance(command, str) else command))
    assert result.exit_code == 2
    assert "no index at indexes/default: build one" in result.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "no backup"), (b"thesis", "no backup"), (b"\x28\xb5\x2f\xfdxyz", "damaged")],
)
def test_a_file_that_is_not_a_backup(run, tmp_path, content, says):
    """A file that is not a backup is an error in one sentence."""
    (tmp_path / "x.tar.zst").write_bytes(content)
    result = run("restore", "x.tar.zst")
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert run("restore", "none.tar.zst").exit_code == 2


def test_no_control_characters(run, tmp_path):
    """Ids and names of files, folders and indexes are printed without control characters."""
    naughty = NAUGHTY.replace("\ud800", "").replace("\x00", "")
    hostile = "\x1b[31m\u202e\n\x9bx"
    place = tmp_path / f"index{hostile}"
    with Index.create(place) as index:
        index.add([Article(NAUGHTY.replace("\ud800", ""), "a", "b"), Article(naughty, "", "c")])
    (place / f"stray{hostile}").write_bytes(b"x")
    files(place, ".grid")[0].unlink()
    shown = ""
    for args in (
        ("verify",),
        ("repair", "--dry-run"),
        ("backup", f"saved{hostile}"),
        ("repair",),
        ("backup", f"saved{hostile}"),
        ("backup", f"saved{hostile}"),
        ("restore", f"saved{hostile}"),
        ("restore", f"saved{hostile}", "--force"),
        ("restore", f"none{hostile}"),
        ("restore", str(place)),
    ):
        result = run(*args, "--index", str(place))
        shown += result.stdout + result.stderr
        for option in ("--json", "--jsonl"):
            shown += run("verify", "--index", str(place), option).stdout
    assert control_characters(shown) == set()
    assert "stray" in shown
    assert "vận" in shown
    assert "saved" in shown
