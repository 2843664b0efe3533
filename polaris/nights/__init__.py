"""The nightly job: its sources, its rehearsal, its summary."""
