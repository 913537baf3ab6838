"""Templates as an earlier process read them: reading one takes longer than reading the input that it is for."""

from __future__ import annotations

import pickle
from hashlib import sha256
from typing import TYPE_CHECKING

from generator.keeping import keep, key_of, recall
from generator.reading.beside import Absent, Outside, find_beside
from generator.reading.decoding import MOST_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from generator.template.model import Template

__all__ = ["keep_template", "place_of", "recall_template"]

_BROKEN = (pickle.UnpicklingError, ValueError, TypeError, AttributeError, LookupError, EOFError, ImportError)


def place_of(folder: Path, names: tuple[str, ...], here: Path) -> str:
    """Where the template is kept, told by what its files say; empty where one cannot be read, or is far too large.

    Args:
        folder: The template's folder.
        names: Its files.
        here: The working folder, from which the places in them are told.
    """
    try:
        files = [(folder / name).read_bytes() for name in names if (folder / name).stat().st_size <= MOST_BYTES]
    except OSError:
        return ""
    said = [sha256(data).hexdigest() for data in files]
    return key_of("template", str(folder), str(here), names, said) if len(said) == len(names) else ""


def recall_template(place: str) -> Template | None:
    """The template that is kept there; None where there is none, or its layout is not the same file any more."""
    kept = recall(place) if place else None
    if not isinstance(kept, bytes):
        return None
    try:
        # Sealed by this program, in a folder that nobody else may write to.
        template: Template = pickle.loads(kept)  # noqa: S301
        find_beside(str(template.layout.relative_to(template.folder)), template.folder)
    except (*_BROKEN, Outside, Absent):
        return None
    return template


def keep_template(place: str, template: Template) -> None:
    """Keep a template without errors for the next process."""
    keep(place, pickle.dumps(template))
