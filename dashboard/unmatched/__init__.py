"""Names no one is known by: the tickets, what can be decided, what a match would move."""
