"""Pure parts of the orchestration: nothing here imports dagster, so all of it is testable alone."""
