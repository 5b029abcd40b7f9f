"""Strings that people, programs and nobody type, for tests of the query language."""

from hypothesis import strategies as st

PIECES = [
    *'"“”„«»()-+|&~^*\\:.,/!?…\u0301',
    *["OR", "AND", "NOT", "NEAR", "NEAR/3", "HOẶC", "||", "&&", "~2", "^2", "^0.5"],
    *["title:", "tiêu đề:", "body:", "category:", "date:", "since:2019", "word:", "id:", "site:"],
    *["2019", "6/2019", "..", ">=", "dân", "vận", "khéo", "Hà", "32-CTr/TU", "1.000", "TP.HCM"],
    *["中国", "ß", "ﬁ", "x", "55", "Covid19", "d'Ivoire", "\x00", "\u00ad"],
]

QUERIES = st.one_of(
    st.lists(st.sampled_from([*PIECES, *[" "] * 20]), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)
"""Strings of operators and syllables in any order."""
