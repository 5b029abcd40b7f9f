"""A client with TLS and a password: what it is told passes through the store."""

import shutil

import pytest

from danvan_search import Article, Index
from danvan_search.errors import StoreError, StoreUnavailableError
from tests.opensearch.proxy import proxy, self_signed

pytestmark = [
    pytest.mark.opensearch,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the command openssl"),
]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody trusts unless told to."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def address(cluster, certificate):
    """The address of a node behind TLS and a password."""
    with proxy(cluster.hosts[0], certificate, "danvan", "secret") as served:
        yield served


@pytest.fixture
def index_of(address, client, alias):
    """A function that opens an index with a client of its own."""
    from opensearchpy import OpenSearch

    from danvan_search.opensearch import OpenSearchStore

    opened = []

    def make(**options):
        opened.append(OpenSearch([address], use_ssl=True, max_retries=0, **options))
        return Index.on(OpenSearchStore(opened[-1], alias, refresh=True), create=True)

    yield make
    for one in opened:
        one.close()


def test_an_index_is_used_with_tls_and_a_password(index_of, certificate):
    """Articles are added, found, read and removed."""
    index = index_of(http_auth=("danvan", "secret"), ca_certs=str(certificate))
    index.add([Article("a", "Dân vận", "Công tác dân vận khéo."), Article("b", "Khác", "Không.")])
    (hit,) = index.search("dân vận khéo")
    assert (hit.id, hit.snippet.text) == ("a", "Công tác dân vận khéo.")
    assert index.get("b").title == "Khác"
    index.remove(["a"])
    assert index.search("dân vận khéo").total == 0


def test_a_wrong_password_is_told_as_such(index_of, certificate):
    """It is no error that another try could mend."""
    with pytest.raises(StoreError, match="user") as caught:
        index_of(http_auth=("danvan", "wrong"), ca_certs=str(certificate))
    assert not isinstance(caught.value, StoreUnavailableError)


def test_a_certificate_must_be_trusted(index_of):
    """Without the certificate of its authority, nothing is sent to a server."""
    with pytest.raises(StoreError, match=r"(?i)certificate"):
        index_of(http_auth=("danvan", "secret"))
