"""Real servers that tests start; where a machine lacks one, its tests say so loudly, and in CI they fail."""

from __future__ import annotations

import os

import pytest

from simulator import mariadb


def need_mariadb() -> None:
    """Skip with a clear reason where MariaDB is not installed; in CI it must be."""
    missing = mariadb.missing_tools()
    if not missing:
        return
    reason = f"MariaDB IS NOT TESTED HERE: {', '.join(missing)} not found (Debian: apt-get install mariadb-server)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
