"""The review page: one HTML file with the report as it reads, its scores, and what was found.

assessment ─screen─▶ blocks ┐
assessment ─traces─▶ nodes  ├─page─▶ HTML
comparison ─changes─────────┘
"""

from generator.reviewing.page import review_page
from generator.reviewing.writing import write_review

__all__ = ["review_page", "write_review"]
