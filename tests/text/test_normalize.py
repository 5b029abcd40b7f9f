"""Tests of normalisation: every way of typing a syllable gives one accented form."""

import unicodedata

import pytest
from hypothesis import given

from danvan_search.text.alphabet import CONSONANTS, TONED, TONES
from danvan_search.text.normalize import normalize, place_tone
from tests.text.strategies import any_text, vietnamese_text

FORMS = [
    # (surface, accented form, what the row proves)
    ("Dân", "dân", "lower case"),
    ("VẬN", "vận", "lower case of marked letters"),
    ("va\u0323\u0302n", "vận", "decomposed, marks in canonical order"),
    ("va\u0302\u0323n", "vận", "decomposed, marks in typing order"),
    ("v\u00e2\u0323n", "vận", "half composed: the letter with its circumflex, then the dot"),
    ("v\u1ea1\u0302n", "vận", "half composed: the letter with its dot, then the circumflex"),
    ("đường", "đường", "đ is unchanged: it has no decomposition"),
    ("Ðường", "đường", "eth is a look-alike of Đ"),
    ("ðường", "đường", "small eth is a look-alike of đ"),
    ("Ɖường", "đường", "African d is a look-alike of Đ"),
    ("ɖường", "đường", "d with tail is a look-alike of đ"),
    # Open rimes: new style to traditional.
    ("hoà", "hòa", "open oa"),
    ("hòa", "hòa", "open oa, already traditional"),
    ("khoẻ", "khỏe", "open oe"),
    ("thuỷ", "thủy", "open uy"),
    ("uỷ", "ủy", "open uy without an onset"),
    ("Hoá", "hóa", "open oa, capital"),
    ("loà", "lòa", "open oa again"),
    # Not open rimes, or no glide: unchanged.
    ("hoàn", "hoàn", "before a coda the main vowel keeps the tone"),
    ("hoạt", "hoạt", "before a stop coda too"),
    ("suýt", "suýt", "uy with a coda"),
    ("huỳnh", "huỳnh", "uy with a coda"),
    ("quý", "quý", "qu is the onset, y the vowel"),
    ("quà", "quà", "qu is the onset, a the vowel"),
    ("quỳnh", "quỳnh", "qu, y and a coda"),
    ("quốc", "quốc", "qu and a quality vowel"),
    ("giếng", "giếng", "gi and ê"),
    ("già", "già", "gi is the onset, a the vowel"),
    ("giữa", "giữa", "gi and ưa"),
    ("gì", "gì", "g and i: only i can carry the tone"),
    ("khuỷu", "khuỷu", "three vowels: the middle one"),
    ("ngoài", "ngoài", "three vowels: the middle one"),
    ("ngoéo", "ngoéo", "three vowels: the middle one"),
    ("nghiêng", "nghiêng", "no tone to move"),
    ("thuở", "thuở", "the quality vowel carries the tone"),
    ("mùa", "mùa", "ua: the first vowel"),
    ("của", "của", "ua: the first vowel"),
    ("bìa", "bìa", "ia: the first vowel"),
    ("rượu", "rượu", "in ươ, ơ carries the tone, before an off-glide"),
    ("yếu", "yếu", "iê written with y"),
    ("ý", "ý", "one vowel"),
    # Typing slips.
    ("nứơc", "nước", "on ư instead of ơ"),
    ("giừơng", "giường", "on ư instead of ơ, gi"),
    ("tóan", "toán", "on the glide before a coda"),
    ("ngòai", "ngoài", "on the glide of three vowels"),
    ("xóai", "xoái", "on the glide of three vowels"),
    ("qúy", "quý", "on the u of qu"),
    ("qủa", "quả", "on the u of qu"),
    ("qụôc", "quộc", "on the u of qu, quality vowel"),
    ("gìa", "già", "on the i of gi"),
    ("tíêng", "tiếng", "on i instead of ê"),
    ("múôn", "muốn", "on u instead of ô"),
    ("Nguỹên", "nguyễn", "on y instead of ê"),
    ("yêú", "yếu", "on the off-glide"),
    ("cuả", "của", "on a instead of u"),
    # Other letters, other words.
    ("quy", "quy", "quy and qui are two names"),
    ("qui", "qui", "quy and qui are two names"),
    ("kỹ", "kỹ", "kỹ and kĩ are never merged silently"),
    ("kĩ", "kĩ", "kỹ and kĩ are never merged silently"),
    ("Mỹ", "mỹ", "Mỹ and Mĩ are never merged silently"),
    ("Mĩ", "mĩ", "Mỹ and Mĩ are never merged silently"),
    ("dì", "dì", "d and gi are never merged"),
    ("José", "josé", "not Vietnamese: the tone is not moved"),
    ("Raúl", "raúl", "not Vietnamese: the tone is not moved"),
    ("Zoë", "zoë", "a letter that is not Vietnamese"),
    ("Đắk", "đắk", "k is not a coda of the standard language: the tone is not moved"),
    ("áà", "áà", "two tones: neither is moved"),
    ("CTr", "ctr", "no vowel"),
    ("Москва", "москва", "another alphabet"),
    ("И\u0306", "й", "another alphabet, decomposed"),
    ("İ", "i\u0307", "lower case may be longer than upper case"),
    ("Straße", "straße", "ß has no other lower case"),
    ("ﬁ", "fi", "a ligature is its letters"),
    ("２０", "20", "full-width digits are digits"),
    ("𝐕𝐚̣̂𝐧", "vận", "styled letters are letters"),
    ("Ⅳ", "iv", "a Roman number is its letters"),
    ("½", "½", "a fraction is no digits"),
    ("ﷺ", "ﷺ", "a ligature of several words is unchanged"),
    ("₫", "đ", "the sign of the currency is written đ too"),
    ("\u212a", "k", "the Kelvin sign is a K"),
    # Ignorable characters.
    ("dân\u00adtộc", "dântộc", "a soft hyphen is dropped"),
    ("va\u200d\u0302\u034f\u0323n", "vận", "joiners between a letter and its marks"),
    ("a\ufe0fb", "ab", "a variation selector is dropped"),
    ("", "", "the empty string"),
]


