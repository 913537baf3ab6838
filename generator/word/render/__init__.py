"""What runs while a layout is printed: the environment, the values, how each becomes WordprocessingML."""
