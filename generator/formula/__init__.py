"""The expression language of templates: parse once, evaluate exactly, leave a trace."""
