"""Synchronising files of many articles: what is gone is dropped, what cannot be read is kept."""

import io
import zipfile

import pytest

from danvan_search import Index
from tests.ingest.packing import zip_of
from tests.ingest.test_mail import box

A, B = "# Bài một\n\nNội dung", "# Bài hai\n\nNội dung"
LINES = '{"id": "riêng", "text": "một dòng"}\n'


@pytest.fixture
def follow(tmp_path):
    """Return a function that writes a file of a folder and synchronises an index with it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with Index.create(tmp_path / "index") as index:

        def write(name, content):
            (folder / name).write_bytes(content)
            report = index.sync([folder], words=False)
            ids = {one.id.removeprefix(f"folder/{name}#") for one in index.search("*").hits}
            return report, ids

        yield write


def locked(content, name):
    """Return an archive in which a member says that it is encrypted."""
    data = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local = archive.getinfo(name).header_offset
    data[local + 6] |= 1
    entry = data.rindex(name.encode()) - 46
    data[entry + 8] |= 1
    return bytes(data)


def test_archives(follow):
    full = zip_of({"a.md": A, "x/b.md": B, "c.jsonl": LINES, "g.zip": zip_of({"d.md": A})})
    report, ids = follow("a.zip", full)
    assert (report.added, ids) == (4, {"a.md", "x/b.md", "riêng", "g.zip#d.md"})
    report, _ = follow("a.zip", full)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 4)
    # A member is gone, another has changed.
    report, ids = follow("a.zip", zip_of({"a.md": A + ".", "c.jsonl": LINES}))
    assert (report.updated, report.removed, ids) == (1, 2, {"a.md", "riêng"})
    # The file cannot be read.
    report, ids = follow("a.zip", full[:-30])
    assert (report.removed, report.failed, ids) == (0, 1, {"a.md", "riêng"})


def test_a_member_that_cannot_be_read_keeps_its_articles(follow):
    """Those of the other members are dropped if they are gone."""
    full = zip_of({"a.md": A, "b.md": B, "c.jsonl": LINES})
    follow("a.zip", full)
    report, ids = follow("a.zip", locked(zip_of({"a.md": A}), "a.md"))
    assert (report.removed, report.failed) == (1, 1)
    # The article with an id of its own may come from the member.
    assert ids == {"a.md", "riêng"}


def test_mailboxes(follow):
    mails = [f"Message-ID: <{one}@x>\nSubject: thư {one}\n\nx\n".encode() for one in range(3)]
    _, ids = follow("a.mbox", box(*mails))
    assert ids == {"<0@x>", "<1@x>", "<2@x>"}
    report, ids = follow("a.mbox", box(mails[2], mails[0]))
    assert (report.removed, report.unchanged, ids) == (1, 2, {"<0@x>", "<2@x>"})
