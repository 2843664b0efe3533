"""Findings of the data-quality rules, their correction, and how complete records are."""
