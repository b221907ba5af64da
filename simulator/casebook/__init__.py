"""Hand-written cases: a few lines of YAML in the trade's words, run through the real chain."""
