"""Subtitles: SubRip (``.srt``) and WebVTT (``.vtt``). What is said, without numbers and times."""

import html
import re
from typing import Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.reader import Documents, Reader, Source

_TIMES: Final = re.compile(
    r"[ \t]*(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}[.,][0-9]{1,3}[ \t]*-->[ \t]*[0-9:.,]{5,16}[^\n]*"
)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]{0,100}>|<[0-9:.]{5,16}>|\{\\[^{}\n]{1,60}\}")
_NOT_SAID: Final = ("WEBVTT", "NOTE", "STYLE", "REGION")
_SRT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*[0-9]{1,6}[ \t]*\r?\n[0-9]{1,3}:[0-9]{2}:[0-9]{2}[,.][0-9]{1,3}[ \t]*-->"
)
_VTT: Final = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:\s|$)")


def read_subtitles(source: Source) -> Documents:
    """Yield the document of a file of subtitles: a line for each."""
    text = source.text().replace("\r\n", "\n").replace("\r", "\n")
    said: list[str] = []
    title = ""
    for block in re.split(r"\n[ \t]*\n+", text):
        lines = block.strip("\n").split("\n")
        at = next((number for number, line in enumerate(lines[:3]) if _TIMES.match(line)), None)
        if at is None:
            if lines[0].startswith("WEBVTT") and not title:
                title = lines[0].removeprefix("WEBVTT").strip(" \t-")
            # A subtitle may hold a blank line; then its second half has no times.
            if lines[0].split(" ")[0] in _NOT_SAID or not said:
                continue
            at = -1
        words = " ".join(_TAG.sub("", html.unescape(" ".join(lines[at + 1 :]))).split())
        if words:
            said.append(words)
    yield describe("\n".join(said), source.file_name, heading=title)


SUBTITLES: Final = Reader(
    "subtitles",
    (".srt", ".vtt"),
    read_subtitles,
    matches=lambda head: bool(_SRT.match(head) or _VTT.match(head)),
)
