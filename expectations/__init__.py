"""The gate: Great Expectations decides whether what was built may be read."""
