"""The real yaml-language-server, the one inside VS Code's YAML extension, started once for all tests here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.language_server import LanguageServer, find_server


@pytest.fixture(scope="session")
def server() -> Iterator[LanguageServer]:
    """The running server. Skipped where it is missing, but never in CI."""
    root = Path(__file__).parents[2]
    command = find_server(root)
    if command is None:
        if os.environ.get("CI"):
            pytest.fail("yaml-language-server is missing in CI")
        pytest.skip("yaml-language-server is missing (npm install --prefix .npm yaml-language-server)")
    with LanguageServer(command, root) as running:
        yield running
