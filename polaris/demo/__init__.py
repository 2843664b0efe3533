"""Sample sources with a known truth, and the command that runs everything on them once."""
