"""Edits that were made in Word, written back to the input they are of.

    edited .docx ─read───────▶ paragraphs ┐
    input ─print, read back──▶ paragraphs ┴─align, attribute─▶ Comparison ─observe─▶ Observed ─decide─▶ Plan

align       which paragraph or table row became which
attribute   which value of a paragraph a change belongs to
observe     the values that read differently now
targets     where they were typed; rows and items that have moved since
decide      what can be written, and why the rest cannot; structure: paragraphs and rows that came or went
plan        the whole way, up to the Plan that people see before anything is written
"""
