"""Hand-written cases: a few lines of YAML in the trade's words, run through the real chain."""

from simulator.casebook.cli import main

__all__ = ["main"]
