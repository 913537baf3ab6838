"""``python -m generator`` is the command ``jixiao``."""

from __future__ import annotations

import gc
import sys

_ABORTED = 130


def run() -> None:
    """Run the command line; Ctrl-C ends it calmly even while it is still being loaded."""
    # A report makes fewer objects than this and hardly any cycles: looking for garbage every 700 costs an eighth.
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    if getattr(sys, "frozen", False):
        import multiprocessing  # noqa: PLC0415 - a frozen program is started again for each worker

        multiprocessing.freeze_support()
    try:
        from generator.cli import main  # noqa: PLC0415 - loading takes longest, and may be interrupted

        main()
    except KeyboardInterrupt:
        sys.exit(_ABORTED)
    finally:
        # A last collection at exit would free what the system frees anyway.
        gc.freeze()


if __name__ == "__main__":
    run()
