"""Demo accounts, one a role, with passwords that are made up here; SHEBAO_DEMO=1 opens them with the documented one too."""

import secrets
from dataclasses import dataclass

from dashboards.access import accounts
from dashboards.access.roles import Role, Scope, ScopeKind


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo."""

    login: str
    display_name: str
    role: Role
    scope: Scope
    what: str


DEMO_ACCOUNTS = (
    DemoAccount("leader", "局领导（演示）", Role.LEADER, Scope(ScopeKind.CITY, (), "全市"), "全市，先看汇总"),
    DemoAccount("section", "征收科（演示）", Role.SECTION, Scope(ScopeKind.CITY, (), "全市"), "全市，清单"),
    DemoAccount(
        "qingxiu",
        "青秀区局（演示）",
        Role.BUREAU,
        Scope(ScopeKind.BUREAU, ("14501030000",), "青秀区税务局"),
        "只看青秀区局",
    ),
    DemoAccount(
        "cadre",
        "南湖街道（演示）",
        Role.CADRE,
        Scope(ScopeKind.TOWN, ("450103004",), "青秀区南湖街道"),
        "只看本街道汇总",
    ),
    DemoAccount("operator", "运维（演示）", Role.OPERATOR, Scope(ScopeKind.NONE, (), "无业务数据"), "运行健康"),
    DemoAccount(
        "analyst", "分析员（演示）", Role.ANALYST, Scope(ScopeKind.NONE, (), "无业务数据"), "规则目录、运行健康"
    ),
    DemoAccount(
        "admin", "系统管理员（演示）", Role.ADMIN, Scope(ScopeKind.NONE, (), "无业务数据"), "账号、会话、访问日志"
    ),
)


def init_demo() -> dict[str, str]:
    """Make or renew the demo accounts; returns the passwords, which are kept nowhere in clear."""
    made = {}
    for demo in DEMO_ACCOUNTS:
        made[demo.login] = secrets.token_urlsafe(9)
        accounts.save(
            demo.login, demo.display_name, demo.role, demo.scope, made[demo.login], is_demo=True, consent_by="init-demo"
        )
    return made
