"""The thread of the warehouse: settings, runs, decisions, builds, publishing, the command line."""
