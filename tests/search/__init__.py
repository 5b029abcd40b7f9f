"""Tests of ``danvan_search.search``."""
