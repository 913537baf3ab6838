"""Many reports in one Word file (汇编): cover, contents list, ranking, then every report on an odd page of its own.

inputs ─run(make_chapter)─▶ outcomes ─chapters_of─▶ Chapter… ─bind─▶ Bound ─write_volume─▶ files
"""
