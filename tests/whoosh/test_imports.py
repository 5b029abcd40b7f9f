"""Reading an index imports nothing of Whoosh."""

import subprocess
import sys

CODE = """
import sys
from click.testing import CliRunner
from danvan_search import Index
from danvan_search.cli import cli
assert Index.open(sys.argv[1]).search("dan van").total
for command in (["query", "dân vận"], ["stats"], ["verify"]):
    assert CliRunner().invoke(cli, [*command, "--index", sys.argv[1]]).exit_code == 0
print([name for name in sys.modules if name.split(".")[0] == "whoosh"])
"""


def test_searching_imports_no_whoosh(seeds_index):
    """Searches, statistics and checks, of the library and the command, do without Whoosh."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(seeds_index.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
