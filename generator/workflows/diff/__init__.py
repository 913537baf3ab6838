"""``jixiao diff``: two inputs, files or revisions of one, compared; text, JSON or tracked changes."""
