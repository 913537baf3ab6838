"""Writes edits that were made in Word back to the input of a report.

    edited .docx ─read───────▶ paragraphs ┐
    input ─print, read back──▶ paragraphs ┴─align, attribute─▶ Comparison ─observe─▶ Observed ─decide─▶ Plan

align         pairs paragraphs and table rows; reports rows whose cells can no longer be told apart
observe       assigns the changes of paragraphs to their values (``attribute``): which read differently now
edit_targets  where they were typed; rows and items that have moved since
decide        what is written for edited values, and why some are not
structure     items, rows and paragraphs that came or went; changed wording
plan          the whole way, up to the Plan that is shown before anything is written
"""
