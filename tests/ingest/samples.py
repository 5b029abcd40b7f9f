"""Sample documents: letters, a decision, mails and tables, in the formats that people have."""

import datetime
from collections.abc import Sequence
from pathlib import Path

from danvan_search import Article

SAMPLES = Path(__file__).parent / "documents"


def sample(name: str) -> bytes:
    """Return the content of a sample."""
    return (SAMPLES / name).read_bytes()


def check_decision(article: Article, phrases: Sequence[str] = ()) -> None:
    """Assert what every format of the decision says of itself, and that its text has phrases."""
    assert article.title == "QUYẾT ĐỊNH Về việc thành lập tổ giữ gìn đường làng, ngõ xóm"
    assert article.date == datetime.date(2024, 4, 9)
    assert article.extra["number"] == "17/2024/QĐ-UBND"
    assert article.extra["issuer"] == "ỦY BAN NHÂN DÂN XÃ SUỐI MƠ"
    assert article.extra["author"] == "Lò Thị Nguyệt"
    held = ("Độc lập - Tự do - Hạnh phúc", "khơi cống rãnh", "Vàng A Phủ", "2.450.000 đồng")
    for phrase in (*held, *phrases):
        assert phrase in article.body
