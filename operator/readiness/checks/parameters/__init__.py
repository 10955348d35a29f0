"""What parameters of checks may be, what they mean, and how policies write them."""
