"""The dashboard: shows the published release and stores what people decide."""
