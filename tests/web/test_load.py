"""Connections search while another process commits: each answer is that of one commit."""

import http.client
import json
import random
import threading
import urllib.parse

import pytest

from danvan_search import Index
from tests.commits import QUERIES, check_whole, commit, expected
from tests.servers import Server

SEED = 20261130
CONNECTIONS = 8


class Client:
    """A thread that searches through one connection which is kept.

    :ivar answers: how many searches were answered.
    """

    def __init__(self, load: "Load", number: int) -> None:
        self._load = load
        self._chance = random.Random(SEED + number)
        self._connection = http.client.HTTPConnection(load.host, timeout=120)
        self.answers = 0
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            while not self._load.is_over:
                self._ask_one() if self._chance.random() < 0.7 else self._ask_several()
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            self.error = error
        finally:
            self._connection.close()

    def _ask_one(self) -> None:
        (typed, phrase), first = self._chance.choice(QUERIES), self._load.done
        asked = urllib.parse.urlencode({"q": f'"{typed}"', "limit": 40, "fields": "body"})
        found = self._answer("GET", f"/api/v1/search?{asked}")
        assert self._commits(first, [(phrase, found)]), (typed, first, self._load.begun)

    def _ask_several(self) -> None:
        asked, first = self._chance.sample(QUERIES, 5), self._load.done
        queries = [{"q": f'"{typed}"', "limit": 40, "fields": "body"} for typed, _ in asked]
        body = json.dumps({"queries": queries})
        results = self._answer("POST", "/api/v1/search", body)["results"]
        phrases = [phrase for _, phrase in asked]
        assert len({one["generation"] for one in results}) == 1
        pairs = list(zip(phrases, results, strict=True))
        assert self._commits(first, pairs), (phrases, first, self._load.begun)

    def _answer(self, method: str, path: str, body: str | None = None):
        self._connection.request(method, path, body)
        answer = self._connection.getresponse()
        value = json.loads(answer.read())
        assert answer.status == 200, value
        self.answers += 1
        return value

    def _commits(self, first: int, found) -> list[int]:
        """Return the commits since ``first`` of which all results are."""
        bodies = [
            (phrase, {hit["id"]: hit["article"]["body"] for hit in results["hits"]})
            for phrase, results in found
        ]
        assert all(results["total"] == len(results["hits"]) for _, results in found)
        return [
            number
            for number in range(first, self._load.begun + 1)
            if all(held == expected(number, phrase) for phrase, held in bodies)
        ]


class Load:
    """What the clients share.

    :ivar host: the server.
    :ivar done: the last finished commit.
    :ivar begun: the last commit begun.
    :ivar is_over: whether the clients may end.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.done = self.begun = 0
        self.is_over = False


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_searches_while_another_process_commits(tmp_path, workers):
    """Eight connections search until 40 commits are made and each has 60 answers; no error."""
    with Index.create(tmp_path / "index") as index:
        commit(index, 0)
        server = Server(index.path, "--workers", str(workers))
        load = Load(urllib.parse.urlsplit(server.address).netloc)
        clients = [Client(load, number) for number in range(CONNECTIONS)]
        try:
            for one in clients:
                one.thread.start()
            for number in range(1, 41):
                load.begun = number
                commit(index, number)
                load.done = number
                _await_answers(clients, number * 60 // 40)
        finally:
            load.is_over = True
            for one in clients:
                one.thread.join()
            server.stop()
    for one in clients:
        if one.error is not None:
            raise one.error
    assert min(one.answers for one in clients) >= 60
    assert check_whole(tmp_path / "index", [40]) == 40


def _await_answers(clients: list[Client], count: int) -> None:
    """Wait until each client has so many answers, or has failed."""
    for one in clients:
        while one.answers < count and one.error is None:
            one.thread.join(0.01)
