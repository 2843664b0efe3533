"""Sources: how each stands, what the CRM sent, how its fields are mapped."""
