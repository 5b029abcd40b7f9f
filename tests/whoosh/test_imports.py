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


def test_whoosh_alone_opens_an_index(seeds_index):
    """A process that imports Whoosh alone finds the codec, and what is in the index."""
    code = (
        "import sys, whoosh.index, whoosh.query\n"
        "with whoosh.index.open_dir(sys.argv[1]).searcher() as searcher:\n"
        "    print(len(searcher.search(whoosh.query.Phrase('body', ['dan', 'van', 'kheo']))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(seeds_index.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(seeds_index.search('"dan van kheo"').total)
