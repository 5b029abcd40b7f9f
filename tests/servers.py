"""`dvsearch serve` as a process, for tests that talk to it as others do."""

import os
import subprocess
import sys
from pathlib import Path

import danvan_search


class Server:
    """A server as a process, and its address.

    :param index: the folder of the index.
    :param options: further options of the command.
    """

    def __init__(self, index: Path, *options: str) -> None:
        package = str(Path(danvan_search.__file__).parents[1])
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "danvan_search", "serve", "--index", index),
                *("--port", "0", "--no-open", *options),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": package, "PYTHONIOENCODING": "utf-8"},
        )
        line = self.process.stdout.readline().decode()
        self.address = line.split(" at ")[1].split(" until")[0]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate()
