"""Real servers that tests start; where a machine lacks one, its tests say so loudly, and in CI they fail."""

from __future__ import annotations

import os

import pytest

from simulator import mariadb
from tests.oracle import h2


def _lacking(reason: str, *, must: bool) -> None:
    """Skip with the reason, or fail where the thing must be there."""
    if must:
        pytest.fail(reason)
    pytest.skip(reason)


def need_mariadb() -> None:
    """Skip with a clear reason where MariaDB is not installed; in CI it must be."""
    if missing := mariadb.missing_tools():
        reason = f"MariaDB IS NOT TESTED HERE: {', '.join(missing)} not found (Debian: apt-get install mariadb-server)"
        _lacking(reason, must=bool(os.environ.get("CI")))


def need_h2() -> None:
    """Skip with a clear reason where Java or H2 is not installed; in CI as root, which installs them, they must be."""
    if missing := h2.missing():
        _lacking(f"THE ORACLE CHECKS WERE NOT RUN: {missing}", must=_ci_as_root())


def need_mount(refusal: str | None) -> None:
    """Skip where mounting was refused, with what it said; in CI as root it must work."""
    if refusal is not None:
        reason = f"A FULL DISK IS NOT TESTED HERE (only with a limit on files): {refusal}"
        _lacking(reason, must=_ci_as_root())


def _ci_as_root() -> bool:
    return bool(os.environ.get("CI")) and os.geteuid() == 0
