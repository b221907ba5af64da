"""Tests that walk through the dashboard in a real browser."""
