"""``python -m generator`` is the command ``jixiao``."""

from __future__ import annotations

import gc
import os
import sys

_ABORTED = 130


def run() -> None:
    """Run the command line; Ctrl-C exits with 130 and no traceback, also while modules are loaded."""
    # A report makes fewer objects than this and hardly any cycles; collecting every 700 objects costs an eighth.
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    is_built = getattr(sys, "frozen", False)
    if is_built:
        import multiprocessing  # noqa: PLC0415 - a frozen program starts itself again for each worker

        multiprocessing.freeze_support()
        # Programs that are started (LibreOffice, git) load the system's libraries, not those in the built file.
        before = os.environ.pop("LD_LIBRARY_PATH_ORIG", "")
        os.environ.pop("LD_LIBRARY_PATH", None)
        if before:
            os.environ["LD_LIBRARY_PATH"] = before
        if len(sys.argv) == 1:
            sys.argv.append("open")  # a double click: there is no command line to write on
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
