"""``python -m jixiao`` is the command ``jixiao``."""

from generator.__main__ import run

if __name__ == "__main__":
    run()
