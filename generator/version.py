"""The version of the program: the package's metadata and every report's provenance take it from here."""

__version__ = "0.2.0"
