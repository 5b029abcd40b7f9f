"""Tests with a cluster of OpenSearch: the jars of Maven Central, started by `cluster.py`."""
