"""JSON lines, plain and compressed, in files and from standard input."""

import gzip
import io
import json
import lzma

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danvan_search.article import Article
from danvan_search.errors import ArticleError
from danvan_search.ingest import Cause, Loaded, Skipped, read_file, read_stream, scan
from danvan_search.ingest import compressed as compressed_module
from danvan_search.ingest import jsonlines as jsonlines_module
from danvan_search.ingest.records import EMPTY

COMPRESS = {"a.jsonl": bytes, "a.jsonl.gz": gzip.compress, "a.jsonl.xz": lzma.compress}


def stream(*lines: str, **options):
    """Read lines as standard input."""
    return list(read_stream(io.BytesIO("\n".join(lines).encode()), **options))


def one(**values):
    """Read one object as standard input, and return its article."""
    (loaded,) = stream(json.dumps(values))
    return loaded.article


@pytest.mark.parametrize("name", COMPRESS)
def test_files(read, name, tmp_path):
    """A file gives its articles in order, compressed or not; blank lines are ignored."""
    content = '\ufeff{"id": "một", "title": "T", "text": "x"}\r\n\n  \n{"id": 2, "body": "y"}'
    records = read(name, COMPRESS[name](content.encode()))
    source = f"folder/{name}"
    articles = [
        Article(id="một", title="T", body="x", source=source),
        Article(id="2", title="", body="y", source=source),
    ]
    assert articles == [record.article for record in records]
    assert {str(tmp_path / "folder" / name)} == {record.origin for record in records}


def test_fields():
    """Known fields become those of the article; the others go to extra."""
    article = one(
        id="a", title="T", text="x", date="2020-06-30", category="C", url="u", author={"name": "N"}
    )
    assert (article.title, article.body, article.category, article.source) == ("T", "x", "C", "u")
    assert article.date.isoformat() == "2020-06-30"
    assert article.extra == {"author": {"name": "N"}}


@pytest.mark.parametrize(
    ("date", "day", "extra"),
    [
        ("2020-06-30", "2020-06-30", {}),
        ("2020-06-30T17:00:00Z", "2020-06-30", {}),
        ("30/06/2020", "2020-06-30", {}),
        ("30/06/2020 17:00", "2020-06-30", {}),
        ("31/02/2020", None, {"date": "31/02/2020"}),
        ("hôm qua", None, {"date": "hôm qua"}),
        (1593500000, None, {"date": 1593500000}),
        (False, None, {"date": False}),
        ({"day": 1}, None, {"date": {"day": 1}}),
        (None, None, {}),
        ("", None, {}),
    ],
)
def test_date(date, day, extra):
    """A date that cannot be parsed stays in extra, unchanged."""
    article = one(id=1, text="x", date=date)
    assert day == (article.date and article.date.isoformat())
    assert extra == article.extra


@pytest.mark.parametrize(
    ("values", "body", "source", "extra"),
    [
        ({"text": "x", "body": "y"}, "x", None, {"body": "y"}),
        ({"text": None, "body": "y"}, "y", None, {}),
        ({"text": "x", "source": "s"}, "x", "s", {}),
        ({"text": "x", "source": "s", "url": "u"}, "x", "u", {"source": "s"}),
        ({"text": "x", "url": None, "category": None, "title": None}, "x", None, {}),
        ({"text": "x", "note": None}, "x", None, {"note": None}),
        ({"text": "x", "extra": {"a": 1}, "b": 2}, "x", None, {"a": 1, "b": 2}),
        ({"text": "x", "extra": 3}, "x", None, {"extra": 3}),
        ({"text": "x", "details": "d", "extra": {}}, "x", None, {}),
        ({"text": "x", "details": None}, "x", None, {}),
        ({"text": "x", "details": ["d"]}, "x", None, {"details": ["d"]}),
        ({"text": "\ud800"}, "\ud800", None, {}),
    ],
)
def test_choices(values, body, source, extra):
    """Of two fields for one value the first wins, the other goes to extra; null is ignored."""
    article = one(id=1, **values)
    assert (body, source, extra) == (article.body, article.source, article.extra)
    details = values.get("details")
    assert article.details == (details if isinstance(details, str) else "")


@pytest.mark.parametrize(
    ("values", "body", "category", "extra"),
    [
        ({"content": "x"}, "x", None, {}),
        ({"text": "", "content": "x"}, "x", None, {"text": ""}),
        ({"text": "x", "content": "y"}, "x", None, {"content": "y"}),
        ({"text": "x", "category": ["Chính trị", " ", "Xã hội"]}, "x", "Chính trị; Xã hội", {}),
        ({"text": "x", "categories": ["Xã hội", "Xã hội"]}, "x", "Xã hội", {}),
        ({"text": "x", "category": [], "tags": ["a"]}, "x", None, {"tags": ["a"]}),
    ],
)
def test_other_forms(values, body, category, extra):
    """The text may be ``content``, and there may be several categories."""
    article = one(id=1, **values)
    assert (body, category, extra) == (article.body, article.category, article.extra)


