"""All of dbt's unit tests hold; its data tests are run by every full day (`tests/test_add_rule.py` runs one)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow


def test_every_unit_test_holds(built_world: Callable[..., BuiltWorld]) -> None:
    said = built_world(seed=1).run("orchestration", "test", "--as-of", "2026-06-30", "--select", "test_type:unit")
    counted = re.search(r"(\d+) 项检查：通过 (\d+)，提示 0，失败 0", said)
    assert counted, said
    assert int(counted[1]) == int(counted[2]) > 70
