"""Organizations, and the company names that no organization is known by."""
