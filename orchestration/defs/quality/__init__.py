"""What becomes of findings: the ledger."""
