"""What Whoosh reads of an index is what it reads of an ordinary index of the same articles."""

import pytest
import whoosh.index
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from whoosh.reading import TermNotFound

from danvan_search import Article, Index, IndexDamagedError
from danvan_search.text import syllable_grid
from danvan_search.whoosh.codec.text_terms import TEXTS
from tests.index.segments import rewrite
from tests.naughty import NAUGHTY
from tests.whoosh.oracle import oracle_index


def states(matcher):
    """Return all that a matcher says of each of its postings."""
    found = []
    while matcher.is_active():
        own = [matcher.id(), matcher.weight(), matcher.value() or b""]
        for way in ("frequency", "positions", "characters", "position_boosts"):
            if matcher.supports(way):
                own.append(matcher.value_as(way))  # noqa: PERF401
        if matcher.supports("positions"):
            own.append([(one.start, one.startchar, one.endchar) for one in matcher.spans()])
        found.append(own)
        matcher.next()
    return found


def check_terms(ours, theirs):
    """Compare terms, statistics and postings of two readers."""
    terms = list(theirs.all_terms())
    assert list(ours.all_terms()) == terms
    # Whoosh names a field when it has a term.
    assert set(theirs.indexed_field_names()) <= set(ours.indexed_field_names())
    for field, text in terms:
        assert (field, text) in ours
        assert vars(ours.term_info(field, text)) == stats(theirs.term_info(field, text))
        assert ours.frequency(field, text) == theirs.frequency(field, text)
        assert ours.doc_frequency(field, text) == theirs.doc_frequency(field, text)
        assert states(ours.postings(field, text)) == states(theirs.postings(field, text))
    assert [(term, stats(info)) for term, info in ours] == [(t, stats(i)) for t, i in theirs]


def stats(info):
    """Return the statistics of a term by name."""
    names = ("weight", "df", "minlength", "maxlength", "maxweight", "minid", "maxid")
    return {f"_{name}": getattr(info, f"_{name}") for name in names}


def check_documents(ours, theirs, schema):
    """Compare stored fields, lengths, vectors and columns of two readers."""
    assert ours.doc_count() == theirs.doc_count()
    assert ours.doc_count_all() == theirs.doc_count_all()
    assert list(ours.all_doc_ids()) == list(theirs.all_doc_ids())
    assert list(ours.iter_docs()) == list(theirs.iter_docs())
    for field in schema.names():
        assert ours.field_length(field) == theirs.field_length(field)
        # Whoosh has a column when a document has a value.
        assert bool(ours.has_column(field)) >= bool(theirs.has_column(field))
        if theirs.has_column(field):
            assert list(ours.column_reader(field, translate=False)) == list(
                theirs.column_reader(field, translate=False)
            )
        for doc in range(ours.doc_count_all()):
            # Whoosh has no length of an empty text.
            length = theirs.doc_field_length(doc, field, 0) or 0
            assert ours.doc_field_length(doc, field, 0) == length
            assert ours.has_vector(doc, field) == theirs.has_vector(doc, field)
            if ours.has_vector(doc, field):
                assert states(ours.vector(doc, field)) == states(theirs.vector(doc, field))


def test_terms_and_postings(pair):
    """Terms, their statistics and their postings are equal, value by value."""
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        assert len(list(ours.leaf_readers())) == len(list(theirs.leaf_readers()))
        check_terms(ours, theirs)


def test_documents(pair):
    """Stored fields, lengths, vectors and columns are equal."""
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        check_documents(ours, theirs, pair.ours.schema)


def test_naughty_texts(tmp_path):
    """Whatever the texts are, terms and postings are equal, and the offsets count the text."""
    bodies = [text for _, text in NAUGHTY if len(text) < 1000]
    titles = [body.encode("utf-8", "replace").decode() for body in bodies]
    articles = [
        Article(str(at), title, body)
        for at, (title, body) in enumerate(zip(titles, reversed(bodies), strict=True))
    ]
    with Index.create(tmp_path / "index") as index:
        index.add(articles)
    ours, theirs = whoosh.index.open_dir(tmp_path / "index"), oracle_index([articles])
    with ours.reader() as own, theirs.reader() as other:
        check_terms(own, other)
        check_documents(own, other, ours.schema)


WORDS = ["dân", "DAN", "vận", "van", "khéo", "ở", "đi", "hoà", "32-CTr", "a\u0301", "x\u00ad"]
TEXT = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


