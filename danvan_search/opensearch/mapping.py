"""The index in OpenSearch: its fields, its settings, and the versions of what cut its texts.

Texts are cut into syllables here, and sent as tokens between blanks, which the whitespace tokenizer
of OpenSearch takes apart. Each text field has one token per syllable, so positions and lengths of
all of them agree::

    a f         title, body and each line of details, as accented and as folded forms
    p           the same, as pairs of neighbouring folded forms: dan_van van_kheo kheo_
    wa wf       the same, as words: dân_vận_khéo _ _ where one starts, _ at its other syllables
    ta tf       the title alone
    ba bf       the body alone
    da df       the details alone
    tw bw dw    the words of the title, the body and the details, once for each article

The values of a field are far apart (``TEXT_GAP``), so nothing stands across two texts.
"""

import base64
import hashlib
from typing import Any, Final, Literal

from danvan_search.article import is_utf8
from danvan_search.index.codec.bm25 import K1, PAIR_K1, B
from danvan_search.query.nodes import Field
from danvan_search.text.analysis_version import ANALYSIS_VERSION

FORMAT: Final = 1
"""The version of the fields; a cluster with another one is rebuilt."""

TEXT_GAP: Final = 10_000
"""The positions between two texts of a field; slops and distances are below it."""

MAX_TOKEN_CHARS: Final = 1000
"""A longer token is replaced by a hash: Lucene takes at most 32,766 bytes."""

MAX_KEYWORD_BYTES: Final = 8000
"""A longer value is replaced by a hash, too."""
_ESCAPE: Final = "\ufffd"

MAX_RESULT_WINDOW: Final = 10_000
"""The hits up to the end of a page that OpenSearch returns."""

Kind = Literal["accented", "folded", "pairs"]

TEXT_FIELDS: Final[dict[Field | None, dict[Kind, str]]] = {
    None: {"accented": "a", "folded": "f", "pairs": "p"},
    "title": {"accented": "ta", "folded": "tf"},
    "body": {"accented": "ba", "folded": "bf"},
    "details": {"accented": "da", "folded": "df"},
}
"""The fields of the forms of each text; None is all texts."""

WORD_FIELDS: Final[dict[Field, str]] = {"title": "tw", "body": "bw", "details": "dw"}
"""The fields of the words of one text: a token for each distinct word, of folded forms with
``FOLDED_WORD`` before it, of accented forms with ``ACCENTED_WORD``."""

FOLDED_WORD: Final = "f:"
ACCENTED_WORD: Final = "a:"
NO_WORD: Final = "_"
"""The token of a syllable that begins no word."""

_KEYWORDS: Final = (
    "categories",
    "category_key",
    "spaced_category",
    "sources",
    "source_key",
    "spaced_source",
    "site",
    "year",
    "month",
    "title_key",
)
"""Values that are compared, counted and sorted by; ``documents`` says how they are made."""

DERIVED: Final = (
    *(name for names in TEXT_FIELDS.values() for name in names.values()),
    "wa",
    "wf",
    *WORD_FIELDS.values(),
    *_KEYWORDS,
    "title_length",
    "syllables",
)
"""The fields that are made of others, and not kept in the stored source."""


def index_body(shards: int, replicas: int, segmenter: str) -> dict[str, Any]:
    """Return the settings and the mapping of a new index.

    :param segmenter: the fingerprint of the segmenter that makes its words.
    """

    def text(similarity: str = "syllables") -> dict[str, Any]:
        return {
            "type": "text",
            "analyzer": "tokens",
            "similarity": similarity,
            "position_increment_gap": TEXT_GAP,
        }

    frequencies = {
        "type": "text",
        "analyzer": "tokens",
        "similarity": "syllables",
        "index_options": "freqs",
    }
    keyword = {"type": "keyword"}
    stored = {"type": "keyword", "index": False}
    hidden = {"type": "text", "index": False}
    words = {"type": "text", "analyzer": "tokens", "index_options": "docs", "norms": False}
    return {
        "settings": {
            "index.number_of_shards": shards,
            "index.number_of_replicas": replicas,
            "index.max_regex_length": 20_000,
            "index.similarity.syllables": {"type": "BM25", "k1": K1, "b": B},
            "index.similarity.pairs": {"type": "BM25", "k1": PAIR_K1, "b": B},
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 8192}},
                "analyzer": {"tokens": {"type": "custom", "tokenizer": "blanks"}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"danvan": versions(segmenter)},
            "_source": {"excludes": list(DERIVED)},
            "properties": {
                "id": keyword,
                "title": hidden,
                "body": hidden,
                "details": hidden,
                "date": {"type": "date", "format": "strict_date"},
                "category": hidden,
                "source": hidden,
                "extra": hidden,
                "raw": hidden,
                "hash": stored,
                "origin": stored,
                "root": stored,
                "has_words": {"type": "boolean"},
                **dict.fromkeys(_KEYWORDS, keyword),
                "title_length": {"type": "integer"},
                "syllables": {"type": "integer"},
                **{name: text() for name in ("a", "f", "ta", "tf", "ba", "bf", "da", "df")},
                "p": text("pairs"),
                "wa": frequencies,
                "wf": text(),
                **dict.fromkeys(WORD_FIELDS.values(), words),
            },
        },
    }


def versions(segmenter: str) -> dict[str, Any]:
    """Return the versions that an index was made by.

    :param segmenter: the fingerprint of the segmenter.
    """
    return {"format": FORMAT, "analysis": ANALYSIS_VERSION, "segmenter": segmenter}


def token(form: str) -> str:
    """Return a form as a token that Lucene takes, whatever its length."""
    if len(form) <= MAX_TOKEN_CHARS:
        return form
    return f"{form[:32]}~{hashlib.blake2b(form.encode(), digest_size=16).hexdigest()}"


def keyword_of(value: str) -> str:
    """Return a value as a keyword that Lucene takes, whatever its length and its characters."""
    raw = value.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_KEYWORD_BYTES:
        return _ESCAPE * 2 + hashlib.blake2b(raw, digest_size=16).hexdigest()
    if value.startswith(_ESCAPE) or not is_utf8(value):
        return _ESCAPE + base64.b64encode(raw).decode()
    return value


def value_of(keyword: str) -> str:
    """Return the value of a keyword; of a very long one a hash."""
    if keyword.startswith(_ESCAPE) and not keyword.startswith(_ESCAPE * 2):
        return base64.b64decode(keyword[1:]).decode("utf-8", "surrogatepass")
    return keyword


def key_of(article_id: str) -> str:
    """Return the ``_id`` of an article, which may have 512 bytes; ids may have 1,000 characters."""
    return hashlib.blake2b(article_id.encode(), digest_size=16).hexdigest()
