"""``python -m generator`` is the command ``jixiao``."""

from __future__ import annotations

import gc
import sys

from generator.garbage import MANY

_ABORTED = 130


def run() -> None:
    """Run the command line; Ctrl-C ends it calmly even while it is still being loaded."""
    gc.set_threshold(MANY, *gc.get_threshold()[1:])
    try:
        from generator.cli import main  # noqa: PLC0415 - loading takes longest, and may be interrupted
        from generator.patterns import keeping_patterns  # noqa: PLC0415 - as above

        with keeping_patterns():
            main()
    except KeyboardInterrupt:
        sys.exit(_ABORTED)
    finally:
        # Nor is it worth a last search when everything is given back anyway.
        gc.freeze()


if __name__ == "__main__":
    run()
