"""Proof that the models mean the same on a second engine: build all with Spark and compare each mart row by row."""