@settings(max_examples=8, phases=[Phase.generate])
@given(texts=st.lists(st.tuples(TEXT, TEXT), min_size=3, max_size=10))
def test_any_texts(tmp_path_factory, texts):
    """The readers are equal for random texts."""
    articles = [Article(str(at), title, body) for at, (title, body) in enumerate(texts)]
    path = tmp_path_factory.mktemp("any") / "index"
    with Index.create(path) as index:
        index.add(articles)
    ours, theirs = whoosh.index.open_dir(path), oracle_index([articles])
    with ours.reader() as own, theirs.reader() as other:
        check_terms(own, other)
        check_documents(own, other, ours.schema)


def test_parts_of_the_lexicon(pair):
    """Terms are found from any prefix on, and cursors go where Whoosh's go."""
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        for field in theirs.indexed_field_names():
            assert list(ours.lexicon(field)) == list(theirs.lexicon(field))
            if field == "date":
                continue
            for prefix in ("", "d", "dâ", "k", "zz", "a/1", "chinh t", "\U0010ffff"):
                expanded = list(ours.expand_prefix(field, prefix))
                assert expanded == list(theirs.expand_prefix(field, prefix))
                infos = [(text, stats(one)) for text, one in ours.iter_prefix(field, prefix)]
                assert [text for text, _ in infos] == expanded
    for (one, _), (other, _) in zip(
        pair.ours.reader().leaf_readers(), pair.theirs.reader().leaf_readers(), strict=True
    ):
        for field in ("body", "title_accented", "word", "id", "category"):
            ours, theirs = one.cursor(field), other.cursor(field)
            moves = [("find", "k"), ("next",), ("find", "d"), ("find", "zzz"), ("first",)]
            for move, *args in moves:
                assert getattr(ours, move)(*args) == getattr(theirs, move)(*args)
                assert ours.text() == theirs.text()
                if ours.is_valid():
                    assert stats(ours.term_info()) == stats(theirs.term_info())


def test_what_is_not_there(pair):
    """Missing terms, fields and vectors give what Whoosh gives."""
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        for reader in (ours, theirs):
            assert ("body", b"zz") not in reader
            assert ("nothing", b"x") not in reader
            assert reader.frequency("body", b"zz") == reader.doc_frequency("body", b"zz") == 0
            assert ("body", b"\xff") not in reader
            assert ("word", b"\xff") not in reader
            assert ("id", b"\xff") not in reader
            for look_up in (reader.term_info, reader.postings, reader.first_id):
                with pytest.raises(TermNotFound):
                    look_up("body", b"zz")
        leaf = next(leaf for leaf, _ in ours.leaf_readers())
        assert not leaf.cursor("extra").is_valid()
        with pytest.raises(KeyError, match="no vector"):
            leaf._perdoc.vector(1, "body", None)


def test_matchers_move_and_copy(pair):
    """A matcher skips to any document as Whoosh's does, and a copy of it stays where it was."""
    with pair.ours.reader() as ours, pair.theirs.reader() as theirs:
        for target in range(ours.doc_count_all() + 2):
            own, other = ours.postings("body", b"dan"), theirs.postings("body", b"dan")
            copied = own.copy()
            first = own.id()
            own.skip_to(target)
            other.skip_to(target)
            assert own.is_active() == other.is_active()
            if own.is_active():
                assert states(own) == states(other)
            assert copied.id() == first
            assert states(copied) == states(ours.postings("body", b"dan"))


def test_a_segment_without_words(tmp_path):
    """Without segmented words the field of words has no terms and no lengths."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "Dân vận", "khéo")], words=False)
    with whoosh.index.open_dir(tmp_path / "index").reader() as reader:
        assert list(reader.lexicon("word")) == []
        assert reader.field_length("word") == 0
        assert ("word", b"kh\xc3\xa9o") not in reader


def test_every_text_of_the_grid_is_a_field(seeds_index):
    """The fields of texts and the details hold all syllables of the grid between them."""
    articles = [seeds_index.get(one) for one in seeds_index.ids()]
    in_details = sum(len(syllable_grid(one.details)) for one in articles)
    with whoosh.index.open_dir(seeds_index.path).reader() as reader:
        total = sum(reader.field_length(name) for name in TEXTS)
        assert total + in_details == seeds_index.stats().syllables


def test_damage_is_an_error(tmp_path):
    """A position outside of the grid is damage, not an answer."""
    path = tmp_path / "index"
    with Index.create(path) as index:
        index.add([Article("1", "", "dân vận khéo dân")])
    (file,) = path.glob("*.grid")

    def forge(arrays):
        arrays["positions"][:] = 1 << 30

    rewrite(file, forge)
    with whoosh.index.open_dir(path).reader() as reader, pytest.raises(IndexDamagedError):
        reader.postings("body", b"dan")
