"""Telex and VNI: what is typed with the input method off means what it would make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.suggest.input_methods import decode_telex, decode_vni, may_be_keys
from danvan_search.text.alphabet import TONES, UNTONED
from danvan_search.text.normalize import normalize, place_tone, syllable_parts
from tests.naughty import NAUGHTY

TELEX = dict(zip("ăâđêôơư", ["aw", "aa", "dd", "ee", "oo", "ow", "uw"], strict=True))
VNI = dict(zip("ăâđêôơư", ["a8", "a6", "d9", "e6", "o6", "o7", "u7"], strict=True))
FORMS = """
dân vận khéo công tác đường được người nước trường thuở thuê mưa hoặc quyết giữ giếng nghiêng
khuỷu hươu rượu lưu cứu chữ đã đểu ngoẻo quạ quý già gì xoăn tuần muỗi suối ăn ông ơi ưa ý ở
uống yêu yến hoà thủy khỏe nghĩa cuối chiều trễ gừng sợ tự quả thịnh
"""


def keys(form, letters, tones, *, late):
    typed = end = ""
    for letter in normalize(form):
        vowel, tone = UNTONED.get(letter, (letter, ""))
        typed += letters.get(vowel, vowel)
        if tone:
            typed, end = (typed, tones[tone]) if late else (typed + tones[tone], "")
    return typed + end


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("form", FORMS.split())
def test_each_form_comes_back(form, late):
    """The keys of a form mean this form, wherever its tone was typed."""
    telex = keys(form, TELEX, dict(zip(TONES[1:], "fsxrj", strict=True)), late=late)
    vni = keys(form, VNI, dict(zip(TONES[1:], "21435", strict=True)), late=late)
    assert decode_telex(telex) == normalize(form)
    assert decode_vni(vni) == normalize(form)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("dduwowngf", "đường"),
        ("duongdwf", "đường"),
        ("dduowngf", "đường"),
        ("nguoiwf", "người"),
        ("tieengs", "tiếng"),
        ("tiengse", "tiếng"),
        ("xooong", "xoong"),
        ("mooocs", "moóc"),
        ("muaw", "mưa"),
        ("hoawcj", "hoặc"),
        ("thuowr", "thuở"),
        ("cuuws", "cứu"),
        ("dand", "đan"),
    ],
)
def test_marks_may_be_typed_anywhere(typed, form):
    """As input methods allow, marks follow their letter or the syllable."""
    assert decode_telex(typed) == form


@pytest.mark.parametrize("word", ["dan", "website", "forum", "google", "kxyz", "", "a1", "đân"])
def test_what_carries_no_marks_is_no_telex(word):
    """Plain syllables, and words that no syllable comes out of."""
    assert decode_telex(word) is None


@pytest.mark.parametrize("word", ["dan", "2019", "covid19", "a0", "h2o", "f1", "", "da60"])
def test_what_carries_no_marks_is_no_vni(word):
    """Codes and numbers are no keys."""
    assert decode_vni(word) is None


@given(st.text("abcdeghiklmnopqrstuvxywzfj0123456789", max_size=12))
def test_only_vietnamese_syllables_come_out(typed):
    """Whatever is typed, the result is a well-formed syllable in its one spelling, or none."""
    for decode in (decode_telex, decode_vni):
        form = decode(typed)
        if form is not None:
            plain = "".join(UNTONED.get(letter, (letter, ""))[0] for letter in form)
            assert syllable_parts(plain) is not None
            assert place_tone(form) == form == normalize(form)
            assert may_be_keys(typed)


@pytest.mark.parametrize(("name", "text"), NAUGHTY, ids=[name for name, _ in NAUGHTY])
def test_naughty_strings_are_no_keys(name, text):
    """Nothing raises."""
    decode_telex(text)
    decode_vni(text)
    may_be_keys(text[:1000])
