"""What keeps a site and those who use it safe: each default is a test."""

import base64
import json
import os
import threading
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from danvan_search import Article, Index, OptionError
from danvan_search.web.guard import HEADERS
from danvan_search.web.settings import Settings, checked_folders, read_token
from tests.web.conftest import LOCAL, NAUGHTY

TOKEN = "0123456789abcdef-token"

EVERYWHERE = [
    "/",
    "/?q=giao",
    "/?q=giao&page=x",
    "/results?q=giao",
    "/article?id=tin/3&q=giao",
    "/article?id=nothing",
    "/why?id=tin/3&q=giao",
    "/original?id=laws/a.txt",
    "/export.csv?q=giao",
    "/feed.atom?q=giao",
    "/opensearch.xml",
    "/api/v1/search?q=giao",
    "/api/v1/search?x=1",
    "/openapi.json",
    "/healthz",
    "/metrics",
    "/static/search.js",
    "/static/nothing.js",
    "/nothing",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_each_answer_has_the_headers(client, path):
    """Nothing inline, nothing from elsewhere, no frames, no guessing of types, no CORS."""
    answer = client.get(path, headers={"Origin": "https://evil.example"})
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], name
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["content-type"].split(";")[0] != "text/plain" or path == "/metrics"


def test_a_fault_has_the_headers_too(connect, monkeypatch):
    """A bug is an answer with the headers, and without the traceback."""
    client = connect()
    monkeypatch.setattr(Index, "complete", lambda *_args, **_options: 1 / 0)
    client._transport.raise_server_exceptions = False
    answer = client.get("/api/v1/complete?prefix=a")
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:8765", True),
        ("LOCALHOST:1", True),
        ("[::1]:8765", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8765", False),
        ("192.168.0.1", False),
        ("127.0.0.1@evil.example", False),
        ("127.0.0.1:80:80", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_a_local_site_has_local_names(client, host, is_known):
    """A request under another name is refused: the page of another site may have made it."""
    answer = client.get("/api/v1/stats", headers={"Host": host})
    assert (answer.status_code == 200) == is_known
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("search.example", True),
        ("192.168.0.7:8765", True),
        ("[fe80::1]", True),
        ("localhost", True),
        ("other.example", False),
    ],
)
def test_an_open_site_has_the_names_that_are_given(connect, host, is_known):
    """Addresses lead nowhere else; of names only those of the operator count."""
    client = connect(host="0.0.0.0", names=("search.example",), token=TOKEN)
    headers = {"Host": host, "Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/v1/stats", headers=headers).status_code == (200 if is_known else 400)


def test_two_hosts_are_none(client):
    """A request with two headers Host is refused."""
    request = client.build_request("GET", "/healthz")
    request.headers = type(request.headers)([("Host", "127.0.0.1"), ("Host", "evil.example")])
    assert client.send(request).status_code == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org", ""])
def test_other_machines_need_a_token(host):
    """A site that others can reach cannot be made without a token."""
    with pytest.raises(OptionError, match="token"):
        Settings(host=host)
    assert not Settings(host=host, token=TOKEN).is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_needs_none(host):
    """A site that only this machine can reach needs no token."""
    assert Settings(host=host).is_local


def basic(password):
    """Return the header of a user with a password."""
    pair = base64.b64encode(f"người:{password}".encode()).decode()
    return f"Basic {pair}"


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (basic(TOKEN), 200),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Bearer {TOKEN}x", 401),
        (basic(""), 401),
        ("Basic %%%", 401),
        (f"Digest {TOKEN}", 401),
        ("Bearer đ", 401),
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/stats", "/metrics", "/static/style.css"])
def test_the_token_is_asked_for(connect, path, authorization, status):
    """Every path but the one for probes needs the token."""
    client = connect(token=TOKEN)
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert client.get("/healthz").json().keys() == {"status", "version"}


