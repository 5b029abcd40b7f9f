"""Places: the section and the page of a hit."""

import pickle

import pytest

from danvan_search import Article, Index
from danvan_search.ingest.described import describe
from danvan_search.places import Places, page_at, section_at

TEXT = "\n\nTiêu đề\n\nMở đầu.\nĐiều một\nCon đò qua sông.\nĐiều hai\nBến cát vắng khách."


def places():
    pages = [0, TEXT.index("Con đò")]
    sections = [(TEXT.index(one), one) for one in ("Tiêu đề", "Điều một", "Điều hai")]
    return Places(sections, pages)


def test_offsets_are_those_of_the_body():
    """The title left the text, and blank lines with it."""
    found = describe(TEXT, "a.txt", heading="Tiêu đề", heading_start=2, places=places())
    assert found.text.startswith("Mở đầu.")
    assert [heading for _, heading in found.metadata["sections"]] == ["Điều một", "Điều hai"]
    for offset, heading in found.metadata["sections"]:
        assert found.text.startswith(heading, offset)
    first, second = found.metadata["pages"]
    assert first == 0
    assert found.text.startswith("Con đò", second)


def test_a_hit_has_the_place_of_its_matches(tmp_path):
    found = describe(TEXT, "a.txt", heading="Tiêu đề", heading_start=2, places=places())
    with Index.create(tmp_path / "index") as index:
        index.add([Article("a", found.title, found.text, extra=found.metadata)])
        index.add([Article("b", "Khác", "Thuyền rời bến trăng.")])
        for query, section, page in (
            ("con đò", "Điều một", 2),
            ("bến cát", "Điều hai", 2),
            ("mở đầu", None, 1),
            ("bến trăng", None, None),
        ):
            hit = index.search(f'"{query}"').hits[0]
            assert (hit.section, hit.page) == (section, page)
            assert (hit.to_json()["section"], hit.to_json()["page"]) == (section, page)
            assert pickle.loads(pickle.dumps(hit)).section == section
            assert index.search(f'"{query}"', snippet_chars=0).hits[0].section == section


@pytest.mark.parametrize(
    "value",
    [None, 5, "x", {}, [], [1], [[1]], [["a", "b"]], [[True, "a"]], [[-1, "a"]], [[1, 2]], ["a"]],
)
def test_values_that_were_never_places_give_none(value):
    extra = {"sections": value, "pages": value}
    assert section_at(extra, 5) is None
    assert page_at(extra, 5) is None or value == [1]


def test_places_keep_what_is_there():
    assert Places([(0, " \n")]).to_extra(int) == {}
    assert Places([(0, "a\n b")]).to_extra(int) == {"sections": [[0, "a b"]]}
    assert page_at({"pages": [3, 9]}, 0) == 1
    assert section_at({"sections": [[3, "a"]]}, 2) is None
