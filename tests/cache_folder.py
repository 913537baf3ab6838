"""Where the cache and its key lie in tests."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path


def use_cache_below(folder: Path, environment: MutableMapping[str, str]) -> Path:
    """Lets the cache use this folder; returns that of its entries."""
    environment.pop("JIXIAO_NO_CACHE", None)
    environment["XDG_CACHE_HOME"] = str(folder / "cache")
    environment["XDG_STATE_HOME"] = str(folder / "state")
    environment["WIN_PD_OVERRIDE_LOCAL_APPDATA"] = str(folder)
    return folder / "jixiao" / "Cache" / "entries" if os.name == "nt" else folder / "cache" / "jixiao" / "entries"
