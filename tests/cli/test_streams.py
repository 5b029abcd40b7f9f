"""Standard streams that are closed when `dvsearch` starts: the shell's `<&-`, `>&-` and `2>&-`."""

import io
import subprocess
import sys

import click
import pytest

from danvan_search import Article, Index, verify_index
from danvan_search.cli.streams import read_standard_input

CLOSED_OUTPUT = "error: the output cannot be written: standard output is closed\n"
CLOSED_INPUT = "error: standard input is closed: redirect it from a file or a pipe\n"
PLACE = "indexes/default"


@pytest.fixture
def closing(tmp_path, command, environment):
    """Return a function that runs `dvsearch` in a folder with an index and articles to index.

    Its first argument is the redirection in the shell.
    """
    with Index.create(tmp_path / PLACE) as index:
        index.add(
            [Article("1", "Dân vận khéo", "Phong trào “Dân vận khéo”."), Article("2", "", "x")]
        )
        index.backup(tmp_path / "saved.tar.zst")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Bài một\n\nNội dung.\n", "utf-8")

    def run(redirection: str, *args: str, **options) -> subprocess.CompletedProcess[str]:
        shell = ["sh", "-c", f'exec "$0" "$@" {redirection}', *command, *args]
        done = subprocess.run(
            shell, cwd=tmp_path, env=environment, capture_output=True, check=False, **options
        )
        assert b"Traceback" not in done.stderr
        return subprocess.CompletedProcess(
            args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.mark.parametrize(
    "args",
    [
        ("query", "dân vận"),
        ("query", "dân vận", "--json"),
        ("query", "dân vận", "--csv", "--snippet-chars", "0"),
        ("stats",),
        ("vocabulary", "--jsonl"),
        ("analyze", "dân vận"),
        ("verify",),
        ("index", "docs", "--dry-run"),
        ("--help",),
        ("--version",),
    ],
)
def test_output_that_was_asked_for(closing, args):
    """A command that only prints fails, as `ls >&-` does."""
    done = closing(">&-", *args)
    assert (done.returncode, done.stdout) == (2, "")
    messages = done.stderr.splitlines(keepends=True)
    assert messages[-1] == CLOSED_OUTPUT
    assert "error" not in "".join(messages[:-1])


def test_large_output(closing, tmp_path):
    """Output that is larger than the buffer of the stream fails in the same way."""
    text = " ".join(f"từ{number}" for number in range(20_000))
    with Index.open(tmp_path / PLACE) as index:
        index.add([Article("3", "", text)])
    for option in ("--json", "--csv"):
        done = closing(">&-", "vocabulary", "--limit", "100000", option)
        assert (done.returncode, done.stderr) == (2, CLOSED_OUTPUT)


def test_nothing_to_print(closing):
    """Without output there is nothing that fails: nothing found is still 1."""
    done = closing(">&-", "query", "zzzz")
    assert (done.returncode, done.stderr) == (1, "no article found for zzzz\n")


@pytest.mark.parametrize("redirection", [">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("index", "docs"), 0),
        (("index", "docs", "--json"), 0),
        (("index", "docs", "--rebuild", "--jobs", "2"), 0),
        (("index", "docs", "missing"), 3),
        (("remove", "2"), 0),
        (("remove", "none"), 1),
        (("backup", "other.tar.zst"), 0),
        (("restore", "saved.tar.zst", "--force"), 0),
        (("repair",), 0),
    ],
)
def test_reports_are_discarded(closing, tmp_path, args, code, redirection):
    """The exit code of a command that changes an index is that of the change."""
    done = closing(redirection, *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert "error" not in done.stderr
    # No output was written into a file that got the descriptor of a closed stream.
    assert verify_index(tmp_path / PLACE).is_whole
    with Index.open(tmp_path / PLACE) as index:
        assert ("docs/a.txt" in index) is (args[0] == "index")
        assert ("2" in index) is ("--rebuild" not in args and args != ("remove", "2"))
    if args[0] == "backup":
        restored = closing("", "restore", "other.tar.zst", "--index", "copy")
        assert restored.stdout.startswith("copy: 2 articles of generation 1, ")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("query", "dân"), 0),
        (("query", "dân", "--json"), 0),
        (("query", "dân zzzz", "--json"), 0),
        (("query", "zzzz"), 1),
        (("index", "missing"), 2),
        (("--nope",), 2),
    ],
)
def test_closed_stderr(closing, args, code):
    """Messages are discarded, and exit codes do not change."""
    done = closing("2>&-", *args)
    assert (done.returncode, done.stderr) == (code, "")
    assert ("Phong trào" in done.stdout) is (code == 0)


@pytest.mark.parametrize(
    "args",
    [("analyze", "-"), ("index", "docs", "-"), ("remove", "-"), ("restore", "-", "--force")],
)
def test_closed_stdin(closing, tmp_path, args):
    """- is an error in one sentence, and nothing is changed."""
    done = closing("<&-", *args)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", CLOSED_INPUT)
    assert len(Index.open(tmp_path / PLACE)) == 2


def test_closed_stdin_that_is_not_read(closing):
    """Without - nothing reads standard input."""
    assert closing("<&-", "query", "dân").returncode == 0


def test_backup_to_a_closed_stream(closing):
    """The error says what to do."""
    done = closing(">&-", "backup", "-")
    message = "error: standard output is closed: redirect it, or name a file\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_standard_input_that_cannot_be_read(monkeypatch):
    """The error names the stream and the reason."""

    class Failing(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Failing()))
    with pytest.raises(click.ClickException, match=r"^standard input cannot be read: Input/output"):
        read_standard_input()
