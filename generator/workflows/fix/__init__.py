"""``jixiao check --fix-text``: corrections of a bureau's texts, made in its YAML file."""
