"""Every face of every page: what stands at its address, and what a person does there until it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import exports, sessions
from dashboards.access.roles import User
from dashboards.registry import PAGES, PageSpec, pages_of
from dashboards.repositories import breaks
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.gate import gate
from dashboards.services import uploaded
from tests.dashboards import fixture_person as person
from tests.dashboards import fixture_unit as unit
from tests.dashboards.conftest import go, words_of

# A value of an address that depends on who looks, as the id of a finding does.
Value = str | Callable[[User], str]
Step = Callable[[AppTest, User], AppTest]
# What a person leaves in a session, which is not to be there when the next face opens.
_LEFT = (
    "subject_found", "subject_chosen", "subject_purpose_of", "subject_looked", "batch_list", "batch_answered", "export_chosen",
    "admin_account",
)  # fmt: skip
QINGXIU, TOWN, VILLAGE = "14501030000", "450103004", "450103004002"


@dataclass(frozen=True)
class Face:
    """One face. `shows` stands on it when there is data; `reads` are the functions it has its rows from, where that is not the gate."""

    page_id: str
    name: str
    query: Mapping[str, Value] = field(default_factory=dict)
    step: Step | None = None
    shows: str = ""
    reads: tuple[str, ...] = ()
    silent: bool = False
    """Whether it asks nothing by itself: a form that waits."""

    @property
    def id(self) -> str:
        """How a failing test calls it."""
        return f"{self.page_id}:{self.name}" if self.name else self.page_id

    @property
    def page(self) -> PageSpec:
        """Its page."""
        return next(page for page in PAGES if page.page_id == self.page_id)

    def address(self, user: User) -> dict[str, str]:
        """Its address for this user, while the snapshot has what it names."""
        return {name: value if isinstance(value, str) else value(user) for name, value in self.query.items()}


def _finding(rule_id: str) -> Callable[[User], str]:
    def some(user: User) -> str:
        sql = f"select finding_id from finding where rule_id = '{rule_id}' and state = 'open' order by 1"
        return str(gate.query_text(user, "测试", "some_finding", sql, {}).one()["finding_id"])

    return some


def _break(*pairs: str) -> Callable[[User], str]:
    return lambda user: str(breaks.page(user, BreakFilter(list(pairs)), number=1, size=1)[0]["finding_id"])


def ask(app: AppTest, number: str) -> AppTest:
    """Type a person's number and send the form."""
    app.text_input(key="subject_typed").input(number)
    return next(button for button in app.button if button.label == "查询").click().run()


def with_list(app: AppTest, content: str, kind: str) -> AppTest:
    """What the upload's callback leaves behind, then 查询."""
    app.session_state["batch_list"] = uploaded.read(content.encode(), kind)
    app.run()
    return app.button(key="batch_ask").click().run()


def _read(app: AppTest, _: User) -> AppTest:
    app.session_state["batch_list"] = uploaded.read(b"900001\n900002\n", "unit")
    return app.run()


def _typed(key: str, words: str) -> Step:
    return lambda app, _: app.text_input(key=key).input(words).run()


def _account(app: AppTest, user: User) -> AppTest:
    app.session_state["admin_account"] = user.account_id
    return app.run()


def _register(app: AppTest, user: User) -> AppTest:
    """An entry of one's own, chosen."""
    app.session_state["export_chosen"] = exports.request(user, "A7.4", "部分缴纳", {"kind": "ranking"}, 4, "逐户核实")
    return app.run()


def _face(page_id: str, name: str, shows: str = "", step: Step | None = None, **query: Value) -> Face:
    return Face(page_id, name, query, step, shows)


_STORED = {
    "exports": ("dashboards.access.exports.register",),
    "admin": ("dashboards.access.accounts.every",),
}
# The views of 对账 but the first, which is the page itself.
RECONCILIATION_VIEWS = ("waterfall", "received", "internal", "annuity", "treasury", "persons", "movement")
# Forms that wait for a number, a name or a list, and read nothing before.
_SILENT = ("subject", "subject:unit", "bulk", "bulk:read")

