"""Tests of the search part."""
