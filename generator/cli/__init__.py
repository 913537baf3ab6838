"""The command ``jixiao``: parse the arguments, call the pipeline, print. No logic of its own."""

from generator.cli.main import main

__all__ = ["main"]
