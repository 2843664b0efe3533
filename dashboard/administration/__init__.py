"""Settings and the audit log."""
