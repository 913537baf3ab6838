"""The package ``generator`` under the program's own name: ``jixiao.render``, ``score`` and ``check``."""

from generator import __version__, check, render, score

__all__ = ["__version__", "check", "render", "score"]
