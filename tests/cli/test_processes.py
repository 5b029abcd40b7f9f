"""`dvsearch` as a process: signals, pipes, terminals, encodings and imports."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import danvan_search
from danvan_search import Article, Index


@pytest.fixture
def start(tmp_path, command, environment):
    """Return a function that starts `dvsearch` in an empty folder."""
    started = []

    def run(*args: str, **options) -> subprocess.Popen[bytes]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(
            [*command, *args], cwd=tmp_path, **{"env": environment, **pipes, **options}
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def index(tmp_path) -> Path:
    """Create the default index with one article."""
    path = tmp_path / "indexes" / "default"
    with Index.create(path) as made:
        made.add([Article("1", "Dân vận khéo", "Phong trào “Dân vận khéo”.")])
    return path


def names(folder: Path) -> set[str]:
    """Return the paths of all files and folders below a folder."""
    return {str(one.relative_to(folder)) for one in folder.rglob("*")}


def test_main_job(start, tmp_path):
    """A folder is indexed and found, with and without accents."""
    (tmp_path / "bài viết").mkdir()
    (tmp_path / "bài viết" / "a.txt").write_text("Dân vận khéo\n\nPhong trào thi đua.\n", "utf-8")
    out, err = start("index", "bài viết").communicate()
    assert "added 1" in out.decode()
    assert err == b""
    for query in ("dân vận khéo", "dan van kheo", '"dan van"'):
        process = start(query, "--json")
        out, err = process.communicate()
        assert (process.returncode, err) == (0, b"")
        assert json.loads(out)["hits"][0]["id"] == "bài viết/a.txt"
    process = start("zzzz")
    out, err = process.communicate()
    assert (process.returncode, out) == (1, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [(), ("--rebuild",), ("--index", "new/index")])
def test_signals(start, tmp_path, index, number, options):
    """A signal during indexing changes nothing and leaves no lock."""
    before = names(tmp_path) | {"indexes/default/MAIN_WRITELOCK"}
    process = start("index", "-", *options)
    process.stdin.write('{"id": "2", "text": "tây nguyên"}\nkhông\n'.encode())
    process.stdin.flush()
    # The report of the bad line shows that the good one has been read.
    assert process.stderr.readline().startswith(b"skipped -:2: ")
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out, err.split()) == (130, b"", [b"interrupted"])
    assert before == names(tmp_path)
    with Index.open(index) as opened:
        assert list(opened.ids()) == ["1"]
        assert opened.stats().generation == 1
        assert opened.add([Article("2", "", "dân")]).added == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_several_processes(start, tmp_path, index, number):
    """Ctrl-C reaches the workers, too: only the main process prints, and no worker is left."""
    process = start("index", "-", "--jobs", "2", start_new_session=True)
    line = json.dumps({"id": "2", "text": "tây nguyên " * 120_000})
    process.stdin.write(f"{line}\nkhông\n".encode())
    process.stdin.flush()
    assert process.stderr.readline().startswith(b"skipped -:2: ")
    os.killpg(process.pid, number)
    out, err = process.communicate()  # the workers hold the pipes as long as they live
    assert (process.returncode, out, err.split()) == (130, b"", [b"interrupted"])
    with Index.open(index) as opened:
        assert list(opened.ids()) == ["1"]


INTERRUPTED_IMPORT = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            os.kill(os.getpid(), signal.SIGINT)

if sys.argv[2] == "ignored":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
from dvsearch import main

sys.meta_path.insert(0, Interrupt())
wanted, sys.argv[1:] = sys.argv[1], ["--version"]
main()
"""


