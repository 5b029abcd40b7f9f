"""The version of text analysis: any change of the analysis needs another one."""

import hashlib
import json
import re
import unicodedata

import pytest
import regex

from danvan_search.text import fold, grid, normalize, syllable_grid
from danvan_search.text.analysis_version import ANALYSIS_VERSION

FINGERPRINTS = {
    1: "c962d0845e613abfdc7d670d81ade003",
    2: "e2614828f435b6ff962d2a0a52093913",
}
"""The fingerprint of each version. A change of the analysis gets a new version and a new line."""

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
RIMES = (
    "a ai ao au ay e en eo i ia iê iêu o oa oai oan oang oe oi oong "
    "u ua uâ uê ui uơ uy uya uyên ưa ươi y yêu"
)
SAMPLE = [
    "Dân vận khéo ở xã Hoà Bình: thi đua, khéo léo; “vì dân”!",
    "hoà hòa hoá hóa thuỷ thủy quý qúy quả gìn giữ gỉ huyện ngoéo khuỷu Đường đường",
    "32-CTr/TU số 05/2020/NĐ-CP, Covid19, COVID-19; 1.234,5 % và 10km² (m³) H₂O ½ Ⅳ",
    "a.b@c.vn https://báo.vn/tin-tuc?x=1 #dânvận @ai_đó l'été don’t re-use i.e.",
    "_x_ snake_case A&B C++ 3D a1b2 MiXeD 007",
    "Đ đ Ð ð Ɖ ɖ D̵ ß ẞ ﬁ Ǆ ĳ Œ œ İ ı ſ K Å Ω ª º № ™",
    "москва ёлка Ελλάδα ἀρχή עברית עִבְרִית العربية हिन्दी ไทย"
    " 漢字 かな カナ 한국어 㐀 𠀀 🙂 👨‍👩‍👧 🇻🇳",
    "x" * 64 + " " + "x" * 65 + " " + "ế" * 200 + " " + "漢" * 70,
    "a\u200bb a\u00adb a\u2060b a\ufeffb a\u00a0b a\u3000b a\tb\nc\r\nd\0e\x1f"
    " a\u0301\u0323 \u0301a \u0301 e\u00ad f\u200d",
    "C# c++ C#m A+++ #DânVậnKhéo #TPHCMĐẹp #YouTube 5.000₫ VN₫ 𝐃𝐚̂𝐧 ﬁ ﷺ Ⅳ Ⓓ",
    "\ud800 a\udc00b 1\ud83d\ude00 ＡＢＣ１２３ ⓐ ① x̂ ẍ o\u031b\u0323 u\u031b\u0301 ê\u0302",
    " ".join(
        unicodedata.normalize(form, rime[: at + 1] + tone + rime[at + 1 :])
        for form in ("NFC", "NFD")
        for rime in RIMES.split()
        for at in range(len(rime))
        for tone in TONES
    ),
    " ".join(letter + tone for letter in LETTERS + LETTERS.upper() for tone in TONES),
]


def fingerprint():
    """Return a hash of the syllables, offsets and forms of the sample."""
    rows = [
        [list(part) for part in (grid.starts, grid.ends, grid.accented, grid.folded)]
        for grid in map(syllable_grid, SAMPLE)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]


def test_a_change_of_the_analysis_has_another_version():
    """The sample is analysed as the version says; if this fails, raise ``ANALYSIS_VERSION``."""
    assert fingerprint() == FINGERPRINTS[ANALYSIS_VERSION]


def test_no_version_is_used_twice():
    """Each version has a fingerprint of its own."""
    assert [*FINGERPRINTS] == [*range(1, ANALYSIS_VERSION + 1)]
    assert len({*FINGERPRINTS.values()}) == len(FINGERPRINTS)


CHANGES = {
    "another tone placement": ("normalize", lambda text: normalize(text).replace("úy", "uý")),
    "đ is no d": ("fold", lambda text: "đ" if text == "đ" else fold(text)),
    "shorter pieces": ("_PIECE", regex.compile(r"\X{1,63}+")),
    "a syllable ends with a soft hyphen": ("IGNORABLE", ""),
    "underscores in syllables": ("_ASCII_SYLLABLE", re.compile("[A-Za-z_]+|[0-9]+")),
}


@pytest.mark.parametrize(("name", "changed"), CHANGES.values(), ids=CHANGES)
def test_the_sample_notices_a_change(monkeypatch, name, changed):
    """A small change of the analysis gives another fingerprint."""
    monkeypatch.setattr(grid, "_forms_memo", {})
    monkeypatch.setattr(grid, name, changed)
    assert fingerprint() not in FINGERPRINTS.values()
