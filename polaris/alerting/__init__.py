"""What somebody should hear of, and telling them."""
