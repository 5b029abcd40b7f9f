"""The store on a cluster without a cluster: bodies, chunks, tries again, and errors."""

import json
from collections import deque

import pytest

pytest.importorskip("opensearchpy")

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    ConnectionError as NoConnectionError,
)
from opensearchpy.exceptions import (
    ConnectionTimeout,
    RequestError,
    TransportError,
)

from danvan_search import (
    Article,
    DanvanError,
    Index,
    IndexFormatError,
    IndexNotFoundError,
    OptionError,
    PartialWriteError,
    QueryTimeoutError,
    StoreError,
    StoreUnavailableError,
    parse,
)
from danvan_search.opensearch import OpenSearchStore
from danvan_search.opensearch import address as addresses
from danvan_search.opensearch.bulk import (
    MAX_CHUNK_BYTES,
    MAX_TRIES,
    Bulk,
    Change,
    Outcome,
    Place,
)
from danvan_search.opensearch.cluster import our_error, searched
from danvan_search.opensearch.documents import title_key
from danvan_search.opensearch.filters import Filters
from danvan_search.opensearch.mapping import (
    DERIVED,
    MAX_TOKEN_CHARS,
    index_body,
    key_of,
    keyword_of,
    token,
    value_of,
    versions,
)
from danvan_search.text.segmenter import default_segmenter

FILTERS = {
    "dân": {"term": {"f": "dan"}},
    '"dân vận"': {"term": {"p": "dan_van"}},
    '"dân vận khéo"': {"match_phrase": {"p": {"query": "dan_van van_kheo"}}},
    "title:dân": {"term": {"tf": "dan"}},
    'body:"dân vận"': {"match_phrase": {"bf": {"query": "dan van"}}},
    'word:"dân vận"': {"term": {"wf": "dan_van"}},
    "ngh*": {"prefix": {"f": {"value": "ngh", "rewrite": "constant_score"}}},
    '-"dân vận"': {"bool": {"must_not": [
        {"bool": {"filter": [
            {"term": {"p": "dan_van"}}, {"match_phrase": {"a": {"query": "dân vận"}}}
        ]}}
    ]}},
    "dân OR vận": {"bool": {
        "should": [{"term": {"f": "dan"}}, {"term": {"f": "van"}}], "minimum_should_match": 1
    }},
    "category:thể-thao": {"term": {"category_key": "the thao"}},
    "source:Báo": {"term": {"source_key": "bao"}},
    "site:a.vn": {"prefix": {"site": "vn.a."}},
    "since:2020": {"range": {"date": {"gte": "2020-01-01"}}},
}  # fmt: skip


@pytest.mark.parametrize("query", FILTERS)
def test_a_node_is_one_filter(query):
    """Each node has the cheapest filter that is complete."""
    assert Filters("auto").of(parse(query).root) == FILTERS[query]


def test_accents_are_filters_of_the_accented_field():
    """All marked: a phrase; some: spans over two fields; with ``ignore`` none."""
    whole, some = parse('"dân vận"').root, parse('"dân van"').root
    assert Filters("auto").of(whole, exact=True) == {"bool": {"filter": [
        {"term": {"p": "dan_van"}}, {"match_phrase": {"a": {"query": "dân vận"}}}
    ]}}  # fmt: skip
    masked = {"field_masking_span": {"query": {"span_term": {"f": "van"}}, "field": "a"}}
    clauses = [{"span_term": {"a": "dân"}}, masked]
    spans = {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}
    assert Filters("auto").of(some, exact=True)["bool"]["filter"][1] == spans
    assert Filters("ignore").of(whole, exact=True) == {"term": {"p": "dan_van"}}


def test_one_edit_is_spelt_out():
    """Lucene's own fuzzy query leaves out forms of one letter, and expands to 50 forms."""
    value = Filters("auto").of(parse("ab~").root)["regexp"]["f"]
    alternatives = set(value["value"].split("|"))
    assert {"ab", ".ab", "a.b", "ab.", ".?b", "a.?", "ba"} == alternatives
    assert value["flags"] == "NONE"


