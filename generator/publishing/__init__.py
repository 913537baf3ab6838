"""Bytes to a file: a name that every system accepts, written whole or not at all."""

from generator.publishing.names import safe_name
from generator.publishing.write import write_whole

__all__ = ["safe_name", "write_whole"]
