"""Files of synonyms in the format of Solr."""

import pytest

from danvan_search import OptionError, Synonyms
from danvan_search.query import parse


def others(synonyms, text):
    return list(synonyms.others(parse(text).root.phrases))


def test_the_words_of_a_line_find_each_other():
    """In either direction, with their accents or without any."""
    synonyms = Synonyms("xe hơi, ô tô , xế hộp\n\n  # ô tô, máy bay\n")
    assert others(synonyms, "ô tô") == ["xe hơi", "xế hộp"]
    assert others(synonyms, "O TO") == ["xe hơi", "xế hộp"]
    assert others(synonyms, "ỏ tỏ") == []
    assert others(synonyms, "ô") == []
    assert synonyms.longest == 2


def test_an_arrow_leads_one_way():
    """What stands right of it does not find what stands left."""
    synonyms = Synonyms("TW, t.ư. => trung ương")
    assert others(synonyms, "tw") == ["trung ương"]
    assert others(synonyms, "T.Ư") == ["trung ương"]
    assert others(synonyms, "trung ương") == []


def test_lines_are_merged_and_commas_escaped():
    """Two lines of one word add up; a comma behind a backslash is part of a word."""
    synonyms = Synonyms("a, b\na, c\n1\\,5, một phẩy năm")
    assert others(synonyms, "a") == ["b", "c"]
    assert others(synonyms, "1,5") == ["một phẩy năm"]


@pytest.mark.parametrize("line", ["a => b => c", "=> b", "a =>", "a, …", f"a, {'b ' * 11}"])
def test_a_bad_line_is_named(line):
    """The error has the number of the line."""
    with pytest.raises(OptionError, match="line 2 of the synonyms"):
        Synonyms(f"a, b\n{line}")


def test_a_file_is_read(tmp_path):
    """In UTF-8, with a mark or without; what cannot be read is an error."""
    path = tmp_path / "synonyms.txt"
    path.write_text("ô tô, xe hơi", encoding="utf-8-sig")
    assert others(Synonyms.read(path), "ô tô") == ["xe hơi"]
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(OptionError, match="cannot be read"):
        Synonyms.read(path)
    with pytest.raises(OptionError, match="cannot be read"):
        Synonyms.read(tmp_path / "none")