def test_tokens_and_keywords_fit_lucene():
    """Whatever the length and the characters; values that fit come back as they are."""
    assert token("dân") == "dân"
    assert len(token("x" * 100_000)) < MAX_TOKEN_CHARS
    assert token("x" * 2000) != token("x" * 2001)
    for value in ("", "Báo", "\ud800", "\ufffdabc", "\udc00\ud800 a"):
        keyword_of(value).encode()
        assert value_of(keyword_of(value)) == value
    assert len(keyword_of("đ" * 100_000)) < 100
    assert len(key_of("i" * 1000)) == 32
    assert title_key("…") == ""
    titles = ["má", "bà", "an", "ma", "“Ấn”"]
    assert sorted(titles, key=title_key) == ["an", "“Ấn”", "bà", "ma", "má"]


def test_derived_fields_are_not_stored():
    """What is made of other fields is left out of the stored source, and nothing else is."""
    mappings = index_body(1, 0, "s")["mappings"]
    stored = mappings["properties"].keys() - set(DERIVED)
    assert stored == {
        *("id", "title", "body", "details", "date", "category", "source", "extra", "raw"),
        *("hash", "origin", "root", "has_words"),
    }
    assert set(DERIVED) <= mappings["properties"].keys()
    assert mappings["dynamic"] == "strict"


# ------------------------------------------------------------------------------------- errors


def gone(kind):
    """Return what a node tells of a shard whose node went away within a search."""
    cause = {"type": kind, "reason": "[node-0][127.0.0.1:9300][search] disconnected"}
    failed = {"shard": 0, "index": "articles-1", "reason": cause}
    return {
        "error": {
            "root_cause": [cause],
            "type": "search_phase_execution_exception",
            "reason": "Partial shards failure",
            "failed_shards": [failed],
        }
    }


ERRORS = [
    (TransportError(500, "x", gone("node_disconnected_exception")), StoreUnavailableError),
    (TransportError(404, "x", gone("search_context_missing_exception")), StoreUnavailableError),
    (ConnectionTimeout("TIMEOUT", "read timed out", None), StoreUnavailableError),
    (NoConnectionError("N/A", "refused", None), StoreUnavailableError),
    (TransportError(429, "rejected", {}), StoreUnavailableError),
    (TransportError(503, "search_phase_execution_exception", {}), StoreUnavailableError),
    (TransportError(503, "a text that is no object", "…"), StoreUnavailableError),
    (TransportError(404, "index_not_found_exception", {}), IndexNotFoundError),
    (TransportError(401, "x", {}), StoreError),
    (RequestError(400, "parsing_exception", {"error": {"reason": "no such"}}), StoreError),
    (TransportError(500, "x", {"error": {"root_cause": [{"reason": "maxClauseCount"}]}}), None),
]


@pytest.mark.parametrize(("error", "kind"), ERRORS)
def test_errors_of_the_client_are_ours(error, kind):
    """Each is one sentence; what another try may mend says so."""
    ours = our_error(error)
    if kind is None:
        assert not isinstance(ours, DanvanError)
        return
    assert type(ours) is kind
    assert "\n" not in str(ours)
    assert ("try again" in str(ours)) == (kind is StoreUnavailableError)


