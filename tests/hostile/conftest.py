"""Hostile input is tried where the system can measure and limit it."""

import os
import sys

import pytest


@pytest.fixture(autouse=True)
def on_linux() -> None:
    """Skips what is tried elsewhere, visibly, and never in CI."""
    if sys.platform == "linux":
        return
    if os.environ.get("CI"):
        pytest.fail("hostile input must be tried in CI, on Linux")
    pytest.skip("needs Linux: limits of the process, and /proc for the memory that it used")
