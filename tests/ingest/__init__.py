"""Tests of the ingest part."""