@pytest.mark.parametrize("handling", ["default", "ignored"])
@pytest.mark.parametrize(
    "module", ["danvan_search", "numpy", "danvan_search.cli", "rich.console", "danvan_search.api"]
)
def test_signal_at_the_start(tmp_path, environment, module, handling):
    """Ctrl-C while modules are imported prints one word, unless the signal is ignored."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, module, handling],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    if handling == "ignored":
        assert (done.returncode, done.stderr) == (0, b"")
    else:
        assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


def test_killed_writer_leaves_no_workers(start, index):
    """Workers exit with the main process, even if it is killed."""
    process = start("index", "-", "--jobs", "2")
    line = json.dumps({"id": "2", "text": "tây nguyên " * 120_000})
    process.stdin.write(f"{line}\nkhông\n".encode())
    process.stdin.flush()
    assert process.stderr.readline()
    process.kill()
    process.communicate()  # the workers hold the pipe as long as they live


def test_killed_writer_holds_no_lock(start, tmp_path, index):
    """The files of a killed process neither lock nor change the index, and are removed."""
    process = start("index", "-")
    process.stdin.write('{"id": "2", "text": "tây nguyên"}\nkhông\n'.encode())
    process.stdin.flush()
    assert process.stderr.readline()
    with Index.open(index) as opened:
        with pytest.raises(danvan_search.IndexLockedError):
            opened.remove(["1"])
        process.kill()
        process.communicate()
        assert list(opened.ids()) == ["1"]
        assert opened.add([Article("3", "", "dân")]).added == 1
        segments = {one.name.partition(".")[0] for one in index.glob("MAIN_*.*")}
        assert len(segments) <= 2


@pytest.fixture
def broken():
    """Return the writing end of a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("query", "dân"), 0),
        (("query", "dân", "--json"), 0),
        (("query", "zzzz", "--json"), 1),
        (("remove", "none", "--dry-run"), 1),
        (("index", "bad", "--dry-run"), 3),
        (("verify", "--index", "damaged"), 2),
        (("repair", "--index", "damaged", "--dry-run"), 2),
        (("-h",), 0),
    ],
)
@pytest.mark.parametrize("streams", [("stdout",), ("stdout", "stderr")])
def test_reader_that_leaves_early(start, tmp_path, index, bad, broken, args, code, streams):
    """A pipe without a reader is no error, and the exit code is that of the command."""
    damaged = tmp_path / "damaged"
    shutil.copytree(index, damaged)
    (grid,) = damaged.glob("*.grid")
    grid.write_bytes(b"x" * grid.stat().st_size)
    process = start(*args, **dict.fromkeys(streams, broken))
    _, err = process.communicate()
    assert process.returncode == code
    assert b"Traceback" not in (err or b"")


@pytest.fixture
def bad(tmp_path) -> Path:
    """Create a folder with many files that are skipped, and one article."""
    folder = tmp_path / "bad"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_bytes(b"\xff")
    (folder / "good.txt").write_text("Bài một\n\nNội dung.\n", "utf-8")
    return folder


@pytest.mark.parametrize("device", ["pipe", "/dev/full"])
@pytest.mark.parametrize("options", [("--json",), ("--rebuild",)])
def test_messages_that_cannot_be_written(start, index, bad, broken, device, options):
    """Indexing goes on when its messages about skipped files are lost."""
    if device != "pipe" and not Path(device).exists():
        pytest.skip(f"there is no {device} here")
    if device == "pipe":
        process = start("index", "bad", *options, stderr=broken)
    else:
        with Path(device).open("wb") as full:
            process = start("index", "bad", *options, stderr=full)
    out, _ = process.communicate()
    assert process.returncode == 3
    assert (b'"added": 1' if options == ("--json",) else b"added 1") in out
    with Index.open(index) as opened:
        assert "bad/good.txt" in opened


def test_backup_whose_reader_leaves_early(start, index, broken):
    """An incomplete backup is an error, in one sentence."""
    process = start("backup", "-", stdout=broken)
    _, err = process.communicate()
    message = b"error: the backup cannot be written to standard output: Broken pipe\n"
    assert (process.returncode, err) == (2, message)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "args",
    [
        ("query", "dân", "--json"),
        ("query", "dân", "--color=never"),
        ("stats",),
        ("analyze", "dân vận"),
        ("verify",),
        ("repair",),
        ("remove", "1"),
        ("index", "bad", "--dry-run"),
        ("backup", "saved.tar.zst"),
        ("-h",),
    ],
)
def test_output_that_cannot_be_written(start, index, bad, args):
    """A full disk is an error in one sentence, whatever the command."""
    with Path("/dev/full").open("wb") as full:
        process = start(*args, stdout=full)
    _, err = process.communicate()
    last = err.decode().splitlines()[-1]
    assert process.returncode == 2
    assert last == "error: the output cannot be written: No space left on device"
    assert b"Traceback" not in err


