"""dbt's models, seeds and tests as assets and checks."""
