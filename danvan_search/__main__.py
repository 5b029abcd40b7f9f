"""`python -m danvan_search` runs the command `dvsearch`."""

from danvan_search.cli import main

main()
