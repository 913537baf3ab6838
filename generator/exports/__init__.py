"""Outputs other than the Word report."""
