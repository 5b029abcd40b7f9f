"""Counts of the requests of one process, in the text format of Prometheus."""

import os
import threading
from collections import Counter, defaultdict


class Metrics:
    """Counts requests by their route and status, and the time that they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count a request.

        :param route: the path of its route, as it is declared.
        :param seconds: how long it took.
        """
        with self._lock:
            self._requests[route, status] += 1
            self._seconds[route] += seconds

    def lines(self, *, articles: int, generation: int) -> list[str]:
        """Return all counts as lines, with the id of this process as the worker.

        :param articles: the articles of the index.
        :param generation: its generation.
        """
        with self._lock:
            requests, seconds = sorted(self._requests.items()), sorted(self._seconds.items())
        worker = f'worker="{os.getpid()}"'
        return [
            "# TYPE danvan_requests_total counter",
            *[
                f'danvan_requests_total{{{worker},route="{route}",status="{status}"}} {count}'
                for (route, status), count in requests
            ],
            "# TYPE danvan_request_seconds_total counter",
            *[
                f'danvan_request_seconds_total{{{worker},route="{route}"}} {taken:.6f}'
                for route, taken in seconds
            ],
            "# TYPE danvan_articles gauge",
            f"danvan_articles {articles}",
            "# TYPE danvan_generation gauge",
            f"danvan_generation {generation}",
        ]
