"""What people do with inputs and reports, step by step."""
