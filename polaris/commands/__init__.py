"""One module per group of commands: each parses and prints, the work is done elsewhere."""
