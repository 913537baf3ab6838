"""A located tree and a template's fields to a Submission: every fact typed, with its place."""
