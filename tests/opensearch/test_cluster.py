"""The cluster of the tests: it is one, it holds what the store needs, and it ends."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.opensearch.cluster import HERE, RELEASES

pytestmark = pytest.mark.opensearch


def test_three_nodes_are_one_cluster(cluster, client):
    """Every node is of the release asked for, and each answers for all three."""
    assert cluster.release in RELEASES
    assert client.info()["version"]["number"] == cluster.release.version
    health = client.cluster.health()
    assert (health["status"], health["number_of_nodes"]) == ("green", 3)
    addresses = {node["http"]["publish_address"] for node in client.nodes.info()["nodes"].values()}
    assert {f"http://{address}" for address in addresses} == set(cluster.hosts)


def test_an_index_with_a_copy_of_each_shard_is_green(client, alias):
    """Documents are counted, replicas are held, and a deletion by query works."""
    settings = {"number_of_shards": 3, "number_of_replicas": 1}
    client.indices.create(index=alias, body={"settings": settings})
    assert client.cluster.health(index=alias, wait_for_status="green")["active_shards"] == 6
    for number in range(20):
        client.index(index=alias, id=str(number), body={"number": number})
    client.indices.refresh(index=alias)
    assert client.count(index=alias)["count"] == 20
    some = {"query": {"range": {"number": {"lt": 5}}}}
    assert client.delete_by_query(index=alias, body=some, refresh=True)["deleted"] == 5
    assert client.count(index=alias)["count"] == 15


def test_the_whitespace_tokenizer_keeps_long_tokens(client, alias):
    """A token may have 8,192 characters; with the default of 255 it would be cut."""
    tokenizer = {"type": "whitespace", "max_token_length": 8192}
    analysis = {
        "tokenizer": {"blanks": tokenizer},
        "analyzer": {"forms": {"type": "custom", "tokenizer": "blanks"}},
    }
    client.indices.create(index=alias, body={"settings": {"analysis": analysis}})
    long = "đ" * 8192
    body = {"analyzer": "forms", "text": f"dân {long} vận"}
    tokens = client.indices.analyze(index=alias, body=body)["tokens"]
    assert [token["token"] for token in tokens] == ["dân", long, "vận"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_cluster_ends_with_the_process_that_started_it(installation):
    """Also if that is killed, and so can stop nothing."""
    program = (
        "from tests.opensearch.cluster import Cluster\n"
        "cluster = Cluster(1)\n"
        "cluster.start('all')\n"
        "cluster.wait_until_green()\n"
        "print(cluster.hosts[0], flush=True)\n"
        "input()\n"
    )
    run = [sys.executable, "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(run, cwd=HERE.parents[1], stdin=pipe, stdout=pipe, text=True) as parent:
        port = int(parent.stdout.readline().rpartition(":")[2])
        assert listens(port)
        parent.send_signal(signal.SIGKILL)
    for _ in range(600):
        if not listens(port):
            return
        time.sleep(0.1)
    raise AssertionError("the node outlives its parent")


def listens(port: int) -> bool:
    """Tell whether a server is at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
