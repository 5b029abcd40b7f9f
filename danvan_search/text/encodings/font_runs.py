"""Text in fonts to Unicode: documents in which the encoding is a matter of the font.

Word processors keep the letters of TCVN3 and VNI as those of windows-1252, and the font shows them
as Vietnamese: ``Céng hoµ`` in .VnTime is ``Cộng hoà``. One document has several of these fonts, and
Unicode beside them, so each run of text is converted by itself. The font says which encoding to
expect, and the content is the judge: what is in Unicode already stays, whatever its font, and text
that can only be TCVN3 or VNI is converted although its font says nothing.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from danvan_search.text.encodings.detector import Spelling
from danvan_search.text.encodings.single_byte import TCVN3, WINDOWS_1252, mend_case
from danvan_search.text.encodings.vni import VNI, convert_vni

UNICODE: Final = "UTF-8"
"""What stands for text that needs no conversion."""

_SUBSET: Final = re.compile(r"[A-Z]{6}\+")
_STYLE: Final = re.compile(
    r"[ ,_-]*(?:Bold|Italic|Oblique|Regular|Normal|Light|Medium|Heavy|Narrow|MT|PS)+$"
)
_TCVN3_FONT: Final = re.compile(r"\.?vn(?!i)|.*tcvn-?3", re.IGNORECASE)
_VNI_FONT: Final = re.compile(r"vni\b|vni[- _]", re.IGNORECASE)
_CAPITALS_FONT: Final = re.compile(r"\.?(?:Vn|VN)(?!I).*[a-z0-9 ]H$")

_TCVN3_LETTERS: Final = {
    ord(latin): letter for latin, letter in zip(WINDOWS_1252, TCVN3, strict=True) if latin != letter
}
# Word writes its optional hyphen, which is ư in TCVN3, as the control character 0x1F, and letters
# of fonts that it takes for symbols in the private use area.
_AS_LATIN: Final = {0x1F: 0xAD} | {0xF000 + code: code for code in range(0x20, 0x100)}
_INVISIBLE: Final = dict.fromkeys((0xAD, 0x1F, *range(0xF000, 0xF100)))
_SPECIAL: Final = re.compile("[\x1f\xad\uf000-\uf0ff]")
# Letters and marks that windows-1252 lacks.
_WIDE: Final = re.compile(r"[^\W\d_\x00-\xffŒœŠšŽžŸƒˆ˜ªº\uf000-\uf0ff]|[\u0300-\u036f]")
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]|\x1f")

_FIRST_WORD: Final = re.compile(r"\A[^\s.,;:!?]+")
_LAST_WORD: Final = re.compile(r"[^\s.,;:!?]+\Z")

_VNI_BASES: Final = frozenset(written[0] for written in VNI if len(written) == 2)

_SAMPLE_CHARS: Final = 8_000
"""How much of the text in a font decides its encoding, in characters."""

_GOOD_SHARE: Final = 0.75
_DOUBTFUL_SHARE: Final = 0.5
_MIN_VALID: Final = 3

_DOUBTFUL, _LIKELY, _CERTAIN = range(3)
"""How far the encoding of a group of runs is known: see :func:`_convert_group`."""


@dataclass(frozen=True, slots=True)
class ConvertedRuns:
    """Runs of text in Unicode.

    :ivar texts: the text of each run. A letter that two runs shared belongs to the first.
    :ivar encoding: the name of the encoding of most of what was converted; ``UTF-8`` if nothing
        was.
    """

    texts: list[str]
    encoding: str


def convert_runs(runs: Sequence[tuple[str, str]]) -> ConvertedRuns:
    """Return runs of text in Unicode.

    Soft hyphens, which are the letter ư in TCVN3, are dropped where the text is Unicode; so are the
    characters of symbol fonts (U+F000 to U+F0FF).

    :param runs: the text of each run and the name of its font, "" if that is not known. A run
        holds at most one line break, at its end: the lines are judged one by one.
    """
    if not any(
        _encoding_of_font(font) or _BEYOND_ASCII.search(text) is not None for text, font in runs
    ):
        return ConvertedRuns([text for text, _ in runs], UNICODE)
    texts = [
        text.translate(_AS_LATIN) if _SPECIAL.search(text) and _encoding_of_font(font) else text
        for text, font in runs
    ]
    encodings, mixed = _judge_fonts(texts, [font for _, font in runs])
    counts = dict.fromkeys(_CONVERTERS, 0)
    for start, end in _lines(texts):
        groups = list(_groups(texts, runs, encodings, start, end))
        has_wide = any(group.is_wide for group in groups)
        for group in groups:
            numbers = range(group.first, group.last)
            # What stands beside Unicode may be Unicode, too, without a letter that tells.
            font = runs[group.first][1]
            is_expected = group.encoding == _encoding_of_font(font)
            trust = _LIKELY if font in mixed or not is_expected else _CERTAIN
            if has_wide or mixed.get(font, 0) > (1 if is_expected else 0):
                trust = _DOUBTFUL
            if group.encoding and _convert_group(texts, runs, group, trust):
                counts[group.encoding] += len(numbers)
                continue
            for number in numbers:
                if _SPECIAL.search(texts[number]):
                    texts[number] = texts[number].translate(_INVISIBLE)
    most = max(counts, key=lambda name: counts[name])
    return ConvertedRuns(texts, most if counts[most] else UNICODE)


def convert_beside(text: str, encoding: str) -> str:
    """Return text without a font in Unicode: it may have the encoding of what stands beside it.

    It is converted if that makes its words better: properties of a document are seldom old.

    :param encoding: that of the text beside it, as :class:`ConvertedRuns` has it.
    """
    convert = _CONVERTERS.get(encoding)
    if convert is None or text.isascii() or _WIDE.search(text):
        return text
    converted = convert(text)
    is_better = Spelling.of(converted).score[0] > Spelling.of(text).score[0]
    return converted if is_better else text


def font_encoding(font: str) -> str:
    """Return the encoding that the name of a font says: ``TCVN3``, ``VNI``, or "" for none."""
    return _encoding_of_font(font)


def _convert_tcvn3(text: str) -> str:
    return mend_case(text.translate(_TCVN3_LETTERS))


_CONVERTERS: Final[Mapping[str, Callable[[str], str]]] = {
    "TCVN3": _convert_tcvn3,
    "VNI": convert_vni,
}


@lru_cache(maxsize=1 << 10)
def _encoding_of_font(font: str) -> str:
    name = _SUBSET.sub("", font.strip())
    if _VNI_FONT.match(name):
        return "VNI"
    return "TCVN3" if _TCVN3_FONT.match(name) else ""


@lru_cache(maxsize=1 << 10)
def _has_capitals_only(font: str) -> bool:
    """Return whether a font of TCVN3 shows small letters as capitals."""
    name = _STYLE.sub("", _SUBSET.sub("", font.strip()))
    return _CAPITALS_FONT.match(name) is not None


def _lines(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first run of each line, and that after its last."""
    start = 0
    for number, text in enumerate(texts):
        if text.endswith("\n"):
            yield start, number + 1
            start = number + 1
    if start < len(texts):
        yield start, len(texts)


