"""``python -m generator`` is the command ``jixiao``."""

from __future__ import annotations

import sys

_ABORTED = 130


def run() -> None:
    """Run the command line; Ctrl-C ends it calmly even while it is still being loaded."""
    try:
        from generator.cli import main  # noqa: PLC0415 - loading takes longest, and may be interrupted

        main()
    except KeyboardInterrupt:
        sys.exit(_ABORTED)


if __name__ == "__main__":
    run()
