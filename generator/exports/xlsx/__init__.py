"""Excel workbooks: the scoring form that goes on computing, and plain lists."""