def test_names_of_other_programs():
    """Without a text under a usual name, fields may have names in Vietnamese, in any case."""
    article = one(**{"Mã": 7, "Tiêu đề": "T", "noi_dung": "x", "Ngày": "3/2/2024", "Tác giả": "N"})
    assert (article.id, article.title, article.body) == ("7", "T", "x")
    assert article.date.isoformat() == "2024-02-03"
    assert article.extra == {"author": "N"}


@pytest.mark.parametrize("line", ["", "{}"])
def test_endless_useless_lines(line, monkeypatch):
    """After many lines in a row that are no articles, the rest is not read."""
    monkeypatch.setattr(jsonlines_module, "MAX_USELESS_LINES", 10)
    good = '{"id": 1, "text": "x"}'
    lines = [good, *[line] * 9, good]
    assert sum(isinstance(record, Loaded) for record in stream(*lines)) == 2
    records = stream(good, *[line] * 11, good)
    assert sum(isinstance(record, Loaded) for record in records) == 1
    assert records[-1].unreadable
    assert records[-1].reason == (
        "has 10 lines in a row before line 12 that are no articles: the rest was not read; "
        "remove them"
    )


def test_round_trip():
    """The JSON of an article is read back as the same article."""
    article = Article(id="a", title="T", body="x", source="s", category="C", extra={"k": [1, None]})
    assert article == one(**article.to_json())


BAD = [
    (
        "nothing",
        'the line is not JSON (Expecting value at character 1): write {"id": …, "text": …}',
    ),
    ("[1]", 'the line is not an object: write {"id": …, "text": …}'),
    ("3", 'the line is not an object: write {"id": …, "text": …}'),
    ('{"text": "x"}', 'the line has no "id": give each article one of its own'),
    ('{"id": null, "text": "x"}', 'the line has no "id": give each article one of its own'),
    ('{"id": "", "text": "x"}', 'the line has no "id": give each article one of its own'),
    (
        '{"id": 1.5, "text": "x"}',
        'the "id" is neither a string nor a whole number: write it in quotes',
    ),
    (
        '{"id": true, "text": "x"}',
        'the "id" is neither a string nor a whole number: write it in quotes',
    ),
    ('{"id": 1}', 'the line has no text: give it as "text", "body" or "content"'),
    ('{"id": 1, "text": null}', 'the line has no text: give it as "text", "body" or "content"'),
    ('{"id": 1, "text": " "}', "the text and the title are empty: write one of them"),
    ('{"id": 1, "text": 5}', 'the "text" is not a string: write it in quotes'),
    ('{"id": 1, "text": "x", "title": []}', 'the "title" is not a string: write it in quotes'),
    (
        '{"id": 1, "text": "x", "category": 1}',
        'the "category" is neither a string nor a list of strings: write it in quotes',
    ),
    ('{"id": 1, "text": "x", "url": {}}', 'the "url" is not a string: write it in quotes'),
    (
        '{"id": 1, "text": "x", "n": NaN}',
        "the line holds NaN, which is not a JSON number: write null",
    ),
    (
        '{"id": 1, "text": "x", "n": -Infinity}',
        "the line holds -Infinity, which is not a JSON number: write null",
    ),
    (
        '{"id": 1, "text": "x", "n": 1e999}',
        "the line holds a number that is too large: write it in quotes",
    ),
    (
        '{"id": ' + "1" * 5000 + ', "text": "x"}',
        "the line holds a number of too many digits: write it in quotes",
    ),
    ("[" * 100_000, "the line is nested too deeply: the maximum is 100 levels"),
    (
        '{"id": 1, "text": "x", "n": ' + "[" * 150 + "]" * 150 + "}",
        "the line is nested too deeply: the maximum is 100 levels",
    ),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=range(len(BAD)))
def test_bad_line(line, reason):
    """A line that is not an article is skipped with its number, and the next one is read."""
    first, bad, last = stream('{"id": 1, "text": "x"}', line, '{"id": 3, "text": "z"}')
    assert (first.article.id, last.article.id) == ("1", "3")
    assert Skipped("-:2", reason, "-", unreadable=False, cause=Cause.RECORD) == bad


def test_too_long_id():
    """A line with values that an article refuses is skipped."""
    (skipped,) = stream(json.dumps({"id": "x" * 1001, "text": "x"}))
    assert "has 1,001 characters" in skipped.reason


def test_line_that_is_not_utf8():
    """A line in another encoding is skipped alone."""
    content = b'{"id": 1, "text": "\xe2"}\n{"id": 2, "text": "x"}'
    bad, good = read_stream(io.BytesIO(content))
    assert bad.reason == "the line is not UTF-8: convert the file to UTF-8"
    assert good.article.id == "2"


