"""Abbreviations: what the capitals in a query stand for.

Texts explain their abbreviations where they first use them: ``hội đồng nhân dân (HĐND)``. So the
syllables before an abbreviation, wherever the index has it, tell what it stands for if their first
letters are its letters. What everybody knows is seldom explained; the module lists such ones.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.term_dictionary import TermDictionary
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.suggest.form_counts import (
    are_live,
    run_slots,
    sampled,
)
from danvan_search.text import fold, syllable_grid

SUPPORT: Final = 2
"""An explanation counts if this many articles have it…"""
LEAST_SHARE: Final = 0.5
"""… and if most of those that explain it explain it so."""
_PLACES: Final = 2048
"""The places of an abbreviation that are looked at in each segment."""
_PASSED_OVER: Final = 2
"""An explanation may have this many syllables without a letter: ``bảo hiểm y tế và xã hội``."""
_MAX_LETTERS: Final = 10

_WELL_KNOWN: Final = """
ATGT an toàn giao thông
ATTP an toàn thực phẩm
BCA bộ công an
BCH ban chấp hành
BCT bộ chính trị
BGDĐT bộ giáo dục và đào tạo
BHTN bảo hiểm thất nghiệp
BHXH bảo hiểm xã hội
BHYT bảo hiểm y tế
BQP bộ quốc phòng
BTC bộ tài chính
BTV ban thường vụ
BYT bộ y tế
CBCC cán bộ công chức
CCHC cải cách hành chính
CHXHCN cộng hòa xã hội chủ nghĩa
CNTT công nghệ thông tin
CNXH chủ nghĩa xã hội
CSGT cảnh sát giao thông
ĐBQH đại biểu quốc hội
ĐCSVN đảng cộng sản việt nam
DNNN doanh nghiệp nhà nước
ĐTQG đội tuyển quốc gia
GDĐT giáo dục và đào tạo
GPMB giải phóng mặt bằng
GTVT giao thông vận tải
HĐND hội đồng nhân dân
HĐQT hội đồng quản trị
HLHPN hội liên hiệp phụ nữ
HSSV học sinh sinh viên
HTX hợp tác xã
KCN khu công nghiệp
KHCN khoa học công nghệ
KTXH kinh tế xã hội
LĐTBXH lao động thương binh và xã hội
LHQ liên hợp quốc
MTTQ mặt trận tổ quốc
NHNN ngân hàng nhà nước
NNPTNT nông nghiệp và phát triển nông thôn
NTM nông thôn mới
PCCC phòng cháy chữa cháy
PTTH phổ thông trung học
QĐND quân đội nhân dân
QLNN quản lý nhà nước
SGK sách giáo khoa
TAND tòa án nhân dân
TCKT tài chính kế toán
THCS trung học cơ sở
THPT trung học phổ thông
TNGT tai nạn giao thông
TNHH trách nhiệm hữu hạn
TPHCM thành phố hồ chí minh
TTCK thị trường chứng khoán
TTTT thông tin và truyền thông
TƯ trung ương
UBND ủy ban nhân dân
VKSND viện kiểm sát nhân dân
VSATTP vệ sinh an toàn thực phẩm
XDCB xây dựng cơ bản
XHCN xã hội chủ nghĩa
"""

WELL_KNOWN: Final[dict[str, tuple[str, ...]]] = {
    abbreviation.lower(): tuple(syllable_grid(words).accented)
    for abbreviation, words in (line.split(" ", 1) for line in _WELL_KNOWN.strip().splitlines())
}
"""What the letters of an abbreviation, in lower case, stand for: accented forms."""


class Meaning(NamedTuple):
    """What an abbreviation stands for.

    :ivar forms: accented forms; empty if nobody says.
    :ivar share: the share of the articles that explain it so among those that explain it.
    """

    forms: tuple[str, ...]
    share: float


def meaning_of(views: Sequence[SegmentView], accented: Sequence[str]) -> Meaning:
    """Return what an abbreviation stands for in the articles of an index, or for everybody.

    :param views: the segments.
    :param accented: the accented forms of its parts: one, or two of ``GD&ĐT``.
    """
    letters = "".join(accented)
    if not 2 <= len(letters) <= _MAX_LETTERS or not letters.isalpha():
        return Meaning((), 0.0)
    counts: dict[tuple[str, ...], int] = {}
    for view in views:
        for forms, articles in _explanations(view, accented, letters):
            counts[forms] = counts.get(forms, 0) + articles
    if counts:
        forms = max(counts, key=lambda one: (counts[one], one))
        share = counts[forms] / sum(counts.values())
        if counts[forms] >= SUPPORT and share > LEAST_SHARE:
            return Meaning(forms, share)
    return Meaning(WELL_KNOWN.get(letters, ()), 1.0)


def _explanations(
    view: SegmentView, accented: Sequence[str], letters: str
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the explanations in a segment, and how many live articles have each."""
    terms, grid = view.segment.term_dictionary, view.segment.grid
    folded_ids = [terms.folded_id(fold(form)) for form in accented]
    if 0 in folded_ids:
        return
    if len(folded_ids) == 1:
        slots = sampled(view.segment.positions.slots_of_folded(folded_ids[0]), _PLACES)
    else:
        slots, _ = run_slots(view, folded_ids)
    slots = np.sort(slots.astype(np.int64))
    slots = slots[are_live(view, slots)]
    # Few places explain it: those before which a syllable with its last letter stands.
    before = grid.contents(slots - 1)
    distinct = np.unique(before).tolist()
    fitting = [one for one in distinct if _initial(terms, one) == fold(letters[-1])]
    slots = slots[np.isin(before, fitting)]
    most = len(letters) + _PASSED_OVER
    rows = np.stack([grid.contents(slots - back) for back in range(most, 0, -1)], axis=1)
    docs = view.segment.grid.docs_at(slots)
    found: dict[tuple[int, ...], set[int]] = {}
    for row, doc in zip(map(tuple, rows.tolist()), docs.tolist(), strict=True):
        found.setdefault(row, set()).add(doc)
    merged: dict[tuple[str, ...], set[int]] = {}
    for row, of_docs in found.items():
        length = _fitting([_initial(terms, number) for number in row], fold(letters))
        if length:
            forms = tuple(map(terms.accented_form, row[-length:]))
            merged.setdefault(forms, set()).update(of_docs)
    for forms, of_docs in merged.items():
        yield forms, len(of_docs)


def _initial(terms: TermDictionary, accented_id: int) -> str:
    """Return the first letter of an accented form, folded; "" for a gap."""
    return fold(terms.accented_form(accented_id)[0]) if accented_id else ""


def _fitting(initials: Sequence[str], letters: str) -> int:
    """Return how many of the last syllables have the letters as their first ones; 0 for none.

    :param initials: the first letters of the syllables, "" for a gap.
    """
    for length in range(len(letters), len(initials) + 1):
        tail = initials[-length:]
        if "" in tail:
            return 0
        if tail[0] == letters[0] and tail[-1] == letters[-1]:
            at = 0
            for initial in tail:
                at += at < len(letters) and initial == letters[at]
            if at == len(letters):
                return length
    return 0
