"""Mails and mailboxes: headers, the text once, attachments, ids."""

import datetime
from email.message import EmailMessage

import pytest

from benchmarks.encoders import ENCODERS
from danvan_search.ingest import Cause, Loaded, Skipped
from tests.ingest.packing import docx, paragraph, zip_of

HEAD = b"From: An <an@x.vn>\nMessage-ID: <1@x.vn>\nDate: Mon, 5 Apr 2021 23:30:00 +0700\n"
NEWS = "Phiên chợ sách cũ bên bờ sông Đào mở lại sau mùa lũ, người mua rất đông. "


def message(text="Nội dung", subject="Chủ đề", **headers):
    found = EmailMessage()
    found["Subject"] = subject
    found["From"] = "Lê An <an@x.vn>"
    found["Message-ID"] = "<1@x.vn>"
    for name, value in headers.items():
        found[name] = value
    found.set_content(text)
    return found


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"K\xe1\xba\xbf ho\xe1\xba\xa1ch", "Kế hoạch"),  # bytes of UTF-8 as they are
        # Encoded words that part a letter; in windows-1258, whose tones are letters; folded.
        (b"=?utf-8?b?S+G6?= =?utf-8?b?vw==?= =?utf-8?q?_ho=E1=BA=A1ch?=", "Kế hoạch"),
        (b"=?windows-1258?q?K=EA=EC_hoa?=\n =?windows-1258?q?=F2ch?=", "Kế hoạch"),
        (b"=?x-unknown?q?K=E1=BA=BF?= 2", "Kế 2"),
        (b"=?utf-8?b?not base64!?=", None),
        (b"Q\xfa I", "Qú I"),
    ],
)
def test_subjects(read, subject, expected):
    (record,) = read("a.eml", HEAD + b"Subject: " + subject + b"\n\nx\n")
    assert isinstance(record, Loaded)
    assert expected is None or record.article.title == expected


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        (b"=?utf-8?b?SMOg?= <a@b.vn>", "Hà"),
        (b'"Nguyen, An" <a@b.vn>', "Nguyen, An"),
        (b"a@b.vn", "a@b.vn"),
        (b"<a@b.vn>", "a@b.vn"),
        (b"", None),
        (b'"' * 3000, None),
    ],
)
def test_authors(read, sender, author):
    (record,) = read("a.eml", b"Subject: x\nReceived: y\nFrom: " + sender + b"\n\nx\n")
    assert record.article.extra.get("author") == author or sender.startswith(b'"""')


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (b"Mon, 5 Apr 2021 23:30:00 +0700", datetime.date(2021, 4, 5)),
        (b"Mon, 5 Apr 2021 01:30:00 +1400", datetime.date(2021, 4, 5)),
        (b"mai", None),
        (b"Mon, 45 Apr 99999 01:30:00 +9999999", None),
        (b"Mon, 5 Apr 0821 01:30:00 -0000", None),
    ],
)
def test_dates(read, date, expected):
    (record,) = read("a.eml", b"Subject: x\nFrom: y\nDate: " + date + b"\n\nx\n")
    assert record.article.date == expected


@pytest.mark.parametrize("name", ["TCVN3", "VNI", "VISCII", "VPS", "windows-1258"])
def test_old_encodings(read, name):
    """The content tells the encoding, whatever the header says."""
    content = HEAD + b"Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    (record,) = read("a.eml", content + ENCODERS[name](NEWS * 3))
    assert NEWS.strip() in record.article.body
    assert record.encoding == name


def test_the_text_is_there_once(read):
    """The plain form, or that of HTML if there is no other, or the other is a stub."""
    both = message("Kính mời họp.")
    both.add_alternative("<p>Kính mời <b>họp</b>.</p>", subtype="html")
    (record,) = read("a.eml", both.as_bytes())
    assert record.article.body == "Kính mời họp."
    stub = message("Thư này cần HTML.")
    stub.add_alternative(f"<style>b{{}}</style><p>{NEWS * 4}</p>", subtype="html")
    (record,) = read("a.eml", stub.as_bytes())
    assert record.article.body == (NEWS * 4).strip()
    alone = message("x")
    alone.set_content("<p>Chỉ có<br>HTML</p><script>x</script>", subtype="html")
    (record,) = read("a.eml", alone.as_bytes())
    assert record.article.body == "Chỉ có\nHTML"


