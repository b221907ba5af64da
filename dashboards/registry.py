"""The pages as data: id, title, section of the menu, and the roles that may open each."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from dashboards.access.roles import Role


@dataclass(frozen=True)
class PageSpec:
    """One page. Its module `dashboards.pages.<id>` has one function show(context), or show(user) where no snapshot is needed."""

    page_id: str
    title: str
    section: str
    roles: frozenset[Role]
    needs_snapshot: bool = True
    """False: the page shows what users wrote, and opens before anything is published; show() gets the user."""

    @property
    def url_path(self) -> str:
        """The page's address."""
        return self.page_id

    def load(self) -> Callable[..., None]:
        """The page's function, imported when it is opened."""
        show: Callable[..., None] = import_module(f"dashboards.pages.{self.page_id}").show
        return show


_AREA = frozenset({Role.LEADER, Role.SECTION, Role.BUREAU, Role.CADRE})
_ROWS = frozenset({Role.LEADER, Role.SECTION, Role.BUREAU})

PAGES = (
    PageSpec("overview", "总览", "征收", _AREA),
    PageSpec("progress", "征收进度", "征收", _AREA),
    PageSpec("ranking", "排名", "征收", _AREA),
    PageSpec("metrics", "指标", "征收", _AREA),
    PageSpec("batch", "批扣", "专题", _ROWS),
    PageSpec("annuity", "职业年金", "专题", _ROWS),
    PageSpec("agreement", "三方协议", "专题", _ROWS),
    PageSpec("client", "客户端与村干", "专题", _ROWS),
    PageSpec("score", "压力测试指标", "专题", _ROWS),
    PageSpec("findings", "疑点数据", "核查", _ROWS),
    PageSpec("reconciliation", "对账", "核查", _ROWS),
    PageSpec("deduction", "批扣核查", "核查", _ROWS),
    PageSpec("subject", "户籍体检", "核查", frozenset({Role.SECTION, Role.BUREAU})),
    PageSpec("bulk", "批量查询", "核查", frozenset({Role.SECTION, Role.BUREAU})),
    PageSpec("exports", "导出登记", "核查", _ROWS, needs_snapshot=False),
    PageSpec("catalogue", "规则目录", "数据", frozenset({Role.SECTION, Role.ANALYST})),
    PageSpec("health", "运行健康", "数据", frozenset({Role.LEADER, Role.SECTION, Role.OPERATOR, Role.ANALYST})),
    PageSpec(
        "dictionary",
        "口径字典",
        "数据",
        frozenset({Role.LEADER, Role.SECTION, Role.BUREAU, Role.OPERATOR, Role.ANALYST}),
    ),
    PageSpec("admin", "管理", "系统", frozenset({Role.ADMIN}), needs_snapshot=False),
)


def pages_of(role: Role) -> list[PageSpec]:
    """Pages that a role may open, in the order of the menu; the first is its home."""
    return [page for page in PAGES if role in page.roles]
