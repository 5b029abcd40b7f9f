"""The formats of text: what each file must yield."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_search.ingest import READERS, Cause, Loaded, Skipped, read_file, scan
from tests.ingest.samples import sample


def parts(records) -> list[tuple[str, str, str]]:
    """Return the id without its folder, the title and the body of each article."""
    articles = [record.article for record in records if isinstance(record, Loaded)]
    return [(one.id.removeprefix("folder/"), one.title, one.body) for one in articles]


FILES = [
    # JSON
    (
        "a.json",
        '[{"title": "Một", "content": "x"}, {"id": 5, "text": "y"}, {"id": "k", "body": "z"}]',
        [("a.json#1", "Một", "x"), ("5", "", "y"), ("k", "", "z")],
    ),
    (
        "a.json",
        '{"b": {"title": "Một", "content": "x"}, "c": {"text": "y"}}',
        [("a.json#b", "Một", "x"), ("a.json#c", "", "y")],
    ),
    (
        "a.json",
        '{"total": 1, "data": [{"tiêu đề": "Một", "Nội dung": "x"}]}',
        [("a.json#1", "Một", "x")],
    ),
    ("a.json", '{"title": "Một", "text": "x"}', [("a.json", "Một", "x")]),
    ("a.json", '{"id": 1, "text": "x"}\n{"id": 2, "text": "y"}', [("1", "", "x"), ("2", "", "y")]),
    ("a.jsonl", '[{"title": "Một", "text": "x"}]', [("a.jsonl#1", "Một", "x")]),
    ("a.ndjson", '{"id": 1, "content": "x"}', [("1", "", "x")]),
    (
        "a.jsonl",
        '{"id": 1, "title": "T&agrave;i", "text": "<p>Dân <b>vận</b></p><p>kh&eacute;o</p>"}',
        [("1", "Tài", "Dân vận\n\nkhéo")],
    ),
    # Tables
    (
        "a.tsv",
        "id\ttitle\tcontent\n7\tMột\tHai; ba\n7\tBốn\tNăm\n",
        [("a.tsv#7", "Một", "Hai; ba"), ("a.tsv#7-2", "Bốn", "Năm")],
    ),
    (
        "a.csv",
        'Tiêu đề,Nội dung\n"Một, hai","dòng\nhai"\n,\nBa,x\n',
        [("a.csv#1", "Một, hai", "dòng\nhai"), ("a.csv#2", "Ba", "x")],
    ),
    (
        "a.csv",
        "title;price\nMột;5\nHai;6",
        [("a.csv#1", "Một", "price: 5"), ("a.csv#2", "Hai", "price: 6")],
    ),
    ("bảng giá.csv", "a,b\n1,2\n", [("bảng giá.csv", "bảng giá", "a\tb\n1\t2")]),
    ("a.csv", "text\n" + "x" * 200_000, [("a.csv#1", "", "x" * 200_000)]),
    # Subtitles
    (
        "phim.srt",
        "1\n00:00:01,000 --> 00:00:02,000\nDân\n<i>vận</i> {\\an8}khéo\n\n"
        "2\n00:00:03,000 --> 00:00:04,000\nhai\n",
        [("phim.srt", "phim", "Dân vận khéo\nhai")],
    ),
    (
        "phim.vtt",
        "WEBVTT\n\nNOTE không đọc\n\nSTYLE\n::cue{}\n\n"
        "c1\n00:01.000 --> 00:02.000 align:start\n<v An>Dân <c.x>vận</c></v>\n",
        [("phim.vtt", "phim", "Dân vận")],
    ),
    (
        "phim.txt",
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nmột\r\n",
        [("phim.txt", "phim", "một")],
    ),
    # XML
    (
        "a.xml",
        '<?xml version="1.0" encoding="UTF-8"?><d><title>Tên</title>'
        "<p>Dân <b>vận</b> khéo</p><p>xóm</p><p>Căn</p></d>",
        [("a.xml", "Tên", "Dân vận khéo\nxóm\nCăn")],
    ),
    ("a.xml", "<t>H<sub>2</sub>O &amp; <![CDATA[<x>]]></t>", [("a.xml", "", "H2O & <x>")]),
    # reStructuredText
    (
        "a.rst",
        ".. ẩn\n   x\n\n====\nTên\n====\n\n"
        "Xem :ref:`mục <abc>` và `trang <http://x>`_ là **đậm** [1]_.\n\nPhần\n----\n\n"
        ".. note:: Chú ý\n\n.. image:: a.png\n   :alt: x\n\n.. [1] chân\n\n"
        ".. code-block:: py\n\n   x\n",
        [("a.rst", "Tên", "Xem mục và trang là đậm.\n\nPhần\n\nChú ý\n\nchân\n\n   x")],
    ),
    # Org
    (
        "a.org",
        "#+TITLE: Tên\n#+FILETAGS: :a:\n\n* TODO Mục :tag:\n:PROPERTIES:\n:ID: 1\n:END:\n"
        "[[http://x][trang]] *đậm* =mã=[fn:1]\n| a | b |\n|---+---|\n",
        [("a.org", "Tên", "Mục\n\ntrang đậm mã\na\tb")],
    ),
]


@pytest.mark.parametrize(("name", "content", "expected"), FILES)
def test_files(read, name, content, expected):
    """Ids, titles and texts of each kind of file."""
    assert expected == parts(read(name, content))


def test_table_of_the_documents(read):
    """A table with a byte-order mark, and its delimiter within quotation marks."""
    first, second = read("danh-sach.csv", sample("danh-sach.csv"))
    assert [one.article.title for one in (first, second)] == [
        "Hội thi gói bánh chưng",
        "Trồng lại rừng phi lao",
    ]
    assert [str(one.article.date) for one in (first, second)] == ["2024-02-03", "2024-02-17"]
    assert first.article.body == "Mười hai đội dự thi; giải nhất về thôn Nà Pó."
    assert first.article.extra == {}


def test_subtitles_of_the_documents(read, index_of):
    """A sentence over two lines is found as a phrase; numbers, times and tags are gone."""
    (loaded,) = read("phu-de.srt", sample("phu-de.srt"))
    assert loaded.article.body.split("\n") == [
        "Ngày ấy, cha tôi chèo thuyền qua eo Gió.",
        "Biển không hứa điều gì.",
    ]
    assert index_of(loaded.article).search('"chèo thuyền qua eo gió"').total == 1


METADATA = [
    ("a.rst", "Tên\n===\n\n:author: Lê A\n:date: 2020-06-30\n\nx", {"author": "Lê A"}),
    ("a.org", "#+TITLE: T\n#+DATE: <2020-06-30>\n#+AUTHOR: Lê A\n\nx", {"author": "Lê A"}),
    ("a.xml", "<d><author>Lê A</author><date>30/06/2020</date><p>x</p></d>", {"author": "Lê A"}),
    ("a.csv", "text,Ngày,Tác giả,khác\nx,30/6/2020,Lê A,7", {"author": "Lê A", "khác": "7"}),
    ("a.json", '[{"text": "x", "date": "2020-06-30", "author": "Lê A"}]', {"author": "Lê A"}),
]


@pytest.mark.parametrize(("name", "content", "extra"), METADATA)
def test_metadata(read, name, content, extra):
    """Date and author are found in each format that has them."""
    (loaded,) = read(name, content)
    article = loaded.article
    assert article.date.isoformat() == "2020-06-30"
    assert extra == {key: one for key, one in article.extra.items() if key != "file_name"}


PROBLEMS = [
    ("a.json", '{"name": "x", "version": 1}', Cause.OTHER_KIND, "holds no records with a text"),
    ("a.json", "{", Cause.MALFORMED, "is not JSON"),
    ("a.json", " \n", Cause.EMPTY, "is empty"),
    ("a.json", "[" * 200_000, Cause.MALFORMED, "is nested too deeply"),
    ("a.json", "[" * 150 + "]" * 150, Cause.MALFORMED, "is nested too deeply"),
    ("a.csv", 'a,b\n"\x00', Cause.MALFORMED, "is no table"),
    ("a.xml", "<a><b></a>", Cause.MALFORMED, "is not well-formed XML"),
    ("a.xml", '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>', Cause.REFUSED,
     "has a document type of its own"),
    ("a.xml", "<a>" * 100_000, Cause.MALFORMED, "has elements that are nested deeper"),
    ("a.html", "<html><script>x</script></html>", Cause.EMPTY, "is empty"),
    ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n\n", Cause.EMPTY, "is empty"),
    ("a.txt", b"\x89PNG\r\n", Cause.OTHER_KIND, "is a file of another kind"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "cause", "reason"), PROBLEMS)
def test_problems(read, name, content, cause, reason):
    """A file that gives no article ends in one sentence."""
    (skipped,) = read(name, content)
    if "\x00" in str(content) and isinstance(skipped, Loaded):
        return  # Python 3.13 reads NUL characters in tables
    assert isinstance(skipped, Skipped)
    assert (cause, True) == (skipped.cause, skipped.reason.startswith(reason))
    assert "\n" not in skipped.reason


def test_external_entities_are_not_read(read, tmp_path):
    """An XML file brings in no other file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("bí mật")
    (record,) = read("a.xml", f'<!DOCTYPE l SYSTEM "{secret}"><l>x</l>')
    assert record.article.body == "x"


