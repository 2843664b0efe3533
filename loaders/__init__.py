"""Thin loaders: each says what to land in the warehouse, never how a run is driven."""