def test_tokens_are_long_and_plain(tmp_path):
    """A token that is short, or that a header would change, is refused."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read_token(file) == TOKEN
    for bad in ("short", "x" * 15, "đ" * 20, f"{TOKEN} {TOKEN}", "", "-" * 20):
        file.write_text(bad, "utf-8")
        with pytest.raises(OptionError):
            read_token(file)
        with pytest.raises(OptionError):
            Settings(token=bad)
    with pytest.raises(OptionError, match="cannot be read"):
        read_token(tmp_path / "missing")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/v1/search", "/api/v1/articles/tin/3", "/article"])
def test_nothing_can_be_changed(client, web_index, path, method):
    """Only GET and HEAD are answered, and a POST of searches, which changes nothing."""
    searches = (method, path) == ("POST", "/api/v1/search")
    assert client.request(method, path).status_code == (422 if searches else 405)
    assert "tin/3" in web_index


def test_originals_need_their_folder(client, connect, laws, tmp_path):
    """The original of an article is shown only where the operator named its folder."""
    assert client.get("/original?id=laws/a.txt").status_code == 404
    for folder in (laws, laws.parent):
        answer = connect(originals=(folder,)).get("/original?id=laws/a.txt")
        assert answer.status_code == 200
        assert answer.text.startswith("Dân vận khéo")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("inline")
    (tmp_path / "empty").mkdir()
    elsewhere = connect(originals=(tmp_path / "empty",))
    assert elsewhere.get("/original?id=laws/a.txt").status_code == 404
    assert elsewhere.get("/original?id=nothing").status_code == 404
    assert elsewhere.get("/original").status_code == 404
    with pytest.raises(OptionError, match="folder"):
        checked_folders([laws / "a.txt"])


def test_an_original_opens_at_its_page(tmp_path, connect, laws):
    """A file with pages opens at that of the passage; PDF is shown if it is PDF."""
    (laws / "b.pdf").write_bytes(b"%PDF-1.7 ...")
    (laws / "c.pdf").write_bytes(b"<script>")
    body = f"{'Mở đầu. ' * 60}Dân vận khéo."
    with Index.create(tmp_path / "index") as index:
        index.add(
            [
                Article(name, "", body, source=f"laws/{name}", extra={"pages": [0, 300]})
                for name in ("b.pdf", "c.pdf")
            ],
            words=False,
        )
        client = connect(index=index, originals=(laws,))
        page = client.get("/article?id=b.pdf&q=khéo").text
        assert "original?id=b.pdf#page=2" in links_of(page)
        assert "original?id=b.pdf" in links_of(client.get("/article?id=b.pdf").text)
        shown = client.get("/original?id=b.pdf")
        assert shown.headers["content-type"] == "application/pdf"
        assert shown.content == b"%PDF-1.7 ..."
        other = client.get("/original?id=c.pdf")
        assert other.headers["content-type"] == "application/octet-stream"


def test_originals_stay_in_their_folder(tmp_path, connect, laws):
    """No source leads out of the folder: not by dots, nor as a path, nor through a link."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (laws / "link.txt").symlink_to(secret)
    (laws / "folder").symlink_to(tmp_path)
    (laws / "page.html").write_text("<script>alert(1)</script>")
    (laws / "old.txt").write_bytes(b"D\xa9n")
    (laws / "list.csv").write_text("a,b\n")
    (laws / "inside.txt").symlink_to(laws / "a.txt")
    sources = {
        "../secret.txt": 404,
        "laws/../secret.txt": 404,
        str(secret): 404,
        "laws/link.txt": 404,
        "laws/folder/secret.txt": 404,
        "laws/../laws/a.txt": 200,
        "laws": 404,
        "laws/missing.txt": 404,
        "laws/\x00": 404,
        "a" * 5_000: 404,
        "/dev/null": 404,
        "laws/page.html": 200,
        "laws/old.txt": 200,
        "laws/list.csv#3": 200,
        "laws/inside.txt": 200,
        str(laws / "a.txt"): 200,
    }
    articles = [Article(f"{n}", "", "Bài.", source=one) for n, one in enumerate(sources)]
    with Index.create(tmp_path / "index") as index:
        index.add(articles, words=False)
        client = connect(index=index, originals=(laws,))
        for article, status in zip(articles, sources.values(), strict=True):
            answer = client.get("/original", params={"id": article.id})
            assert answer.status_code == status, article.source
            assert "secret" not in answer.text
            page = client.get("/article", params={"id": article.id})
            assert ("original?id" in page.text) == (status == 200)
            if article.source in ("laws/page.html", "laws/old.txt"):
                assert answer.headers["content-type"] == "application/octet-stream"
                assert answer.headers["content-disposition"].startswith("attachment")