INNER = (
    _face("overview", "bureau", "各街道乡镇", bureau=QINGXIU),
    _face("overview", "town", "南湖街道", bureau=QINGXIU, town=TOWN),
    _face("overview", "wall", "退出大屏", wall="on"),
    _face("progress", "cut", "用人单位", bureau=QINGXIU, basis="employer", by_cut="department"),
    _face("progress", "residents", "城乡居民", view="residents"),
    _face("progress", "village", "金湖社区", view="residents", bureau=QINGXIU, town=TOWN, village=VILLAGE),
    _face("ranking", "rate", "名次", metric="collection_rate_employer"),
    _face("ranking", "towns", "排名", metric="resident_rate", among="town"),
    _face("ranking", "villages", "排名", metric="resident_rate", bureau=QINGXIU, town=TOWN),
    _face("metrics", "bureau", "指标", bureau=QINGXIU),
    _face("batch", "bureau", "各街道乡镇", bureau=QINGXIU),
    _face("annuity", "month", "职业年金", at="202605"),
    _face("agreement", "week", "三方协议", per="week"),
    _face("client", "cadre", "村干", view="cadre"),
    _face("score", "part", "评分", bureau=QINGXIU, tab="binding"),
    _face("findings", "quiet", "没有疑点的规则", empty="shown"),
    _face("findings", "list", "第 1–", rule="A7.4"),
    _face("findings", "causes", "原因分布", rule="A3.04"),
    _face("findings", "extract", "余额不足", rule="A8.1"),
    _face("findings", "proposals", "建议值", rule="A2.05"),
    _face("findings", "finding", "为什么可疑", rule="A7.4", finding=_finding("A7.4")),
    _face("findings", "proposal", "建议的内容", rule="A2.05", finding=_finding("A2.05")),
    _face("findings", "of_a_person", "为什么可疑", rule="B4.09", finding=_finding("B4.09")),
    *(_face("reconciliation", view, "对账", view=view) for view in RECONCILIATION_VIEWS),
    _face("reconciliation", "employers", "差异清单", pair="tax_nhsa", measure="collection", by="employer"),
    _face("reconciliation", "cause", "差额去向", view="waterfall", pair="levy_tips", measure="stage", cause="double"),
    _face("reconciliation", "item", "全量接收", view="received", item="10201"),
    _face("reconciliation", "break", "征集单的经过", view="waterfall", finding=_break("tax_hrss")),
    _face("reconciliation", "break_of_no_bill", "为什么不一致", view="persons", finding=_break("person_remittance", "person_posting")),
    _face("deduction", "stop", "本年度已缴纳", verdict="stop", reason="already_paid"),
    _face("subject", "person", "谁看过此人", lambda app, _: ask(app, person.WRONG_ID)),
    _face("subject", "several", "这个号码找到多人", lambda app, user: ask(app, person.SHARED_NO)),
    _face("subject", "unit", "至少两个字", view="unit"),
    _face("subject", "units", "找到", _typed("unit_search", "体检样例"), view="unit"),
    _face("subject", "found_unit", unit.NAME, view="unit", unit=unit.REGISTRATION),
    _face("bulk", "read", "名单已读取：2 行", _read),
    _face("bulk", "units", "找到 1 个", lambda app, _: with_list(app, "900001\n999999\n", "unit")),
    _face("bulk", "persons", "450103********9990", lambda app, _: with_list(app, f"{person.WRONG_ID}\n", "person"), view="person"),
    _face("exports", "entry", "导出码", _register),
    _face("catalogue", "rule", "部分缴纳", rule="A7.4"),
    _face("dictionary", "metric", "从哪里来", metric="collection_rate_employer"),
    _face("dictionary", "rules", "条规则", view="rules"),
    _face("dictionary", "tables", "张表", view="tables"),
    _face("dictionary", "table", "stg_hrss__bill", view="tables", of="stg_hrss__bill"),
    _face("dictionary", "nothing", "没有符合条件的指标", _typed("dictionary_search", "zzz")),
    _face("admin", "account", "保存岗位与范围", _account),
    Face("admin", "sessions", {"view": "sessions"}, None, "最近使用", ("dashboards.access.sessions.living",)),
    Face("admin", "log", {"view": "log"}, None, "日志是否完整", ("dashboards.access.audit_search.find",)),
    Face("admin", "unusual", {"view": "unusual"}, None, "异常使用", ("dashboards.access.unusual.findings",)),
)  # fmt: skip


FACES = tuple(
    replace(face, reads=face.reads or _STORED.get(page.page_id, ()), silent=face.id in _SILENT)
    for page in PAGES
    for face in (Face(page.page_id, ""), *(one for one in INNER if one.page_id == page.page_id))
)


def of(user: User) -> list[Face]:
    """The faces of all pages that a user may open."""
    mine = {page.page_id for page in pages_of(user.role)}
    return [face for face in FACES if face.page_id in mine]


def addresses(page_id: str) -> list[dict[str, str]]:
    """The addresses of a page's inner faces, but for those of single records, which every snapshot has others of."""
    every = [face.query for face in INNER if face.page_id == page_id and face.query]
    texts = [{name: value for name, value in query.items() if isinstance(value, str)} for query in every]
    return [text for text, query in zip(texts, every, strict=True) if len(text) == len(query)]


class Sitting:
    """One person's session in one tab, going from address to address."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=120)
        self.app.session_state["session_token"] = sessions.start(user)[0]
        self.app.run()
        self.page_id = ""

    def open(self, page_id: str, query: Mapping[str, str]) -> AppTest:
        """The page at an address."""
        for name in [*self.app.query_params]:
            del self.app.query_params[name]
        if page_id != self.page_id:
            go(self.app, page_id)
            self.page_id = page_id
        for name, value in query.items():
            self.app.query_params[name] = value
        return self.app.run()

    def face(self, face: Face, query: Mapping[str, str]) -> AppTest:
        """A face, at the address that was asked for while its snapshot was there."""
        for key in _LEFT:
            if key in self.app.session_state:
                del self.app.session_state[key]
        app = self.open(face.page_id, query)
        return app if face.step is None or app.exception else face.step(app, self.user)

    def shown(self, page_id: str, query: Mapping[str, str]) -> str:
        """All words of the page at an address."""
        app = self.open(page_id, query)
        assert not app.exception, (page_id, query)
        return words_of(app)
