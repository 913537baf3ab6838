"""Finished Word files, whoever saved them last, read back: their lines, their controls, their pages as blocks."""
