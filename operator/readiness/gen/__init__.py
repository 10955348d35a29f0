"""Text of generated files, from the catalogue and the models; pure."""
