"""A layout held against the official format."""
