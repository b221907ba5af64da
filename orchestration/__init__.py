"""Runs the warehouse: sync, dbt build, findings' ledger, audit and publication."""
