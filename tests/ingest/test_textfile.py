"""Text and Markdown files."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from danvan_search.errors import OptionError
from danvan_search.ingest import Loaded, Skipped, read_file, scan
from danvan_search.ingest.records import EMPTY

SEEDS = Path(__file__).parents[2] / "seeds"

SEED_ARTICLES = [
    (
        "000_010290c72eb7b5ac.txt",
        "Đảng bộ Khối cơ quan và doanh nghiệp tỉnh: Công tác dân vận góp phần thực hiện hiệu quả "
        "nhiệm vụ chính trị",
        None,
        "2024-02-16",
        "  • Cập nhật: Thứ sáu, 16/2/2024 | 8:18:13 AM",
    ),
    (
        "001_1e4016045942cb8a.txt",
        "Ban Dân vận Tỉnh ủy kết quả thực hiện Nghị quyết Đại hội VII nhiệm kỳ 2015 – 2020",
        "Chính trị",
        "2020-06-30",
        "30/06/2020 17:00",
    ),
    (
        "002_5ad619909ef2466e.txt",
        "Khảo sát xây dựng Nghị quyết của Ban Chấp hành Đảng bộ Khối các cơ quan Trung ương về "
        "“Nâng cao hiệu quả công tác dân vận của đảng bộ các cơ quan nhà nước” tại Đảng bộ Bộ "
        "Giao thông vận tải",
        None,
        "2016-09-19",
        "19/09/2016 | 3991",
    ),
    (
        "003_5cd8ccabed734d3a.txt",
        "Phong trào thi đua “Dân vận khéo” ở Đảng bộ Khối Cơ quan – Doanh nghiệp tỉnh Hưng Yên",
        None,
        None,
        "Quán triệt sâu sắc tư tưởng của Chủ tịch Hồ Chí Minh",
    ),
    (
        "004_bf647d69331c5886.txt",
        "Đảng ủy Khối Doanh nghiệp, ba năm triển khai thực hiện Chương trình hành động số "
        "32-CTr/TU của Ban Thường vụ Tỉnh ủy",
        None,
        None,
        "Ba năm triển khai, quán triệt Chương trình hành động số 32-CTr/TU, ngày 30/8/2013",
    ),
]


@pytest.mark.parametrize(("name", "title", "category", "date", "start"), SEED_ARTICLES)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_seeds(read, name, title, category, date, start, form):
    """The parts of the seed articles are found, composed or decomposed."""
    text = unicodedata.normalize(form, (SEEDS / name).read_text("utf-8"))
    (loaded,) = read(name, text)
    article = loaded.article
    assert f"folder/{name}" == article.id == article.source
    assert title == unicodedata.normalize("NFC", article.title)
    assert category == (article.category and unicodedata.normalize("NFC", article.category))
    assert date == (article.date and article.date.isoformat())
    assert unicodedata.normalize("NFC", article.body).startswith(start)
    assert text.endswith(article.body)
    assert article.extra == {"file_name": name}


def test_origin(read, tmp_path):
    """The origin of an article is the absolute path of its file."""
    (loaded,) = read("a.txt", "một")
    assert str(tmp_path / "folder" / "a.txt") == loaded.origin


SKIPPED = [
    (b"", EMPTY, False),
    (b" \n\t\r\n", EMPTY, False),
    (b"\xef\xbb\xbf", EMPTY, False),
    (
        b"\xcf\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2",
        "is not UTF-8, nor in another encoding that can be told: convert it to UTF-8, or name its "
        "encoding",
        True,
    ),
    (b"a" * 101, "is larger than 100 bytes: split it, or raise the size limit", True),
]


@pytest.mark.parametrize(("content", "reason", "unreadable"), SKIPPED)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_skipped(read, name, content, reason, unreadable):
    """A file that is not an article is skipped with a reason that says what to do."""
    (skipped,) = read(name, content, max_bytes=100)
    assert (f"folder/{name}: {reason}", unreadable) == (str(skipped), skipped.unreadable)


DECODED = [
    ("Dân vận khéo".encode("utf-16"), "UTF-16LE", ()),
    ("Dân vận khéo".encode("utf-8-sig"), "", ()),
    (b"C\xabng t\xb8c d\xa9n v\xcbn kh\xd0o \xeb c\xac s\xeb", "TCVN3", ()),
    ("Dân vận khéo".encode() + b"\xe1\xba", "", ("with bytes that are not UTF-8: ",)),
    (b"un caf\xe9 noir", "windows-1252", ("taken for windows-1252 as a guess: ",)),
]


@pytest.mark.parametrize(("content", "encoding", "notices"), DECODED)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_encodings(read, name, content, encoding, notices):
    """Files in other encodings are read; what is not certain is told."""
    (loaded,) = read(name, content)
    assert loaded.converted_from == encoding
    assert len(loaded.notices) == len(notices)
    assert all(map(str.startswith, loaded.notices, notices))
    text = f"{loaded.article.title} {loaded.article.body}"
    assert text.split()[0] in {"Dân", "Công", "un"}


def test_a_named_encoding(read):
    """The encoding that is given is used; a wrong name is an error at once."""
    (loaded,) = read("a.txt", b"ph\xf8\xe9", encoding="cp1250")
    assert (loaded.article.title, loaded.converted_from) == ("phřé", "windows-1250")
    with pytest.raises(OptionError, match="no encoding that is known"):
        read("a.txt", b"a", encoding="klingon")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("\ufeffT\nmột\r\nhai\rba\n", "một\r\nhai\rba\n"),
        ("T\n\x00a\x1b\x85\u2028b\ufeff", "\x00a\x1b\x85\u2028b\ufeff"),
        ("T\n👩‍👩‍👧 \u202eabc \u0301\u0301", "👩‍👩‍👧 \u202eabc \u0301\u0301"),
        ("T\n" + "a" * 100_000, "a" * 100_000),
    ],
)
def test_text_is_kept_as_it_is(read, content, body):
    """Newlines, control characters and unusual letters are kept; only a BOM at the start is not."""
    (loaded,) = read("a.txt", content)
    assert ("T", body) == (loaded.article.title, loaded.article.body)


# text, title, date, other values
OFFICIAL = [
    (
        "From: a@example.vn\nTo: b@example.vn\nSubject: Kế hoạch dân vận quý II\n"
        "Date: Mon, 5 Apr 2021 08:00:00 +0700\n\nKính gửi các đồng chí",
        "Kế hoạch dân vận quý II",
        "2021-04-05",
        {"author": "a@example.vn"},
    ),
    ("Từ: A\r\nChủ đề: Mời họp\r\n\r\nThân gửi", "Mời họp", None, {"author": "A"}),
    ("Subject: Mời họp\n\nThân gửi", "Subject: Mời họp", None, {}),
    (
        " \n4 \nCÔNG BÁO/Số 1 + 2/Ngày 21-10-2021 \n \nBỘ MẪU \n \nSố: 12/2021/TT-BM \n"
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \nĐộc lập - Tự do - Hạnh phúc \n \n"
        "Hà Nội, ngày 30 tháng 9 năm 2021 \n \nTHÔNG TƯ \nBan hành quy trình kiểm định mẫu \n",
        "THÔNG TƯ Ban hành quy trình kiểm định mẫu",
        "2021-09-30",
        {"kind": "Thông tư", "number": "12/2021/TT-BM", "issuer": "BỘ MẪU"},
    ),
]


@pytest.mark.parametrize(("text", "title", "date", "extra"), OFFICIAL)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_headers(read, text, title, date, extra, form):
    """The headers of mails and of acts say title, date and more."""
    (loaded,) = read("a.txt", unicodedata.normalize(form, text))
    article = loaded.article
    assert title == unicodedata.normalize("NFC", article.title)
    assert date == (article.date and article.date.isoformat())
    assert {**extra, "file_name": "a.txt"} == article.extra


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Kỹ thuật trồng lúa.txt", "Kỹ thuật trồng lúa"),
        ("bien-ban_hop.txt", "bien ban hop"),
        ("000_010290c72eb7b5ac.txt", ""),
        ("12.txt", ""),
    ],
)
def test_title_of_the_name(read, name, title):
    """A text without a title has that of its file name, if this has words."""
    (loaded,) = read(name, "x" * 301 + "\ny")
    assert title == loaded.article.title


CONTENT = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text("-:#&*!|>{}[]\"'\\%@?, \n\tab1Uux", max_size=60).map(
        lambda text: f"---\n{text}\n---\nT\nb".encode()
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONTENT, st.sampled_from(["a.txt", "a.md", "a.rst", "a.org", "a.html", "a.srt"]))
@example(b"---\na: !!binary x\nb: !!int q\n? [c]\n: d\n---\n", "a.md")
def test_any_bytes(tmp_path, content, name):
    """Any text file gives one article or one reason."""
    path = tmp_path / name
    path.write_bytes(content)
    (file,) = scan(path).files
    (record,) = read_file(file)
    assert isinstance(record, Loaded | Skipped)
