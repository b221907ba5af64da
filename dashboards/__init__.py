"""The Chinese dashboard over the published snapshot: pages → components → services → repositories → access."""
