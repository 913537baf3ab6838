"""What a file tells of its making: every output is stamped, can be verified, and is not overwritten once edited.

bytes ─stamped─▶ bytes ─write_guarded─▶ file ─verify─▶ Verdict
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from generator.provenance.comparing import Edit, find_edits
    from generator.provenance.condition import Condition, condition_of
    from generator.provenance.finished import Finished, open_finished
    from generator.provenance.guard import is_current, make_way, write_guarded
    from generator.provenance.locating import find_input, is_beside
    from generator.provenance.portable import is_current_pdf, write_pdf
    from generator.provenance.stamp import DRAFT, FINAL, REDLINE, VOLUME, Stamp, stamp_of, stamp_of_volume
    from generator.provenance.stamping import stamped, stamped_parts
    from generator.provenance.verifying import State, Verdict, verify

__all__ = [
    "DRAFT",
    "FINAL",
    "REDLINE",
    "VOLUME",
    "Condition",
    "Edit",
    "Finished",
    "Stamp",
    "State",
    "Verdict",
    "condition_of",
    "find_edits",
    "find_input",
    "is_beside",
    "is_current",
    "is_current_pdf",
    "make_way",
    "open_finished",
    "stamp_of",
    "stamp_of_volume",
    "stamped",
    "stamped_parts",
    "verify",
    "write_guarded",
    "write_pdf",
]

_HOMES: Final = {
    "comparing": ("Edit", "find_edits"),
    "condition": ("Condition", "condition_of"),
    "finished": ("Finished", "open_finished"),
    "guard": ("is_current", "make_way", "write_guarded"),
    "locating": ("find_input", "is_beside"),
    "portable": ("is_current_pdf", "write_pdf"),
    "stamp": ("DRAFT", "FINAL", "REDLINE", "VOLUME", "Stamp", "stamp_of", "stamp_of_volume"),
    "stamping": ("stamped", "stamped_parts"),
    "verifying": ("State", "Verdict", "verify"),
}


def __getattr__(name: str) -> Any:
    """What is asked for, imported then: a report that is written must not pay for how it is verified."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"generator.provenance.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
