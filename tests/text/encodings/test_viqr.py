"""VIQR: marks after letters, and what only looks like them."""

import pytest

from danvan_search.text.encodings.viqr import convert_viqr


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("DDu+o+`ng da`i, nu+o+'c Vie^.t", "Đường dài, nước Việt"),
        ("DDa?ng CDD cu?a Ddo^`ng Tha'p", "Đảng CĐ của Đồng Tháp"),
        # VietNet writes * for +, and some people the tone first.
        ("ngu*o*`i nha.^t, ma.(t", "người nhật, mặt"),
        # A backslash makes the next mark literal.
        (r"Ai ha\? Co\. Di\.", "Ai ha? Co. Di."),
        # Without backslashes, a mark before a capital letter or the end is a tone if the syllable
        # with it is more frequent.
        ("Anh ddi dda^u? To^i ddi cho+. mua ca'.", "Anh đi đâu? Tôi đi chợ mua cá."),
        ("Chu'ng ta ra. Ho. o+? Ha` No^.i, Bo^. Y te^'", "Chúng ta ra. Họ ở Hà Nội, Bộ Y tế"),
        # Two marks are a tone and a full stop; a tone is on one letter of the syllable only.
        ("Ho. ddi cho+.. Nhau. Nha` o+?", "Họ đi chợ. Nhau. Nhà ở"),
        # Foreign words and addresses stay.
        *((same, same) for same in ("www.example.com.vn", "you're a(b) f(x) add odd C++")),
        # Loanwords and abbreviations are no syllables.
        ("o^to^, HDDND, 5.000dd, DDa('k La('k", "ôtô, HĐND, 5.000đ, Đắk Lắk"),
    ],
)
def test_convert(written, text):
    """What is written becomes the text."""
    assert convert_viqr(written) == text
