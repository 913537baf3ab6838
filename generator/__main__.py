"""``python -m generator`` is the command ``jixiao``."""

from __future__ import annotations

import gc
import sys

_ABORTED = 130


def run() -> None:
    """Run the command line; Ctrl-C exits with 130 and no traceback, also while modules are loaded."""
    # A report makes fewer objects than this and hardly any cycles; collecting every 700 objects costs an eighth.
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    if getattr(sys, "frozen", False):
        import multiprocessing  # noqa: PLC0415 - a frozen program starts itself again for each worker

        multiprocessing.freeze_support()
    try:
        from generator.cli import main  # noqa: PLC0415 - loading may be interrupted

        main()
    except KeyboardInterrupt:
        sys.exit(_ABORTED)
    finally:
        # Skip the collection at exit: the system frees the memory anyway.
        gc.freeze()


if __name__ == "__main__":
    run()