def _judge_fonts(
    texts: Sequence[str], fonts: Sequence[str]
) -> tuple[dict[str, str], dict[str, float]]:
    """Return the encoding of each font, "" for Unicode, as its name and its text say.

    :return: the encodings; and for each font in which lines are in Unicode for certain, how many
        of them there are to one that may be in this encoding.
    """
    samples: dict[str, list[str]] = {font: [] for font in fonts}
    sizes = dict.fromkeys(samples, 0)
    narrow, wide = Counter[str](), Counter[str]()
    for start, end in _lines(texts):
        for font in dict.fromkeys(fonts[start:end]):
            is_sampled = sizes[font] >= _SAMPLE_CHARS
            if is_sampled and not _encoding_of_font(font):
                continue
            line = "".join(
                text
                for text, other in zip(texts[start:end], fonts[start:end], strict=True)
                if other == font
            )
            if not _BEYOND_ASCII.search(line):
                continue
            if _WIDE.search(line):
                wide[font] += 1
                continue
            narrow[font] += 1
            if not is_sampled:
                samples[font].append(line)
                sizes[font] += len(line)
    encodings = {
        font: _judge("\n".join(lines)[:_SAMPLE_CHARS], _encoding_of_font(font))
        for font, lines in samples.items()
    }
    return encodings, {font: count / max(1, narrow[font]) for font, count in wide.items()}


