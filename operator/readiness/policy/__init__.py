"""Policies: the API models, and what they mean once they are read."""
