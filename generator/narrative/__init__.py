"""The texts of a report: what is written out from facts, scores and the template's narratives."""