def test_attachments(read):
    """Files of kinds that are read are articles, in whatever they are packed."""
    mail = message()
    word = docx(paragraph("Đầu đề") + paragraph("Câu"))
    for name in ("kế hoạch.docx", "kế hoạch.docx"):
        mail.add_attachment(word, maintype="application", subtype="octet-stream", filename=name)
    mail.add_attachment("văn bản\nthường", filename="../ghi chú.txt")
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="ảnh.png")
    packed = zip_of({"a/b.docx": word})
    mail.add_attachment(packed, maintype="application", subtype="zip", filename="g.zip")
    inner = message("Thư trong", "Chuyển tiếp: 1/2")
    inner.add_attachment(word, maintype="application", subtype="octet-stream", filename="c.docx")
    mail.add_attachment(inner)
    mail.add_attachment(
        word, maintype="application",
        subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
    )  # fmt: skip
    found = read("a.eml", mail.as_bytes())
    ids = [one.article.id for one in found if isinstance(one, Loaded)]
    assert ids == [
        "folder/a.eml",
        "folder/a.eml#kế hoạch.docx",
        "folder/a.eml#kế hoạch-2.docx",
        "folder/a.eml#ghi chú.txt",
        "folder/a.eml#g.zip#a/b.docx",
        "folder/a.eml#Chuyển tiếp: 1-2.eml",
        "folder/a.eml#Chuyển tiếp: 1-2.eml#c.docx",
        "folder/a.eml#attachment-7.docx",
    ]
    (skipped,) = (one for one in found if isinstance(one, Skipped))
    assert (skipped.cause, skipped.part) == (Cause.OTHER_KIND, "ảnh.png")
    assert found[0].article.body == "Nội dung"


def test_mails_without_subject_or_text(read):
    (record,) = read("a.eml", HEAD + b"\nD\xc3\xb2ng \xc4\x91\xe1\xba\xa7u\n\nc\xc3\xa2u\n")
    assert (record.article.title, record.article.date) == ("Dòng đầu", datetime.date(2021, 4, 5))
    (record,) = read("a.eml", HEAD + b"\n")
    assert record.cause is Cause.EMPTY
    (record,) = read("a.eml", HEAD + b"Subject: x\nContent-Type: application/pkcs7-mime\n\nAAAA\n")
    assert record.article.title == "x"
    assert "encrypted" in record.notices[0]


def test_mails_are_told_by_their_content(read):
    """A mail without a suffix; a text with the lines of a mail; a page that was saved as one."""
    (record,) = read("thư", message().as_bytes())
    assert (record.article.title, record.article.body) == ("Chủ đề", "Nội dung")
    (record,) = read("a.txt", "From: a\nTo: b\nSubject: Kế hoạch\nDate: x\n\nNội dung\n")
    assert record.article.title == "Kế hoạch"
    related = message()
    related.add_alternative("<p>x</p>", subtype="html")
    related.make_mixed()
    (record,) = read("a.mht", related.as_bytes())
    assert record.article.title == "Chủ đề"


def box(*mails):
    return b"".join(
        b"From - Mon Nov 30 05:25:35 2026\n" + mail.rstrip(b"\n") + b"\n\n" for mail in mails
    )


def test_mailboxes(read):
    """Each mail by its id, or by its content; a line that begins with From is no mail."""
    mails = [
        b"Message-ID: <1@x>\nSubject: a\n\n>From here\nFrom there to 2026\nFrom x 10:10 2026\n",
        b"Message-ID: <1@x>\nSubject: b\n\nx\n",
        b"Subject: c\n\nx\n",
        b"Subject: c\n\nx\n",
    ]
    found = [record.article for record in read("a.mbox", box(*mails))]
    assert found[0].body == "From here\nFrom there to 2026\nFrom x 10:10 2026"
    first, second, third, fourth = (one.id.partition("#")[2] for one in found)
    assert (first, second) == ("<1@x>", "<1@x>-2")
    assert fourth == f"{third}-2"
    again = [record.article for record in read("a.mbox", box(*mails[1:3]))]
    assert [one.id.partition("#")[2] for one in again] == ["<1@x>", third]
    (record,) = read("Inbox", box(mails[2]))
    assert record.article.title == "c"
    (record,) = read("a.txt", "From the desk of An\nNote: x\n\nCâu")
    assert record.article.title == "From the desk of An"
    (record,) = read("a.mbox", "không có thư nào")
    assert record.cause is Cause.MALFORMED
