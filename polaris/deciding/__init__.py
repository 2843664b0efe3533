"""Decisions of people: what is valid, who may, and the store that forgets nothing."""
