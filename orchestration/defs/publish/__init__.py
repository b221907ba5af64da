"""The masked snapshot that people read."""
