"""A Submission to a Scorecard: every computed value and how it came about."""
