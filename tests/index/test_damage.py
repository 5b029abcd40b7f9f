"""An index with one changed byte, or one cut file: each answer is correct, or it is an error.

All cases take minutes (``pytest -m slow``); every run has a fixed sample of them.
"""

import faulthandler
import importlib.metadata
import json
import multiprocessing
import os
import random
import re
import shutil
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from danvan_search import DanvanError, Index, IndexDamagedError
from danvan_search.cli.app import cli
from danvan_search.index.codec import array_file
from danvan_search.index.folder.verify import damages
from tests.index import questions

SAMPLE = 75
CUTS = 50
_HANG_SECONDS = 60


class Case(NamedTuple):
    """One way to damage an index.

    :ivar file: the name of the file.
    :ivar at: the offset of the changed byte, or the length to which the file is cut.
    :ivar bit: the bit that is flipped; -1 for a cut.
    """

    file: str
    at: int
    bit: int


def all_cases(path: Path) -> list[Case]:
    """Return a flip of one random bit in every byte of every file, and the cuts."""
    rng = random.Random(7)
    cases = []
    for file in sorted(path.iterdir()):
        size = file.stat().st_size
        cases += [Case(file.name, at, rng.randrange(8)) for at in range(size)]
        lengths = {*range(min(10, size)), *(size * i // CUTS for i in range(CUTS))}
        cases += [Case(file.name, length, -1) for length in sorted(lengths) if length < size]
    return cases


def damage(path: Path, case: Case) -> bytes:
    """Damage a file; return its original bytes."""
    file = path / case.file
    whole = file.read_bytes()
    if case.bit < 0:
        os.truncate(file, case.at)
    else:
        with file.open("r+b") as stream:
            stream.seek(case.at)
            stream.write(bytes([whole[case.at] ^ (1 << case.bit)]))
    return whole


def check(path: Path, case: Case, expected: dict) -> Counter:
    """Damage an index, verify it, ask all questions and restore it; return the counts."""
    whole = damage(path, case)
    try:
        reported = [one.file for one in damages(path)]
        assert reported == [case.file], f"{case}: verifying reported {reported}"
        counts = Counter(cases=1)
        for name, answer in questions.answers(path).items():
            if isinstance(answer, DanvanError):
                counts["errors"] += 1
            else:
                assert answer == expected[name], f"{case}: a wrong answer to {name}: {answer}"
                counts["correct answers"] += 1
        return counts
    except DanvanError as error:
        raise AssertionError(f"{case}: verifying raised {error!r}") from error
    finally:
        (path / case.file).write_bytes(whole)


def check_all(source: Path, folder: Path, cases: list[Case]) -> Counter:
    """Check some cases on a copy of an index; a case that hangs ends the process."""
    path = folder / "index"
    shutil.copytree(source, path)
    # It scans all installed packages, which is slow, and not what is tested.
    importlib.metadata.version = lambda name: name
    expected = questions.answers(path)
    counts: Counter = Counter()
    for case in cases:
        faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True)
        try:
            counts += check(path, case, expected)
        except AssertionError as error:
            raise AssertionError(str(error)) from None  # the cause cannot be pickled
        except Exception as error:
            raise AssertionError(f"{case} raised {error!r}") from error
        finally:
            faulthandler.cancel_dump_traceback_later()
    return counts


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Return the folder of the index, which is damaged and restored in place."""
    path = tmp_path_factory.mktemp("damage") / "index"
    questions.make(path)
    return path


def test_the_questions_have_answers(path):
    """The undamaged index gives no errors, and empty answers only where nothing matches."""
    assert damages(path) == []
    answers = questions.answers(path)
    assert not [name for name, answer in answers.items() if isinstance(answer, Exception)]
    empty = [name for name, answer in answers.items() if not answer or answer == (0, False, [])]
    assert empty == ["what is not there", "a removed id"]


def test_damage_is_an_error_or_does_not_matter(path):
    """In a sample of cases, every answer is correct or an error, and verifying names the file."""
    cases = random.Random(11).sample(all_cases(path), SAMPLE)
    expected = questions.answers(path)
    counts: Counter = Counter()
    for case in cases:
        counts += check(path, case, expected)
    assert counts["cases"] == SAMPLE
    # Most of a file is read when it is opened, but not everything.
    assert counts["errors"] > counts["correct answers"] > 0


def test_damage_is_not_carried_over(path, tmp_path):
    """Optimising a damaged index raises an error and changes nothing, or gives correct answers."""
    expected = questions.answers(path)
    outcomes = Counter()
    for number, case in enumerate(random.Random(13).sample(all_cases(path), 30)):
        copy = tmp_path / str(number)
        shutil.copytree(path, copy)
        damage(copy, case)
        files = {file.name: file.read_bytes() for file in copy.iterdir()}
        try:
            with Index.open(copy) as index:
                index.optimize()
        except DanvanError:
            assert {file.name: file.read_bytes() for file in copy.iterdir()} == files
            outcomes["refused"] += 1
            continue
        assert damages(copy) == []
        for name in ("a phrase with accents", "ids", "an id", "the vocabulary", "the count"):
            assert questions.answers(copy)[name] == expected[name]
        outcomes["written"] += 1
    assert outcomes["refused"] > outcomes["written"] > 0


def array_byte(path, suffix, name):
    """Return a file of the index, and the offset of one of its arrays."""
    file = max(path.glob(f"MAIN_*{suffix}"), key=lambda one: one.stat().st_size)
    data = file.read_bytes()
    at, blocks, length, *_ = array_file._TRAILER.unpack(data[-array_file._TRAILER.size :])
    table = json.loads(data[at + 8 * blocks :][:length])
    return file, next(row[3] for row in table["arrays"] if row[0] == name)


@pytest.mark.parametrize(
    ("suffix", "name"),
    [
        (".grid", "grid"),
        (".grid", "positions"),
        (".grid", "text_frames"),
        (".grid", "char_codes"),
        (".grid", "word_bits"),
        (".docs", "title_bytes"),
    ],
)
def test_every_thread_and_the_command_are_told_which_array(path, suffix, name):
    """All threads, on the first search and later, and the command name the file and the array."""
    file, at = array_byte(path, suffix, name)
    case = Case(file.name, at, 0)
    whole = damage(path, case)
    says = rf"{file.name} is damaged \(array '{name}' is not what was written\).*--rebuild"
    try:
        with Index.open(path) as index, ThreadPoolExecutor(8) as pool:

            def ask(_):
                with pytest.raises(IndexDamagedError, match=says):
                    index.search('word:"dân vận" khéo "an toàn giao thông"', match="any").to_json()
                with pytest.raises(IndexDamagedError, match=says):
                    index.search('word:"dân vận" khéo').to_json()
                return True

            assert all(pool.map(ask, range(32)))
        shown = CliRunner().invoke(cli, ["query", "--index", str(path), 'word:"dân vận" khéo'])
        assert shown.exit_code == 2
        assert re.search(says, shown.stderr, re.DOTALL), shown.stderr
    finally:
        file.write_bytes(whole)


@pytest.mark.slow
def test_many_bytes(path, tmp_path, capsys):
    """A random fiftieth of all bytes is changed, and of all cuts made, one at a time."""
    cases = all_cases(path)
    random.Random(5).shuffle(cases)  # so that all processes get equal work
    cases = cases[: len(cases) // 50]
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        parts = [
            pool.submit(check_all, path, tmp_path / str(number), cases[number::workers])
            for number in range(workers)
        ]
        counts = sum((part.result() for part in parts), Counter())
    with capsys.disabled():
        print(f"\n{dict(counts)}")
    assert counts["cases"] == len(cases)
