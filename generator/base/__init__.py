"""What every room uses: diagnostics, text comparison, exact values."""

__version__ = "0.2.0"
