"""Projection: what each exchange table holds at the end of a business date, from entities and their plans."""
