"""运行健康: quarantine is counted honestly, rows apart from problems, and its masked entries are for those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.repositories import health
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
KEY, VALUE = "ZJ****12|110", "139****9000"


def test_an_operator_sees_rows_problems_and_masked_values(open_page: OpenPage) -> None:
    said = words_of(open_page("operator", "health"))
    assert "2 行，3 处问题" in said  # two rows, one of which has two problems
    for words in (KEY, VALUE, "金额放不下或精度不符", "含空字符", "主键相同、内容不同"):
        assert words in said, words


def test_others_see_counts_and_no_entry(open_page: OpenPage) -> None:
    said = words_of(open_page("analyst", "health"))
    assert "2 行，3 处问题" in said
    assert KEY not in said
    assert VALUE not in said


def test_the_gate_gives_entries_to_sections_and_operators_alone(var: object) -> None:
    everyone = Scope(ScopeKind.NONE, ())
    city = Scope(ScopeKind.CITY, ())
    bureau = Scope(ScopeKind.BUREAU, ("14501030000",))
    seen = {
        (role, scope.kind): health.quarantine_entries(User(1, "tester", "测试", role, scope))
        for role, scope in (
            (Role.OPERATOR, everyone), (Role.SECTION, city), (Role.ANALYST, everyone), (Role.LEADER, city), (Role.BUREAU, bureau),
        )
    }  # fmt: skip
    assert {who[0] for who, rows in seen.items() if rows} == {Role.OPERATOR, Role.SECTION}
    assert {who[0] for who, rows in seen.items() if rows is None} == {Role.ANALYST, Role.LEADER, Role.BUREAU}


def test_what_was_never_counted_is_not_called_empty(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "quarantine", lambda user: [])
    monkeypatch.setattr(health, "quarantine_rows", lambda user: [])
    said = words_of(open_page("operator", "health"))
    assert "没有隔离的数据" not in said
    assert "隔离记录暂无数据" in said
