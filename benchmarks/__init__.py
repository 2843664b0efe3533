"""What the product costs beside the least that has to be done; README.md says how to run it."""
