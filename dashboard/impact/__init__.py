"""The numbers of a year: impact, year-ends, what staff enter, and how they are counted."""
