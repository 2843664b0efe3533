"""Imports: uploads, reports, what a run did and what can be done about it, trends."""