def _judge(sample: str, expected: str) -> str:
    """Return the encoding of a sample; "" for Unicode.

    :param expected: what the font says.
    """
    if not sample:
        return expected
    spellings = {name: Spelling.of(convert(sample)) for name, convert in _CONVERTERS.items()}
    as_it_is = Spelling.of(sample)
    if expected and spellings[expected].share >= _GOOD_SHARE:
        return expected
    best = max(spellings, key=lambda name: spellings[name].score)
    found = spellings[best]
    if (
        found.is_vietnamese
        and found.valid >= _MIN_VALID
        and found.score > as_it_is.score
        and as_it_is.share < _DOUBTFUL_SHARE
    ):
        return best
    return expected if expected and spellings[expected].score >= as_it_is.score else ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Runs of a line that are converted together.

    :ivar first: the first run.
    :ivar last: the run after the last.
    :ivar encoding: their encoding; "" for Unicode.
    :ivar is_wide: whether their fonts have another encoding, but their letters are Unicode.
    """

    first: int
    last: int
    encoding: str
    is_wide: bool


def _groups(
    texts: Sequence[str],
    runs: Sequence[tuple[str, str]],
    encodings: Mapping[str, str],
    start: int,
    end: int,
) -> Iterator[_Group]:
    """Yield the groups of a line."""
    first, current = start, ("", False)
    for number in range(start, end):
        encoding = encodings[runs[number][1]]
        is_wide = bool(encoding) and _WIDE.search(texts[number]) is not None
        kind = ("" if is_wide else encoding, is_wide)
        if kind != current and first < number:
            yield _Group(first, number, *current)
            first = number
        current = kind
    yield _Group(first, end, *current)


def _convert_group(
    texts: list[str], runs: Sequence[tuple[str, str]], group: _Group, trust: int
) -> bool:
    """Convert runs in place, unless they are better as they are; return whether it was done.

    :param trust: ``_CERTAIN`` if they are converted in any case; ``_LIKELY`` unless the words are
        better, or more frequent, as they are; ``_DOUBTFUL`` only if the words become better.
    """
    first, last, encoding = group.first, group.last, group.encoding
    written = "".join(texts[first:last])
    converted = _CONVERTERS[encoding](written)
    if converted != written and trust < _CERTAIN:
        words = _whole_words(texts, first, last) if trust == _DOUBTFUL else written
        old, new = (Spelling.of(one).score for one in (words, _CONVERTERS[encoding](words)))
        if old > new or (trust == _DOUBTFUL and old[0] >= new[0]):
            return False
    if encoding == "VNI":
        _join_letters(texts, first, last)
        for number in range(first, last):
            texts[number] = convert_vni(texts[number])
        return True
    place = 0
    for number in range(first, last):
        piece = converted[place : place + len(texts[number])]
        place += len(texts[number])
        texts[number] = piece.upper() if _has_capitals_only(runs[number][1]) else piece
    return True


def _whole_words(texts: Sequence[str], first: int, last: int) -> str:
    """Return the text of runs without the words that go on in the runs beside them."""
    words = "".join(texts[first:last])
    if first and texts[first - 1][-1:].isalpha():
        words = _FIRST_WORD.sub("", words)
    if last < len(texts) and texts[last][:1].isalpha():
        words = _LAST_WORD.sub("", words)
    return words


def _join_letters(texts: list[str], first: int, last: int) -> None:
    """Move a mark of VNI to the run of its letter."""
    used = [number for number in range(first, last) if texts[number]]
    for number, after in itertools.pairwise(used):
        letter, mark = texts[number][-1:], texts[after][:1]
        if letter in _VNI_BASES and letter + mark in VNI:
            texts[number] += mark
            texts[after] = texts[after][1:]
