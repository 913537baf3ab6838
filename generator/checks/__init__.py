"""Findings on a report that can be scored: what its reviewers would object to."""
