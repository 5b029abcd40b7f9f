"""Tests of ``danvan_search.query``."""
