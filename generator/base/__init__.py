"""What every room uses: diagnostics, text comparison, exact values."""