class Client:
    """A client that answers as it was told, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = deque(answers)
        self.asked = []

    def _answer(self, **values):
        self.asked.append(values)
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer

    search = bulk = mget = _answer


def test_a_page_is_never_of_some_shards():
    """A shard that failed, a timeout of the cluster, and one of the client are errors."""
    whole = {"_shards": {"failed": 0}, "timed_out": False}
    client = Client(whole)
    assert searched(client, "a", {}) is whole
    assert client.asked[0]["allow_partial_search_results"] == "false"
    for answer in ({**whole, "_shards": {"failed": 1}}, {**whole, "timed_out": True}):
        with pytest.raises(StoreUnavailableError, match="try again"):
            searched(Client(answer), "a", {})
    slow = ConnectionTimeout("TIMEOUT", "read timed out", None)
    with pytest.raises(StoreUnavailableError):
        searched(Client(slow), "a", {})
    client = Client(slow)
    with pytest.raises(QueryTimeoutError, match="2 s"):
        searched(client, "a", {}, timeout=2)
    assert client.asked[0]["request_timeout"] == 2


# -------------------------------------------------------------------------------------- bulk


def answer_of(*statuses):
    items = []
    for at, status in enumerate(statuses):
        error = {} if status < 300 else {"error": {"type": f"t{status}", "reason": f"r{at}"}}
        items.append({"index": {"status": status, "_seq_no": at, "_primary_term": 1, **error}})
    return {"items": items}


def changes(*ids, size=1):
    return [Change(one, key_of(one), {"body": "x" * size}, None) for one in ids]


def test_a_chunk_is_sent_again_where_another_try_may_succeed():
    """The whole request, or the articles that were not taken; longer waits, with jitter."""
    waits = []
    client = Client(
        TransportError(429, "rejected", {}),
        NoConnectionError("N/A", "reset", None),
        answer_of(201, 429, 400, 409, 503),
        answer_of(201, 429),
        answer_of(200),
    )
    outcome = Outcome()
    bulk = Bulk(client, "a", sleep=waits.append, jitter=lambda: 0.5)
    assert not bulk.send(changes(*"abcde"), outcome)
    assert waits == [0.375, 0.75, 1.5, 3.0]
    sent = [call["body"].count(b'"_id"') for call in client.asked]
    assert sent == [5, 5, 5, 2, 1]
    assert outcome.places.keys() == {"a", "b", "e"}
    assert outcome.failures == {"c": "t400: r2"}
    assert [one.id for one in outcome.conflicts] == ["d"]


def test_a_cluster_that_takes_nothing_is_unavailable():
    """After some tries; no wait is longer than half a minute."""
    waits = []
    client = Client(*[TransportError(429, "rejected", {})] * MAX_TRIES)
    bulk = Bulk(client, "a", sleep=waits.append, jitter=lambda: 1.0)
    with pytest.raises(StoreUnavailableError, match="rejected"):
        bulk.send(changes("a"), Outcome())
    assert len(waits) == MAX_TRIES - 1
    assert max(waits) == 30.0
    bulk = Bulk(Client(ERRORS[7][0]), "a", sleep=waits.append)
    with pytest.raises(StoreError, match="no such"):
        bulk.send(changes("a"), Outcome())


def test_tries_end_in_time():
    """Where each try lasts long, as with a cluster that never answers, there are fewer."""
    times = iter(range(0, 10_000, 120))
    client = Client(*[ConnectionTimeout("TIMEOUT", "slow", OSError())] * MAX_TRIES)
    bulk = Bulk(client, "a", sleep=lambda _: None, clock=lambda: float(next(times)))
    with pytest.raises(StoreUnavailableError, match="in none of 3 tries"):
        bulk.send(changes("a"), Outcome())
    assert len(client.asked) == 3


def test_chunks_are_bounded():
    """Up to a size in bytes, but an article that is larger alone."""
    size = MAX_CHUNK_BYTES // 3
    client = Client(*[answer_of(*[201] * count) for count in (2, 2, 1)])
    assert not Bulk(client, "a").send(changes(*"abcde", size=size), Outcome(), waits=True)
    assert all(len(call["body"]) <= MAX_CHUNK_BYTES for call in client.asked)
    assert all("refresh" not in call for call in client.asked)
    client = Client(answer_of(201), answer_of(201))
    Bulk(client, "a").send(changes("a", "b", size=2 * MAX_CHUNK_BYTES), Outcome())
    client = Client(answer_of(201))
    assert Bulk(client, "a").send(changes("a"), Outcome(), waits=True)
    assert client.asked[0]["refresh"] == "wait_for"


def test_a_change_replaces_what_the_writer_has_seen():
    """A new article is created, a known one replaced or removed; a rebuild just writes."""
    heads = [
        json.loads(one.encoded().split(b"\n")[0])
        for one in (
            Change("a", "k", {}, None),
            Change("a", "k", {}, Place(7, 2)),
            Change("a", "k", None, Place(7, 2)),
            Change("a", "k", {}, None, is_checked=False),
        )
    ]
    seen = {"_id": "k", "if_seq_no": 7, "if_primary_term": 2}
    assert heads == [
        {"create": {"_id": "k"}}, {"index": seen}, {"delete": seen}, {"index": {"_id": "k"}}
    ]  # fmt: skip


class FakeCluster:
    """A client of a cluster with one empty index, which refuses articles as it was told."""

    def __init__(self, *statuses, number="3.9.0", **meta):
        self.statuses = statuses
        made = {**versions(default_segmenter().fingerprint()), **meta}
        self.meta = {"mappings": {"_meta": {"danvan": made}}}
        self.number = number
        self.indices = self

    def info(self):
        return {"version": {"number": self.number, "distribution": "opensearch"}}

    def get_alias(self, name):
        return {f"{name}-1": {}}

    def get_mapping(self, index):
        return {index: self.meta}

    def mget(self, index, body, _source_includes):
        return {"docs": [{"found": False} for _ in body["ids"]]}

    def bulk(self, body, index, **_):
        return answer_of(*self.statuses)

    def refresh(self, index):
        pass


def test_refused_articles_are_named_with_reasons():
    """The others are written; the error has all ids, and the message the first."""
    index = Index.on(OpenSearchStore(FakeCluster(201, 400, 400), "a"))
    with pytest.raises(PartialWriteError, match="refused 2 articles") as caught:
        index.add([Article(one, "", "dân") for one in "abc"])
    assert caught.value.failures == {"b": "t400: r1", "c": "t400: r2"}


def test_another_format_and_another_engine_are_refused():
    """With what to do next."""
    with pytest.raises(IndexFormatError, match="rebuild"):
        Index.on(OpenSearchStore(FakeCluster(format=0), "a"))
    index = Index.on(OpenSearchStore(FakeCluster(analysis=0), "a"))
    with pytest.raises(IndexFormatError, match="rebuild"):
        index.search("dân")
    other = FakeCluster()
    other.info = lambda: {"version": {"number": "8.0.0"}}
    with pytest.raises(StoreError, match="OpenSearch alone"):
        Index.on(OpenSearchStore(other, "a")).search("dân")
    with pytest.raises(OptionError, match="refresh"):
        OpenSearchStore(other, "a", refresh="soon")


# ------------------------------------------------------------------------------------ address


def test_an_address_is_a_client(tmp_path):
    """Hosts, TLS and the user; the password comes from the environment or from a file."""
    file = tmp_path / "password"
    file.write_text("geheim\n", "utf-8")
    made = addresses.store_at(
        "opensearchs://a.vn,b.vn:9201/news?shards=3&replicas=2",
        {addresses.USER: "u", addresses.PASSWORD_FILE: str(file)},
    )
    assert repr(made) == "OpenSearchStore('news')"
    client = made._client
    assert isinstance(client, OpenSearch)
    hosts = [(one.host, one.use_ssl) for one in client.transport.connection_pool.connections]
    assert sorted(hosts) == [("https://a.vn:9200", True), ("https://b.vn:9201", True)]


@pytest.mark.parametrize(
    "address",
    [
        *("", "x", "http://h/a", "opensearch://h", "opensearch://h/", "opensearch://h/a/b"),
        *(
            "opensearch://h:x/a",
            "opensearch://h:99999/a",
            "opensearch://u:p@h/a",
            "opensearch:///a",
        ),
        *("opensearch://h/a?shards=x", "opensearch://h/a?x=1"),
    ],
)
def test_what_is_no_address_is_one_sentence(address):
    """A user in it is refused too: other people may see the arguments of a process."""
    with pytest.raises(OptionError):
        addresses.store_at(address, {})


def test_wrong_credentials_are_one_sentence(tmp_path):
    """A missing password, a file that cannot be read, certificates that are not there."""
    missing = str(tmp_path / "none")
    for environment in (
        {addresses.USER: "u"},
        {addresses.USER: "u", addresses.PASSWORD_FILE: missing},
        {addresses.CERTIFICATES: missing},
    ):
        with pytest.raises(OptionError, match="DVSEARCH_STORE"):
            addresses.store_at("opensearch://h/a", environment)
