"""A layout to what can be printed: its tags found, joined, checked and turned into Jinja templates."""
