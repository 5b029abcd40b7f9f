"""Files that are read in worker processes: the same records in the same order, and no leftovers."""

import gzip
import json
import multiprocessing
import zipfile

import pytest

from danvan_search import Index
from danvan_search.ingest import read_ahead, read_files, scan
from tests.ingest.samples import SAMPLES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of files of many kinds: small and large ones, archives, broken ones."""
    path = tmp_path_factory.mktemp("folder") / "bài"
    path.mkdir()
    for number in range(150):
        body = f"Bài {number}\n\n" + f"dân vận khéo số {number}. " * (200 if number % 7 else 9)
        (path / f"{number:03}.txt").write_text(body, encoding="utf-8")
    lines = [json.dumps({"id": f"dòng {n}", "title": "", "body": "hội thi " * n}) for n in range(9)]
    (path / "040.jsonl").write_text("\n".join([*lines, "{"]), encoding="utf-8")
    (path / "041.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    with zipfile.ZipFile(path / "060.zip", "w") as archive:
        archive.writestr("một.txt", "trong gói")
        archive.writestr("hai.txt", "")
    (path / "080.txt").write_bytes(b"\x00\x01\x02" * 99)
    (path / "090.txt").write_text("rất dài " * (read_ahead._MAX_CHARS // 7), encoding="utf-8")
    (path / "091.docx").write_bytes(b"PK\x03\x04 cut short")
    for document in sorted(SAMPLES.iterdir())[:30]:
        if document.is_file():
            (path / f"1{document.name}").write_bytes(document.read_bytes())
    return path


def read(files, jobs, steps=None):
    consumed = [] if steps is None else steps
    records = read_files(
        files, jobs=jobs, max_bytes=20_000_000, encoding=None, progress=consumed.append
    )
    return [list(one) for one in records]


def test_workers_read_what_one_process_reads(folder):
    """Articles, notices and skipped parts of each file, in the order of the files."""
    files = scan(folder).files
    assert sum(file.size for file in files) > read_ahead._MIN_BYTES
    expected = read(files, 1)
    assert sum(map(len, expected)) > len(files)
    steps = []
    assert read(files, 3, steps) == expected
    assert steps  # what this process reads tells how far it is
    assert not multiprocessing.active_children()


def test_batches_are_bounded(folder):
    """Each file is in one batch, and a batch for a worker is not larger than it may be."""
    files = scan(folder).files
    batches = list(read_ahead._batches(files))
    assert [file for batch in batches for file in batch] == files
    assert len(batches) < len(files) // 5
    for batch in batches:
        size = sum(file.size for file in batch)
        assert len(batch) == 1 or size <= read_ahead._BATCH_BYTES
        assert len(batch) <= read_ahead._BATCH_FILES
        assert len(batch) == 1 or all(map(read_ahead._is_for_worker, batch))


def test_too_much_text_is_left_to_the_other_process(folder):
    """A worker holds no more of a file than it may."""
    files = {file.path.name: file for file in scan(folder).files}
    chosen = [files["090.txt"], files["001.txt"]]
    assert read_ahead._is_for_worker(chosen[0])
    too_much, (article,) = read_ahead._read_whole(chosen, 20_000_000, None)
    assert too_much is None
    assert article.article.title == "Bài 1"


def test_an_error_ends_the_workers(folder):
    """Whoever stops reading leaves no process behind."""
    records = read_files(
        scan(folder).files, jobs=2, max_bytes=20_000_000, encoding=None, progress=lambda _: None
    )
    next(records)
    assert multiprocessing.active_children()
    records.close()
    assert not multiprocessing.active_children()


def test_an_index_is_the_same_for_any_number_of_processes(tmp_path, folder):
    """With the reports, and what was skipped."""
    found = []
    for jobs in (1, 2):
        skipped = []
        with Index.create(tmp_path / str(jobs)) as index:
            report = index.sync(folder, jobs=jobs, words=False, on_skip=skipped.append)
            found.append((report, skipped, [index.get(one) for one in index.ids()]))
    assert found[0] == found[1]