@pytest.mark.parametrize(("surface", "accented", "proves"), FORMS)
def test_accented_form(surface, accented, proves):
    """Each surface has the accented form of its row."""
    assert accented == normalize(surface), proves


@pytest.mark.parametrize(("surface", "accented", "proves"), FORMS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accented_form_of_normal_forms(surface, accented, proves, form):
    """The accented form does not depend on the normal form of the surface."""
    assert accented == normalize(unicodedata.normalize(form, surface)), proves


@pytest.mark.parametrize("onset", ["", "b", "đ", "h", "kh", "l", "ng", "ngh", "t", "th", "x"])
@pytest.mark.parametrize("rime", ["oa", "oe", "uy"])
@pytest.mark.parametrize("tone", TONES[1:])
def test_open_rimes_have_one_placement(onset, rime, tone):
    """Both tone placements on an open rime give the traditional form."""
    traditional = onset + TONED[rime[0], tone] + rime[1]
    new_style = onset + rime[0] + TONED[rime[1], tone]
    assert traditional == normalize(new_style) == normalize(traditional)


@pytest.mark.parametrize("rime", ["a", "e", "ê", "o", "y", "i", "ang", "anh", "uyên", "ôc"])
@pytest.mark.parametrize("tone", TONES[1:])
def test_the_u_of_qu_never_bears_a_tone(rime, tone):
    """After q, a tone on u moves to the vowel of the rime."""
    assert normalize("q" + TONED["u", tone] + rime)[1] == "u"


def test_every_closed_form_is_left_alone():
    """A correctly spelt rime with a quality vowel or a coda is unchanged."""
    rimes = ["oàn", "oạt", "uýt", "uỳnh", "uyển", "oắc", "uẩn", "iếng", "ưởng", "uốn", "oét"]
    for rime in rimes:
        for onset in ("", *CONSONANTS.replace("q", "").replace("g", "")):
            assert onset + rime == normalize(onset + rime)


def test_marks_beyond_the_limit_are_the_same_in_all_normal_forms():
    """All normal forms of a letter with too many marks keep the same 30 marks."""
    for marks in ("\u0301", "\u0316\u0301", "\u0302\u0301\u0323", "\u0489\u0301", "\u0344\u0323"):
        text = "e" + marks * 40
        composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
        assert normalize(text) == normalize(composed) == normalize(decomposed)
        assert len(normalize(text)) <= 31


@given(any_text())
def test_form_of_a_form_is_itself(text):
    """Normalising twice gives the same result as normalising once."""
    assert normalize(text) == normalize(normalize(text))


@given(vietnamese_text())
def test_form_of_a_vietnamese_form_is_itself(text):
    """Normalising a word of Vietnamese letters twice is the same as normalising it once."""
    for word in text.split():
        assert normalize(word) == normalize(normalize(word))


@given(any_text())
def test_normal_forms_have_one_accented_form(text):
    """NFC(x) and NFD(x) have the same accented form."""
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert normalize(composed) == normalize(decomposed)


@given(any_text())
def test_accented_form_is_nfc(text):
    """An accented form is in NFC."""
    assert unicodedata.is_normalized("NFC", normalize(text))


@given(vietnamese_text())
def test_placing_a_tone_keeps_letters_and_tones(text):
    """Moving a tone neither removes nor adds a mark, and changes no base letter."""
    for word in text.split():
        placed = place_tone(word)
        before, after = (unicodedata.normalize("NFD", one) for one in (word, placed))
        assert sorted(before) == sorted(after)
        assert [one for one in before if one.isalpha()] == [one for one in after if one.isalpha()]
