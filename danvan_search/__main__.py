"""`python -m danvan_search` is `dvsearch`."""

from danvan_search.cli import main

main()
