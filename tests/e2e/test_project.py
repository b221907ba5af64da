"""All of dbt's own tests, unit tests too, hold on a simulated city."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow


def test_every_dbt_test_holds(built_world: Callable[..., BuiltWorld]) -> None:
    said = built_world(seed=1).run("orchestration", "test", "--as-of", "2026-06-30")
    assert "失败 0" in said
