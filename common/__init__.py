"""Tiny helpers that every package may import: paths and the calendar."""
