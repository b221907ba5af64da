"""Pieces of the screen that pages are put together from."""
