"""What template maintainers need besides rendering: checks, starts, previews, lists of names, test cases."""
