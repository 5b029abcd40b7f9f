"""What is searched beside title and body."""

import pytest

from danvan_search.ingest.details import details_of


@pytest.mark.parametrize(
    ("extra", "details"),
    [
        ({}, ""),
        ({"tags": ["cơ sở", "dân vận"], "aliases": "phong trào"}, "cơ sở\ndân vận\nphong trào"),
        ({"author": {"name": "Lê Văn Mẫu", "url": "x"}}, "Lê Văn Mẫu"),
        ({"author": [{"name": "A"}, "B", {"name": ["C"]}]}, "A\nB\nC"),
        ({"number": "17/2024/QĐ-UBND", "file_name": "a.txt"}, "17/2024/QĐ-UBND\na.txt"),
        ({"description": " một\n hai ", "tags": ["một hai", ""]}, "một hai"),
        ({"url": "https://example.org", "order": "7", "issuer": "UBND"}, ""),
        ({"tags": 7, "author": None, "aliases": [["a"], 1]}, ""),
    ],
)
def test_details(extra, details):
    """Strings of the searched keys, one per line, each once."""
    assert details == details_of(extra)


def test_details_are_searched(read, index_of):
    """Tags, other names, description, author and the name of the file are found."""
    front = "aliases: [mass mobilization]\ntags: [cơ-sở]\ndescription: tóm tắt\nauthor: Lê Văn Mẫu"
    (loaded,) = read("Kỹ thuật trồng lúa.md", f"---\n{front}\n---\nBón phân đúng lúc.\n")
    index = index_of(loaded.article)
    for query in ("mass mobilization", "cơ sở", "tóm tắt", "lê văn mẫu", "kỹ thuật trồng lúa"):
        results = index.search(f'"{query}"')
        assert (results.total, results.relaxed) == (1, False), query