def test_originals_on_the_web_are_addresses(tmp_path, connect):
    """Only addresses of the web are links; a script in a source is text."""
    sources = [
        "https://example.org/a?b=1",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[",
        "//x/y",
    ]
    with Index.create(tmp_path / "index") as index:
        index.add(
            [Article(f"{n}", "", "Bài.", source=one) for n, one in enumerate(sources)], words=False
        )
        client = connect(index=index)
        links = [links_of(client.get(f"/article?id={n}").text) for n in range(len(sources))]
    assert [any(link == one for link in own) for own, one in zip(links, sources, strict=True)] == [
        True,
        *[False] * 4,
    ]


class Reader(HTMLParser):
    """Collects the elements, links and text of a page."""

    def __init__(self):
        super().__init__()
        self.elements, self.attributes, self.text = set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def read(text):
    """Return what a page has."""
    reader = Reader()
    reader.feed(text)
    return reader


def links_of(text):
    """Return the addresses to which a page links."""
    return [value for name, value in read(text).attributes if name == "href"]


@pytest.mark.parametrize("number", range(len(NAUGHTY)))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_shown_is_escaped(client, number, language):
    """Titles, bodies, details, categories, sources and queries are text, whatever they hold."""
    text = NAUGHTY[number]
    encodable = text.encode("utf-8", "replace").decode()
    pages = [
        client.get("/", params={"q": "độc hại", "lang": language, "limit": "50"}),
        client.get("/", params={"q": encodable, "lang": language}),
        client.get("/", params={"q": f'"{encodable}', "category": encodable, "lang": language}),
        client.get("/", params={"q": "a", "page": encodable, "lang": language}),
        client.get("/", params={"q": "a", "since": encodable, "lang": language}),
        client.get("/article", params={"id": f"naughty-{number}", "q": encodable}),
        client.get("/article", params={"id": f"naughty-{number}", "q": "độc hại", "at": encodable}),
        client.get("/article", params={"id": encodable}),
        client.get("/why", params={"id": f"naughty-{number}", "q": f'{encodable} "độc hại"'}),
        client.get("/why", params={"id": encodable, "q": "a"}),
        client.get("/"),
    ]
    for page in pages:
        reader = read(page.text)
        assert not reader.elements & {"svg", "iframe", "object", "style", "base"}
        scripts = [value for name, value in reader.attributes if name == "src"]
        assert all(value.startswith("static/") for value in scripts)
        names = {name for name, _ in reader.attributes}
        assert not [name for name in names if name.startswith("on") or name == "style"]
        for link in links_of(page.text):
            assert not link.lower().startswith(("javascript:", "data:"))
        for bad in "\x00\x1b\u202e\ufffe":
            assert bad not in page.text
    shown = read(pages[0].text).text
    assert text.replace("\x00", "\ufffd")[:5] in shown


def test_feeds_are_xml(client):
    """A feed of naughty articles, and the description for browsers, are well-formed."""
    for path in ("/feed.atom?q=%C4%91%E1%BB%99c+h%E1%BA%A1i", "/opensearch.xml"):
        tree = ET.fromstring(client.get(path).content)
        assert len(tree) > 4
    titles = [one.text for one in tree.iter() if one.tag.endswith("ShortName")]
    assert titles == ["danvan-search"]


def test_a_csv_has_no_formulas(tmp_path, connect):
    """A cell that a spreadsheet would compute is text, and the file says that it is UTF-8."""
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]
    with Index.create(tmp_path / "index") as index:
        index.add(
            [Article(f"={n}", one, "Bài viết.", category=one) for n, one in enumerate(bad)],
            words=False,
        )
        answer = connect(index=index).get("/export.csv", params={"q": "bài"})
    assert answer.content.startswith(b"\xef\xbb\xbfid,score,")
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = answer.text.splitlines()[1:]
    assert len(lines) == len(bad)
    for line in lines:
        assert line.startswith("'=")
        assert line.count("'") == 3