def test_bad_records_beside_good_ones(read):
    """A record without a text is told with its place, and the others are read."""
    records = read("a.json", json.dumps([{"text": "x"}, {"title": "Một"}, 3]))
    assert [str(one) for one in records[1:]] == [
        'folder/a.json:2: the record has no text: give it as "text", "body" or "content"',
        'folder/a.json:3: the record is not an object: write [{"title": …, "text": …}, …]',
    ]


SUFFIXES = sorted({suffix for reader in READERS for suffix in reader.suffixes})
PIECES = (
    *("<", ">", "a", "{", "}", "[", "]", ":", '"', ",", ";", "\n", "---", "===", "..", "::", "|"),
    *("#+", "*", "&", "-->", "00:00:01,000 --> 00:00:02,000", "1", " ", "\t", "Số: 1/QĐ", "\f"),
    *("QUYẾT ĐỊNH", "ngày 1 tháng 2 năm 2020", "`", "\\", "'", "_", "<?xml?>", "<!DOCTYPE html>"),
)
CONTENT = st.binary(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map(
    lambda pieces: "".join(pieces).encode()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(CONTENT, st.sampled_from(SUFFIXES))
def test_any_content(tmp_path, content, suffix):
    """Any content under any suffix gives articles and reasons, and the same ones each time."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    (file,) = scan(path).files
    records = list(read_file(file))
    assert records
    assert records == list(read_file(file))
    ids = [record.article.id for record in records if isinstance(record, Loaded)]
    if suffix not in (".jsonl", ".ndjson", ".json"):
        assert len(ids) == len(set(ids))
