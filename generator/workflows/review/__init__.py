"""The review page: one HTML file with the report as it reads, its scores, and what was found.

assessment ─screen─▶ blocks ┐
assessment ─traces─▶ nodes  ├─page─▶ HTML
comparison ─changes─────────┘

An input with errors has a page too: it shows the draft, with placeholders marked, and says so throughout.
"""