def test_exports_are_bounded(client):
    """An export takes the parameters of a search, and none that makes it larger."""
    hits = client.get("/export.jsonl?q=giao+thong").text.splitlines()
    assert len(hits) == 25
    assert json.loads(hits[0])["id"].startswith("tin/")
    for asked in ("limit=2000", "snippets=10", "x=1", "snippet_chars=5000"):
        assert client.get(f"/export.csv?q=giao&{asked}").status_code == 422


def test_a_busy_server_says_so(connect, monkeypatch):
    """Where as many requests are at work as may be, the next is told to come again."""
    client = connect(threads=1, waiting=1)
    started, finish = threading.Event(), threading.Event()
    original = Index.categories

    def slow(index):
        started.set()
        assert finish.wait(30)
        return original(index)

    monkeypatch.setattr(Index, "categories", slow)
    statuses = []
    workers = [
        threading.Thread(
            target=lambda: statuses.append(client.get("/api/v1/categories").status_code)
        )
        for _ in range(2)
    ]
    try:
        for worker in workers:
            worker.start()
        assert started.wait(30)
        places = client.app.site.pool._places
        for _ in range(3_000):  # until both are in
            if not places._value:
                break
            threading.Event().wait(0.01)
        assert not places._value
        for path in ("/api/v1/stats", "/?q=a"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
    finally:
        finish.set()
        for worker in workers:
            worker.join()
    assert statuses == [200, 200]
    assert client.get("/api/v1/stats").status_code == 200


def test_a_part_of_a_page_tells_of_errors_in_its_place(client, monkeypatch):
    """The script shows what went wrong where it would show hits."""
    assert '<div class="found"' in client.get("/results?q=a&limit=x").text
    monkeypatch.setattr(client.app.site.pool, "_places", threading.BoundedSemaphore(1))
    client.app.site.pool._places.acquire()
    busy = client.get("/results?q=a")
    assert busy.status_code == 503
    assert busy.text.startswith('<div class="found"')
    assert 'role="alert"' in busy.text


def test_requests_are_counted(connect):
    """Counts are by route, not by address: an id or a query is no name of a count."""
    client = connect()
    for path in ("/api/v1/search?q=secret", "/api/v1/articles/tin/3", "/api/v1/search?x=1", "/x"):
        client.get(path)
    text = client.get("/metrics").text.replace(f'worker="{os.getpid()}",', "")
    assert 'danvan_requests_total{route="/api/v1/search",status="200"} 1\n' in text
    assert 'danvan_requests_total{route="/api/v1/search",status="422"} 1\n' in text
    assert 'danvan_requests_total{route="/api/v1/articles/{id:path}",status="200"} 1\n' in text
    assert 'danvan_requests_total{route="other",status="404"} 1\n' in text
    assert "danvan_articles 33\n" in text
    assert "secret" not in text
    assert "tin/3" not in text


def test_static_files_are_only_those_of_the_package(client):
    """No path leads to another file."""
    for path in ("../settings.py", "%2e%2e/settings.py", "..%2fapp.py", "", "style.css/", "//x"):
        assert client.get(f"{LOCAL}/static/{path}").status_code == 404
