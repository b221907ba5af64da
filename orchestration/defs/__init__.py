"""Dagster definitions by what they integrate; the work itself is in orchestration/lib."""
