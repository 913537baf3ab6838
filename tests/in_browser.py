"""A real browser without a window, and what axe finds on a page.

Needs Debian's chromium and chromium-driver (apt-get install chromium chromium-driver), and for axe
``npm install --prefix .npm axe-core``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1400,1000"
)
_AXE = Path(__file__).parents[1] / ".npm" / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = "axe.run(document, {resultTypes: ['violations'], ...arguments[0]}).then(arguments[1])"


def missing(what: str) -> None:
    """Skip where something is not installed; in CI it must be."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@contextmanager
def open_browser(folder: Path) -> Iterator[Chrome]:
    """Chromium with its profile in the folder."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs: pip install selenium")
    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing("Chromium is missing (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in (*QUIET.split(), f"--user-data-dir={folder}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield started
    finally:
        started.quit()


def serious(browser: Chrome, *rules: str) -> list[str]:
    """What axe finds serious or critical on the page that is shown, by these rules or all: the rule, and where."""
    if not _AXE.is_file():
        missing("axe-core is missing (npm install --prefix .npm axe-core)")
    browser.execute_script(_AXE.read_text("utf-8"))
    found = browser.execute_async_script(_RUN_AXE, {"runOnly": rules} if rules else {})["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in grave for node in one["nodes"][:5]]
