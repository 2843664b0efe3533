"""Volunteers and students: the lists, the search, and one person with everything known."""