def test_utf16(read):
    """A file in UTF-16 is skipped as a whole."""
    (skipped,) = read("a.jsonl", '{"id": 1, "text": "x"}\n'.encode("utf-16"))
    assert (
        skipped.reason,
        skipped.unreadable,
    ) == ("is UTF-16, not UTF-8: convert it to UTF-8", True)


def test_long_line():
    """A line within the limit is read; a longer one is skipped up to the next newline."""
    line = '{"id": 1, "text": "x"}'
    assert stream(line, max_bytes=len(line))[0].article.id == "1"
    long = '{"id": 2, "text": "' + "x" * 200_000 + '"}'
    reason = "the line is longer than 22 bytes: raise the size limit"
    bad, good, last = stream(long, line, long, max_bytes=len(line))
    assert ("-:1", reason) == (bad.source, bad.reason)
    assert (good.article.id, last.source) == ("1", "-:3")


class Counting(io.BytesIO):
    """A stream that records the largest read."""

    largest = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, and record the size."""
        assert size is not None
        assert size >= 0
        self.largest = max(self.largest, size)
        return super().readline(size)


def test_memory_is_bounded():
    """One read is no larger than the limit, or a chunk of 64 KiB."""
    counting = Counting(b"x" * 1_000_000)
    assert len(list(read_stream(counting, max_bytes=1000))) == 1
    assert counting.largest == 1 << 16


@pytest.mark.parametrize("name", COMPRESS)
@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_nothing(read, name, content):
    """A file without lines is empty, which is not an unreadable one."""
    (skipped,) = read(name, COMPRESS[name](content))
    assert (skipped.reason, skipped.unreadable) == (EMPTY, False)


def test_empty_standard_input():
    """Empty standard input is reported."""
    assert [Skipped("-", EMPTY, "-", unreadable=False, cause=Cause.EMPTY)] == stream("")


LINES = b"".join(b'{"id": %d, "text": "%d"}\n' % (n, n * 7**50) for n in range(1000))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.xz"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:3],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-4],
        lambda data: data + b"garbage",
        lambda data: data[:600] + bytes(100) + data[700:],
        lambda data: LINES,
    ],
    ids=["nothing", "start", "half", "end", "garbage", "zeros", "plain"],
)
def test_damaged(read, name, damage):
    """A damaged file gives the articles before the damage, and then the report of the damage."""
    *good, last = read(name, damage(COMPRESS[name](LINES)))
    assert [str(n) for n in range(len(good))] == [record.article.id for record in good]
    assert last.unreadable
    assert f"folder/{name}" == last.source
    assert last.reason.endswith("make it again")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.xz"])
def test_several_streams(read, name):
    """Compressed files that are concatenated, or padded with zeros, are read to the end."""
    half = len(LINES) // 2
    compress = COMPRESS[name]
    content = compress(LINES[:half]) + compress(LINES[half:]) + bytes(8)
    assert sum(isinstance(record, Loaded) for record in read(name, content)) == 1000


def test_xz_memory(read, monkeypatch):
    """An xz file that needs more memory than the limit is skipped."""
    monkeypatch.setattr(compressed_module, "XZ_MEMORY", 1 << 20)
    (skipped,) = read("a.jsonl.xz", lzma.compress(LINES, preset=9))
    assert skipped.unreadable
    assert skipped.reason == (
        "needs more than 1 MB of memory to decompress: compress it with `xz -9`"
    )


@pytest.mark.parametrize("name", COMPRESS)
def test_progress(read, name):
    """Progress counts bytes on disk, never decreases, and ends with the size of the file."""
    seen: list[int] = []
    content = COMPRESS[name](LINES)
    read(name, content, progress=seen.append)
    assert sorted(seen) == seen
    assert len(content) == seen[-1]


def test_text_stream():
    """A text stream is an error."""
    with pytest.raises(ArticleError, match="open it in binary mode"):
        list(read_stream(io.StringIO('{"id": 1}')))  # type: ignore[arg-type]


def test_failing_stream():
    """A stream that fails is reported as unreadable: its articles are unknown."""

    class Failing(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    (skipped,) = read_stream(Failing())
    assert (str(skipped), skipped.unreadable) == (
        "-: cannot be read: input/output error; check its type, its permissions and its disk",
        True,
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.sampled_from(["id", "title", "text", "body", "date", "category", "url", "source", "extra"])
    | st.just("details")
    | st.text(),
    VALUES,
)
CONTENT = st.one_of(
    st.binary(),
    st.lists(VALUES | OBJECTS).map(lambda values: "\n".join(map(json.dumps, values)).encode()),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONTENT, st.sampled_from([*COMPRESS]), st.booleans(), st.integers(1, 200))
def test_any_bytes(tmp_path, content, name, squeeze, max_bytes):
    """Any file gives only articles and skipped lines."""
    path = tmp_path / name
    path.write_bytes(COMPRESS[name](content) if squeeze else content)
    (file,) = scan(path).files
    records = list(read_file(file, max_bytes=max_bytes))
    assert records
    assert all(isinstance(record, Loaded | Skipped) for record in records)
