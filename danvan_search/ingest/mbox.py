"""Mailboxes (``.mbox``): each mail is read as a file of its own would be."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from typing import BinaryIO, Final

from danvan_search.ingest import mail_headers
from danvan_search.ingest.mail import MAIL, MAX_MAIL_BYTES
from danvan_search.ingest.part_names import unused_name
from danvan_search.ingest.parts import read_part
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.ingest.unpacking import check_depth

_LINE_BYTES: Final = 1 << 16
_HEAD_BYTES: Final = 1 << 16
_START: Final = re.compile(rb"From [^\r\n]{0,300}?\d{1,2}:\d\d[^\r\n]{0,100}?\d{4}\s*$")
_QUOTED: Final = re.compile(rb">+From ")
_MAILBOX: Final = re.compile(
    rb"From [^\r\n]{0,300}?\d{1,2}:\d\d[^\r\n]{0,100}?\d{4}[ \t]*\r?\n"
    rb"(?:>?From [^\n]*\n)?[\w-]{1,80}:"
)


def read_mbox(source: Source) -> Documents:
    """Yield the documents of the mails in a mailbox."""
    check_depth(source.depth)
    used: Counter[str] = Counter()
    for number, content in enumerate(_mails(source.stream), start=1):
        head = BytesHeaderParser().parsebytes(content[:_HEAD_BYTES])
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        part = unused_name(mail_headers.message_id(head) or digest, used, suffix=False)
        if len(content) > MAX_MAIL_BYTES:
            reason = f"is a mail of more than {MAX_MAIL_BYTES:,} bytes"
            yield Problem(reason, str(number), Cause.TOO_LARGE, part, unreadable=True)
        else:
            yield from read_part(source, part, content, file_name="", reader=MAIL)
    if not used:
        yield Problem(EMPTY, cause=Cause.EMPTY)


def _mails(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the mails, each cut off behind :data:`MAX_MAIL_BYTES` bytes."""
    pieces: list[bytes] = []
    size = 0
    is_in_mail = False
    after_blank = at_line = True
    while line := stream.readline(_LINE_BYTES):
        if at_line and after_blank and _START.match(line):
            if is_in_mail:
                yield b"".join(pieces)
            pieces, size, is_in_mail = [], 0, True
            continue
        if at_line and _QUOTED.match(line):
            line = line[1:]
        after_blank = at_line and not line.strip()
        at_line = line.endswith(b"\n")
        if is_in_mail and size <= MAX_MAIL_BYTES:
            pieces.append(line)
            size += len(line)
    if not is_in_mail:
        raise ReadError("holds no mails: each begins with a line `From …`", Cause.MALFORMED)
    yield b"".join(pieces)


MBOX: Final = Reader(
    "mailbox", (".mbox",), read_mbox, matches=lambda head: bool(_MAILBOX.match(head))
)
