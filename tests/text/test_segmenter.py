"""Tests of the fast word segmentation: it gives exactly the words of underthesea."""

import json
import lzma
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.text import Segmenter
from danvan_search.text.grid import spans
from danvan_search.text.segmenter import batch_segmenter, lexicon, scalar, selftest
from danvan_search.text.segmenter.engine import FastEngine
from danvan_search.text.segmenter.load import load_model
from danvan_search.text.segmenter.tokens import MAX_CHUNK_CHARS
from danvan_search.text.segmenter.underthesea_oracle import UndertheseaEngine
from tests.naughty import NAUGHTY
from tests.seeds import SEEDS, seed_text
from tests.text.strategies import any_text

ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "data" / "corpora"
ORACLE = UndertheseaEngine()


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """A segmenter that uses the compiled model."""
    made = Segmenter()
    assert made.is_fast
    return made


def unaccented(text: str) -> str:
    """A text without its accents."""
    plain = unicodedata.normalize("NFD", text).translate({0x111: "d", 0x110: "D"})
    return "".join(c for c in plain if not unicodedata.combining(c))


COPIES = {
    "as is": str,
    "lower": str.lower,
    "upper": str.upper,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "unaccented": unaccented,
}


def check(segmenter: Segmenter, texts: list[str]) -> None:
    """Assert that the texts have the words and word starts that underthesea gives them."""
    assert ORACLE.segment_words(texts) == segmenter.segment_words(texts)
    starts = ORACLE.word_starts_batch(texts)
    assert starts == segmenter.word_starts_batch(texts)
    flags, counts = segmenter.word_start_flags(texts)
    assert [flag for one in starts for flag in one.flags] == flags.tolist()
    assert [len(one.flags) for one in starts] == counts.tolist()


def check_each(segmenter: Segmenter, texts: list[str]) -> None:
    """Assert the same for the texts together and for each text alone."""
    check(segmenter, texts)
    for text in texts:
        check(segmenter, [text])


