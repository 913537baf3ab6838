"""Word files read: as blocks, as lines with their places and values, as plain text, as the texts that are digested."""