@pytest.mark.parametrize("args", [("query", "dân"), ("stats",), ("--version",), ("-h",)])
def test_starting_loads_no_segmenter(tmp_path, environment, index, args):
    """Commands that do not segment words do not import underthesea."""
    code = (
        "import sys\n"
        "from danvan_search.cli import cli\n"
        "try:\n"
        "    cli.main(sys.argv[1:])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "assert 'underthesea' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr if done.returncode else b"") == (0, b"")


def on_terminal(start, *args: str, **options) -> str:
    """Run a command with a terminal as stdout, and return what it printed."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    ours, theirs = pty.openpty()
    try:
        process = start(*args, stdout=theirs, **options)
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux reports that the other end is closed
                break
            if not piece:
                break
            sent += piece
        process.communicate()
    finally:
        os.close(ours)
    return sent.decode()


def test_colors_on_a_terminal(start, index, environment):
    """On a terminal the output has colours, unless NO_COLOR is set."""
    assert "\x1b[1;31m" in on_terminal(start, "dân vận")
    assert "\x1b" not in on_terminal(start, "dân vận", "--color", "never")
    assert "\x1b" not in on_terminal(start, "dân vận", env={**environment, "NO_COLOR": "1"})
    assert "\x1b" not in on_terminal(start, "dân vận", env={**environment, "TERM": "dumb"})


@pytest.mark.parametrize("option", ["--csv", "--json", "--jsonl", "--color=never"])
def test_control_characters_on_a_terminal(start, index, option):
    """No output contains characters that a terminal acts on."""
    with Index.open(index) as opened:
        opened.add([Article("\x1b[2J\x9b\u202e", "\x1b]0;x\x07 dân", "dân \x9b1m \u2066")])
    sent = on_terminal(start, "dân", option)
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\u2066"} & set(sent)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_streams_of_any_encoding(start, index, environment, encoding):
    """No character stops the output; output for programs is always UTF-8."""
    environment = {**environment, "PYTHONIOENCODING": encoding}
    process = start("dân vận", env=environment)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert "Phong tr" in out.decode(encoding)
    out, _ = start("dân vận", "--json", env=environment).communicate()
    assert json.loads(out)["query"] == "dân vận"


def test_arguments_that_are_not_utf8(start, index):
    """Arguments that are not UTF-8 work as a query and as an id that does not exist."""
    for args in (("query", b"d\xe2n"), ("remove", b"\xff"), ("stats", b"--index", b"\xff")):
        process = start(*args)
        out, err = process.communicate()
        assert process.returncode in (1, 2)
        assert b"Traceback" not in err
    out, _ = start("query", b"\xff d", "--json").communicate()
    assert json.loads(out)["query"] == "\udcff d"


def test_working_folder_that_is_gone(start, tmp_path, environment):
    """A working folder that was removed is an error in one sentence."""
    gone = tmp_path / "gone"
    gone.mkdir()
    leave = f"import os, runpy, sys; os.rmdir({str(gone)!r}); "
    # CPython 3.13.0 cannot import socket there: "error return without exception set".
    if subprocess.run(
        [sys.executable, "-c", leave + "import socket"], cwd=gone, check=False
    ).returncode:
        pytest.skip("this Python cannot import its own modules in a folder that is gone")
    gone.mkdir()
    code = leave + "runpy.run_module('danvan_search')"
    for args in (["query", "dân"], ["index", "x"], ["index", "."]):
        done = subprocess.run(
            [sys.executable, "-c", code, *args],
            cwd=gone,
            env=environment,
            capture_output=True,
            check=False,
        )
        gone.mkdir()
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr.startswith(b"error: ")
