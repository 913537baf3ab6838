"""Rules on the texts of a report: punctuation, outline, wording, years."""