@pytest.mark.parametrize("alter", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_articles(segmenter, path, alter):
    """An article, its lines and their altered copies have the words of underthesea."""
    text = alter(seed_text(path))
    check(segmenter, [text, *text.splitlines()])


@pytest.mark.parametrize("alter", COPIES.values(), ids=COPIES)
def test_self_test_lines(segmenter, alter):
    """The lines of the self-test have the words of underthesea, together and alone."""
    lines = [alter(line) for line in selftest.sentences()]
    check_each(segmenter, lines)
    check(segmenter, ["\n".join(lines)])


ODD = [
    # (text, what it proves)
    ("", "the empty text has no words"),
    (" \n\t ", "white space has no words"),
    ("a", "a single token is a word whatever its label is"),
    ("ông Th sống ở đây", "a token across white space: the dot of Th.s"),
    ("ông Th\u00a0Sống ở đây", "across any white space except a line feed"),
    ("ông Th\nsống ở đây", "not across a line feed"),
    ("ông Th  sống ở đây", "not across two blanks"),
    ("ông Tha sống, bà Th. s, anh aTh sống", "only similar to Th s"),
    ("Th s Th s Th S Ths Th", "several in a row"),
    ("These Those Th", "English words that start with Th"),
    ("chiều dài 5ʺ, rộng 3ʺ", "U+02BA is a punctuation mark"),
    ("TOI DEN XIN.", "capitals and a full stop at the end"),
    ("TOI DEN XIN.\n", "capitals and a full stop before a final line feed"),
    ("TOI DEN XIN.\n\n", "capitals and a full stop before two line feeds"),
    ("TOI DEN XIN. ", "capitals and a full stop before a blank"),
    ("XIN. TOI DEN.", "capitals and a full stop inside the text"),
    ("đến Đ. ĐI ĐẾN Đ.", "Đ is a capital"),
    ("đến N\u0301.", "a decomposed letter at the end"),
    ("đến \u212a.", "the Kelvin sign becomes K"),
    ("vui :D", "a smiley at the end"),
    ("vui :D buồn", "a smiley inside the text"),
    ("vui :Dương", "no smiley before a letter"),
    ("+5 -5 2147483647 2147483648 -2147483648 -2147483649 +", "numbers of 32 bits"),
    ("٣٤٥ ๑๒๓ Ⅳ ² ½", "numbers of other scripts"),
    ("BOS EOS bos eos True False", "words that look like answers"),
    ("hoà nghành bíết khoẻ thuỷ Hoà", "replaced tokens, misspelt ones too"),
    ("Ðà Nẵng ð", "look-alikes of đ"),
    ("ΑΘΗΝΑΣ ΣΑΣ ΌΣΟΣ Москва МОСКВА", "the final sigma"),
    ("İstanbul ISTANBUL ıI ǅ ǆ ŉ ß ẞ ﬁ", "lower case that changes length"),
    ("\ua7cb \ua7cc \ua7da \ua7dc \u1c89 \u1c8a", "letters newer than Python's Unicode"),
    ("\U00010d50\U00010d70 \U00010570 \U00016ea0", "newer scripts with case"),
    ("𝐀𝐁 𝒜 Ａｂｃ １２３", "styled and full-width letters"),
    ("👨\u200d👩\u200d👧 gia\u200dđình \ufeff xin\u00adchào", "joiners and soft hyphens"),
    ("a\u200bb \u2028 c\u2029d\u0085e\x1cf\x1fg", "separators"),
    ("xin\x00chào \x01\x02 \x7f", "control characters"),
    ("\ud800 xin \udfff chào\ud83d", "surrogate halves"),
    ("a_b __ _c d_", "underscores, which the pattern treats as letters"),
    ("http://a.b/(c(d)e) www.x.vn/y. (z.com) foo.na@example.com", "addresses"),
    ("1 2 3 4 5 6 7 8 9 " * 30, "a long run of undecided tokens"),
    ("a a a a a a a " * 100, "one token repeated"),
    ("của của và và là " * 100, "function words repeated"),
    (". . . , , ; ; " * 50, "punctuation repeated"),
    ("o" * 64 + " " + "ơ" * 65 + " a", "long runs of letters"),
]


@pytest.mark.parametrize(("text", "proves"), ODD, ids=[proves for _, proves in ODD])
def test_odd_texts(segmenter, text, proves):
    """Texts with unusual tokens have the words of underthesea."""
    check(segmenter, [text])
    check(segmenter, ["trước", text, text + " sau", "trước " + text, "", text])


@pytest.mark.parametrize("string", [one for _, one in NAUGHTY], ids=[name for name, _ in NAUGHTY])
def test_naughty_strings(segmenter, string):
    """Every string is accepted and has the words and word starts of underthesea."""
    texts = [string, f"xin {string} chào"]
    assert ORACLE.word_starts_batch(texts) == segmenter.word_starts_batch(texts)
    assert ORACLE.segment_words(texts) == segmenter.segment_words(texts)


def test_a_long_chunk_is_one_word(segmenter):
    """An overlong chunk is one word; the texts around it are segmented separately."""
    chunk = "a." * (MAX_CHUNK_CHARS // 2) + "a"
    text = f"thành phố XIN. {chunk}\nthành phố XIN."
    expected = ["thành phố", "XIN.", chunk, "thành phố", "XIN", "."]
    assert [expected] == segmenter.segment_words([text])
    check(segmenter, [text, chunk, chunk * 2, "thành phố", f"Th {chunk} s", f"{chunk}\n"])


def test_the_longest_chunk_is_segmented(segmenter):
    """A chunk of the maximum length is segmented, in any normal form."""
    for unit in ("a.", "ậ", "a\u0323\u0302"):
        chunk = (unit * MAX_CHUNK_CHARS)[:MAX_CHUNK_CHARS]
        check(segmenter, [f"thành phố {chunk} thành phố"])


FRAGMENTS = st.sampled_from(
    [
        *(
            " ",
            "  ",
            "\n",
            "\t",
            "\u00a0",
            "\x1c",
            "\u3000",
            ".",
            ",",
            "-",
            "/",
            "(",
            ")",
            ":",
            "&",
        ),
        *("Th", "Th.s", "Th.S", "ThS.", "These", "s", "S", "sống", "Tp.", "TP.HCM", "XIN.", "v.v"),
        *("dân", "vận", "khéo", "Thành", "phố", "Hồ", "Chí", "Minh", "học", "sinh", "HỌC", "của"),
        *("kinh tế", "xã hội", "chủ nghĩa", "công an", "bảo hiểm", "chính trị", "Việt Nam"),
        *(
            "ʺ",
            "’",
            "“",
            "”",
            "…",
            "–",
            "°C",
            "3x4",
            "e-mail",
            "a@b.vn",
            "http://",
            "x.com/",
            "43H-0",
        ),
        *("1", "+5", "2147483648", "12/3", "1.600", "0,5", "٣", "²", "Ⅳ", ":D", "=))", "<3", "_"),
        *(
            "a\u0302\u0301",
            "\u0301",
            "Đ",
            "Ð",
            "ð",
            "\u200d",
            "\u00ad",
            "😀",
            "🇻🇳",
            "\x00",
            "\ufffd",
        ),
        *(
            "Σ",
            "ΑΣ",
            "İ",
            "ß",
            "\ua7cb",
            "\u1c89",
            "\U00016ea0",
            "中",
            "한",
            "\ud800",
            "BOS",
            "hoà",
        ),
    ]
)


@given(st.lists(FRAGMENTS, max_size=24).map("".join), st.data())
@settings(max_examples=300)
def test_fragments(segmenter, text, data):
    """Fragments in any order have the words of underthesea, alone and among others."""
    alter = data.draw(st.sampled_from(list(COPIES.values())))
    check(segmenter, [alter(text)])
    check(segmenter, [text, "một hai ba", alter(text), text * 8])


@given(st.lists(any_text(), max_size=4))
@settings(max_examples=100)
def test_any_text(segmenter, texts):
    """Any texts have the words of underthesea and one flag per syllable."""
    assert ORACLE.segment_words(texts) == segmenter.segment_words(texts)
    starts = segmenter.word_starts_batch(texts)
    assert [sum(1 for _ in spans(text)) for text in texts] == [len(one.flags) for one in starts]


@given(st.lists(st.sampled_from(["a", "b", "1", ".", "và", "của", "HAI"]), max_size=60))
@settings(max_examples=100)
def test_ties(segmenter, tokens):
    """Repeated tokens, whose labellings tie except for rounding, get the same words."""
    text = " ".join(tokens)
    assert ORACLE.segment_words([text] * 3) == segmenter.segment_words([text] * 3)


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_case_rules_are_those_of_the_compiled_part(segmenter, step):
    """Every letter with case, next to a title and a number, has the words of underthesea.

    So do unassigned characters, to which the Unicode tables of the compiled part may give case:
    all below U+10000, and above one in ``step``.
    """
    chars = [chr(c) for c in range(0x250, 0x1F000) if not 0xD800 <= c < 0xE000]
    cased = [c for c in chars if c.lower() != c.upper()]
    unassigned = [c for c in chars if unicodedata.category(c) == "Cn"]
    low = [c for c in unassigned if c < "\U00010000"]
    tested = cased + low + unassigned[len(low) :: step]
    for start in range(0, len(tested), 5000):
        some = tested[start : start + 5000]
        text = " ".join(f"{c} Học {c.lower()}a 5" for c in some)
        assert ORACLE.segment_words([text]) == segmenter.segment_words([text])


def test_short_and_long_ways_agree(segmenter):
    """The scalar and the batch segmenter give the same words."""
    lines = [line for line in selftest.sentences() if len(line) <= scalar.MAX_CHARS]
    assert len(lines) > 100
    assert segmenter.segment_words(lines) == [segmenter.segment_words([x])[0] for x in lines]
    assert segmenter.word_starts_batch(lines) == [
        segmenter.word_starts_batch([x])[0] for x in lines
    ]


def test_words_do_not_depend_on_the_batch(segmenter):
    """The words of a text do not depend on the other texts of its batch."""
    texts = [text for path in SEEDS for text in seed_text(path).splitlines()]
    together = segmenter.segment_words(texts)
    assert together[::-1] == segmenter.segment_words(texts[::-1])
    assert segmenter.segment_words([]) == []
    assert segmenter.word_starts_batch([]) == []
    assert segmenter.word_start_flags([])[0].shape == (0,)


def test_words_do_not_depend_on_the_block(segmenter, monkeypatch):
    """The words do not depend on how many tokens are scored at once."""
    texts = [seed_text(path) for path in SEEDS]
    expected = segmenter.segment_words(texts)
    for block in (1, 2, 3, 100):
        monkeypatch.setattr(batch_segmenter, "_BLOCK", block)
        some = texts[:1] if block < 100 else texts
        assert expected[: len(some)] == segmenter.segment_words(some)


def test_many_texts_with_joined_tokens(segmenter):
    """Texts with a token across white space are correct anywhere in a batch."""
    texts = ["ông Th sống", "một hai", "", "Th s", "ba bốn", "Th s", "cả Th S"] * 3
    check(segmenter, texts)


def test_arrays_have_fixed_types(segmenter):
    """Flags are booleans and counts are 64-bit integers for all texts."""
    for texts in ([], [""], ["một"], ["một hai", "ba"]):
        flags, counts = segmenter.word_start_flags(texts)
        assert (np.bool_, np.int64) == (flags.dtype, counts.dtype)
        assert len(texts) == len(counts)


def test_a_full_lexicon_makes_way_for_a_new_one(monkeypatch):
    """Replacing a full lexicon does not change the words."""
    monkeypatch.setattr(lexicon, "MAX_CHUNKS", 40)
    engine = FastEngine(load_model())
    lines = selftest.sentences()
    for line in lines:
        assert ORACLE.segment_words([line]) == engine.segment_words([line])
    assert ORACLE.segment_words(lines) == engine.segment_words(lines)


def test_threads_may_share_a_segmenter():
    """Threads that segment the same texts concurrently get the same words."""
    engine = FastEngine(load_model())
    lines = [line for path in SEEDS for line in seed_text(path).splitlines()]
    expected = ORACLE.segment_words(lines)
    found: list[list[list[str]]] = []

    def work(step: int) -> None:
        for _ in range(3):
            some = [engine.segment_words([line])[0] for line in lines[:step]]
            found.append(some + engine.segment_words(lines[step:]))

    threads = [threading.Thread(target=work, args=(step * 10,)) for step in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [expected] * 12 == found


def test_importing_the_text_part_is_cheap():
    """Importing the segmenter package does not import underthesea."""
    code = (
        "import sys, danvan_search.text.segmenter;"
        "sys.exit(bool({'underthesea', 'underthesea_core'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_segmenting_does_not_import_underthesea(segmenter):
    """Segmentation with a compiled model does not import underthesea."""
    code = (
        "import sys; from danvan_search.text import segment_words;"
        "segment_words(['Dân vận khéo', 'một hai ba' * 99]); sys.exit('underthesea' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def corpus_texts(name: str, count: int) -> Iterator[str]:
    """The first texts of a corpus."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"the corpus {path} is missing")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, count):
            yield json.loads(line)["text"]


@pytest.mark.parametrize("name", ["baomoi.jsonl.xz", "viwiki_paras.jsonl.xz"])
def test_corpora(segmenter, name):
    """Real texts have the words of underthesea; benchmarks/segmentation.py checks more of them."""
    check(segmenter, list(corpus_texts(name, 100)))
