"""Hostile documents: each costs one line, within limits, and nothing is written or fetched."""

import gzip
import io
import random
import socket
import struct
import zipfile

import pytest

from danvan_search.ingest import Cause, Loaded, Skipped
from danvan_search.ingest import unpacking as limits
from tests.ingest.packing import docx, epub, odt, paragraph, pptx, slide, word_part, xhtml, zip_of
from tests.ingest.samples import sample
from tests.ingest.test_mail import box

LAUGHS = '<!DOCTYPE a [<!ENTITY l0 "ha">{}]><a>&l9;</a>'.format(
    "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/a">]><a>&x;</a>'


def word_of(part: str) -> bytes:
    return zip_of({"[Content_Types].xml": "<Types/>", "word/document.xml": part})


def bomb() -> bytes:
    """Return a Word document of 60 MB of blanks."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(60):
                part.write(b" " * 1_000_000)
    return stream.getvalue()


def members(count: int) -> bytes:
    """Return an archive of empty files; a writer would take seconds."""
    local, table = bytearray(), bytearray()
    for number in range(count):
        name = b"%d.txt" % number
        entry = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        table += b"PK\x01\x02\x14\x00" + entry + struct.pack("<3H2L", 0, 0, 0, 0, len(local)) + name
        local += b"PK\x03\x04" + entry + name
    end = struct.pack(
        "<4H2LH", 0, 0, min(count, 65535), min(count, 65535), len(table), len(local), 0
    )
    return bytes(local + table) + b"PK\x05\x06" + end


def nested(depth: int) -> bytes:
    content = zip_of({"a.txt": "x"})
    for _ in range(depth):
        content = zip_of({"z.zip": content})
    return content


def parts(count: int) -> bytes:
    return b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * count


MAIL = b"Subject: x\n"
HOSTILE = {
    "bomb.docx": (bomb, Cause.REFUSED),
    "laughs.docx": (lambda: word_of(LAUGHS), Cause.REFUSED),
    "laughs.odt": (
        lambda: zip_of({"content.xml": LAUGHS, "META-INF/manifest.xml": ""}), Cause.REFUSED
    ),
    "outside.docx": (lambda: word_of(OUTSIDE), Cause.REFUSED),
    "outside.epub": (
        lambda: zip_of({"META-INF/container.xml": "", "a.opf": OUTSIDE}), Cause.REFUSED
    ),
    "deep.docx": (lambda: docx("<w:sdt>" * 50_000), Cause.MALFORMED),
    "deep.eml": (
        lambda: MAIL + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
        ),
        Cause.MALFORMED,
    ),
    "mails.eml": (
        lambda: MAIL + b"Content-Type: message/rfc822\n\n" * 3000, Cause.MALFORMED
    ),
    "header.eml": (
        lambda: MAIL + b"Content-Type: text/plain" + b"; a*0*=x" * 50_000, Cause.REFUSED
    ),
    "parts.eml": (lambda: parts(10_100), Cause.TOO_LARGE),
    "members.zip": (lambda: members(10_100), Cause.TOO_LARGE),
    "nested.zip": (lambda: nested(8), Cause.REFUSED),
    "cut.docx": (lambda: docx(paragraph("x"))[:-50], Cause.DAMAGED),
    "end.docx": (lambda: docx(paragraph("x"))[:300], Cause.DAMAGED),
    "table.zip": (
        lambda: b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18, Cause.TOO_LARGE
    ),
    "cut.odt": (lambda: odt("<text:p>")[:-200], Cause.DAMAGED),
    "xml.docx": (lambda: word_of("<a><b></a>"), Cause.MALFORMED),
    "name.docx": (lambda: word_of('<?xml version="1.0" encoding="no-such"?><a/>'), Cause.MALFORMED),
    "none.mbox": (lambda: b"x\n" * 1000, Cause.MALFORMED),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_one_line(read, tmp_path, monkeypatch, name):
    make, cause = HOSTILE[name]
    content = make()
    monkeypatch.setattr(socket, "socket", None)
    before = set(tmp_path.parent.rglob("*"))
    (record,) = read(name, content)
    assert isinstance(record, Skipped)
    assert (record.cause, record.unreadable) == (cause, True)
    assert "\n" not in str(record)
    assert {path.name for path in set(tmp_path.parent.rglob("*")) - before} <= {name}


def test_an_archive_of_a_hundred_thousand_members(read):
    (record,) = read("a.zip", members(100_000))
    assert record.cause is Cause.TOO_LARGE
    assert record.part == ""


def test_a_bomb_is_the_problem_of_its_member(read):
    found = read("a.zip", zip_of({"b.docx": bomb(), "c.txt": "Đầu đề\n\nCâu"}))
    assert (found[0].part, found[0].cause) == ("b.docx", Cause.REFUSED)
    assert found[1].article.title == "Đầu đề"


def test_what_is_unpacked_is_counted_over_all_nesting(read, monkeypatch):
    """The members of archives in archives share the limit of the file."""
    monkeypatch.setattr(limits, "MAX_UNPACKED", 50_000)
    text = zip_of({"a.txt": "x " * 8_000})
    files = {f"{number}.zip": text for number in range(5)}
    found = read("a.zip", zip_of(files))
    assert sum(isinstance(one, Loaded) for one in found) == 3
    assert found[-1].cause is Cause.TOO_LARGE
    assert (found[-1].part, found[-1].unreadable) == ("", True)
    packed = {"a.jsonl.gz": gzip.compress(b'{"id": 1, "text": "' + b"x" * 60_000 + b'"}\n')}
    (record,) = read("b.zip", zip_of(packed))
    assert (record.cause, record.part) == (Cause.TOO_LARGE, "")


def test_parts_are_counted_over_all_nesting(read, monkeypatch):
    monkeypatch.setattr(limits, "MAX_PARTS", 10)
    mail = b"Subject: x\n\nx\n"
    found = read("a.zip", zip_of({"a.mbox": box(*[mail] * 6), "b.mbox": box(*[mail] * 6)}))
    assert sum(isinstance(one, Loaded) for one in found) == 8
    assert found[-1].cause is Cause.TOO_LARGE


def test_compressed_documents(read, monkeypatch):
    """A compressed document is read from memory; it may be cut short, or a bomb."""
    packed = gzip.compress(docx(paragraph("Đầu đề") + paragraph("Câu")))
    (record,) = read("a.docx.gz", packed)
    assert record.article.title == "Đầu đề"
    (record,) = read("a.docx.gz", packed[:-20])
    assert record.cause is Cause.DAMAGED
    (record,) = read("a.zip", zip_of({"b.docx.gz": packed[: len(packed) // 2], "c.gz": b"x"}))[:1]
    assert (record.part, record.cause) == ("b.docx.gz", Cause.DAMAGED)
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1_000)
    monkeypatch.setattr(limits, "MAX_RATIO", 0)
    (record,) = read("b.zip", zip_of({"b.docx.gz": packed}))
    assert (record.part, record.cause) == ("", Cause.TOO_LARGE)


def test_a_locked_member_is_told(read):
    from tests.test_sync_parts import locked

    content = locked(zip_of({"a.txt": "x", "b.txt": "Đầu đề\n\nCâu"}), "a.txt")
    first, second = read("a.zip", content)
    assert (first.source, first.cause) == ("folder/a.zip#a.txt", Cause.LOCKED)
    assert first.unreadable
    assert isinstance(second, Loaded)


def test_methods_that_are_not_read(read):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", "x" * 1000)
    (record,) = read("a.zip", stream.getvalue())
    assert (record.cause, record.part) == (Cause.REFUSED, "a.txt")
    packed = zip_of({"a.txt": "Đầu đề\n\nCâu"}, zipfile.ZIP_BZIP2)
    (record,) = read("a.zip", packed)
    assert record.article.title == "Đầu đề"


def test_names_of_members(read):
    """Whatever a name is, it is a name: folders, hidden files, other code pages, doubles."""
    stream = io.BytesIO()
    names = ("/tmp/a.txt", "x\\b.txt", ".ẩn.txt", "__MACOSX/._a.txt", "d/", "e.txt")
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "Câu")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("e.txt", "Câu")
    content = stream.getvalue()
    raw = "văn.txt".encode()
    coded = zip_of({"v" + "\u0103n.txt": "Câu"}).replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")
    assert raw in coded
    ids = [one.article.id.partition("#")[2] for one in read("a.zip", content)]
    assert ids == ["tmp/a.txt", "x/b.txt", "e.txt", "e-2.txt"]
    (record,) = read("b.zip", coded)
    assert record.article.id.endswith("#văn.txt")


def samples() -> dict[str, bytes]:
    """Return a small document of each format."""
    text = "".join(paragraph(f"Câu số {number} về đường làng.") for number in range(40))
    mail = sample("hop-thu.mbox")
    return {
        "a.docx": docx(text, "", footnotes=f"<w:footnote>{paragraph('x')}</w:footnote>"),
        "a.odt": odt(
            "<text:p>Câu về đường làng.</text:p>" * 40, meta="<meta:keyword>x</meta:keyword>"
        ),
        "a.epub": epub({"a.xhtml": xhtml("<h1>Một</h1><p>Câu</p>")}, "<dc:title>Sách</dc:title>"),
        "a.pptx": pptx([slide(("title", "Một"), ("body", "Hai"))] * 3),
        "a.zip": zip_of({"a.txt": "Câu", "b.docx": docx(text), "c.zip": zip_of({"d.md": "# x"})}),
        "a.eml": mail.partition(b"\n")[2].partition(b"\nFrom ")[0],
        "a.mbox": mail,
    }


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a document with 1, 5 or 50 bytes changed; each fourth is cut off somewhere, too."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 5, 50))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.25 else data)


def check_damaged(read, name: str, count: int) -> None:
    """Whatever happens to a document, there are articles or lines; nothing is raised."""
    content = samples()[name]
    chance = random.Random(name)
    stored = zipfile.ZIP_STORED
    if content.startswith(b"PK"):  # half of them unpacked, where more changes reach the XML
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            plain = zip_of({one: archive.read(one) for one in archive.namelist()}, stored)
    else:
        plain = content
    for number in range(count):
        for record in read(name, damaged((content, plain)[number % 2], chance)):
            if isinstance(record, Skipped):
                assert record.reason
                assert "\n" not in str(record)


@pytest.mark.parametrize("name", samples())
def test_damaged_documents(read, name):
    assert all(isinstance(one, Loaded) for one in read(name, samples()[name]))
    check_damaged(read, name, 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", samples())
def test_many_damaged_documents(read, name):
    check_damaged(read, name, 500)


def test_damage_within_the_xml(read):
    """Bytes of the parts themselves, changed before they are packed with good checksums."""
    chance = random.Random(5)
    for _ in range(60):
        body = word_part("document", "<w:body>" + paragraph("Đầu đề") * 9 + "</w:body>").encode()
        (record,) = read("a.docx", word_of(damaged(body, chance)))
        assert isinstance(record, Loaded) or record.reason
