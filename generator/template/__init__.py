"""templates/<name>/ to a Template: what is filled in, what is scored, what is checked, how it is printed."""
