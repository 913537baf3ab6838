"""``jixiao bundle``: the report, the scores, the evidence, its list and every digest in one archive."""
