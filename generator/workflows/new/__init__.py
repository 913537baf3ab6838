"""``jixiao new``: an empty input from a template, or next year's from last year's."""
