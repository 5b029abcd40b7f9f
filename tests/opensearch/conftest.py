"""The fixtures of the tests with OpenSearch: a cluster of three nodes, its client, and an alias."""

import os
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.opensearch.cluster import Cluster, Installation, UnavailableError

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SUMMARY = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter, config):
    """Say in one line which OpenSearch was tried, or why none."""
    if summary := config.stash.get(SUMMARY, ""):
        terminalreporter.write_line(summary)


@pytest.fixture(scope="session")
def installation(pytestconfig) -> Installation:
    """The jars and the JDK."""
    try:
        import opensearchpy  # noqa: F401
    except ImportError:
        pass_over(pytestconfig, "needs opensearch-py: pip install -e '.[opensearch]'")
    try:
        found = Installation.find()
    except UnavailableError as reason:
        pass_over(pytestconfig, str(reason))
    pytestconfig.stash[SUMMARY] = (
        f"OpenSearch {found.release.version} on Java {found.jdk.version}, {found.jdk.home}"
    )
    return found


def pass_over(config: pytest.Config, reason: str) -> NoReturn:
    """Skip the tests, or fail them where a cluster is required."""
    config.stash[SUMMARY] = f"no cluster of OpenSearch: {reason}"
    if os.environ.get("DANVAN_OPENSEARCH_REQUIRED"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cluster(installation) -> Iterator[Cluster]:
    """Three nodes in one process, for all tests."""
    # The random queries of the contract have many patterns.
    settings = {"indices.query.bool.max_clause_count": "16384"}
    with Cluster(3, installation=installation, settings=settings) as started:
        yield started


@pytest.fixture(scope="session")
def client(cluster) -> Iterator["OpenSearch"]:
    """A client of all three nodes."""
    from opensearchpy import OpenSearch

    opened = OpenSearch(cluster.hosts)
    yield opened
    opened.close()


@pytest.fixture
def alias(client) -> Iterator[str]:
    """A name that no index has; after the test, indices whose names begin with it are deleted."""
    name = f"test-{uuid.uuid4().hex}"
    yield name
    client.indices.delete(index=f"{name}*")
