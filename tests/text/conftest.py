"""The Hypothesis profile of these tests: no deadline, so that a busy machine fails no test."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
