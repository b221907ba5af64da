"""Exports of figures of areas: who may, without whom, and that a file holds what its page shows and nobody's name."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.responses import FileResponse
from streamlit.testing.v1 import AppTest

from dashboards.access import audit_search, exports, keys, store
from dashboards.access.audit_search import Search
from dashboards.access.exports import ExportRefusedError
from dashboards.access.models import Export
from dashboards.services import formats
from tests.dashboards.conftest import user, words_of
from tests.dashboards.test_exports import FINDINGS, entry, fetch, sheet

OpenPage = Callable[..., AppTest]
RANKING = {
    "kind": "ranking", "metric": "resident_rate", "per": "fee_year", "period": "2026", "cut_type": "total", "cut_code": "total",
    "level": "town", "parent_code": None, "bureau_code": None, "areas": "全市",
}  # fmt: skip
PROGRESS = {"kind": "progress", "period": "202606", "level": "bureau", "parent_code": None, "areas": "全市"}
PAGES = [
    ("ranking", {"metric": "resident_rate", "among": "town"}, "街道乡镇", "数值"),
    ("ranking", {"metric": "collection_rate_employer"}, "主管局", "数值"),
    ("ranking", {"metric": "collection_rate_amount", "bureau": "14501030000"}, "街道乡镇", "数值"),
    ("progress", {}, "主管局", "征收率·金额"),
    ("progress", {"view": "residents"}, "主管局", "征缴率"),
    ("progress", {"view": "residents", "bureau": "14501030000"}, "街道乡镇", "征缴率"),
]


def shown(app: AppTest, *headings: str) -> list[dict[str, str]]:
    """The table of a page that has these headings: its rows by heading, without markup."""
    for made in re.findall(r"<table.*?</table>", words_of(app)):
        heads = re.findall(r"<th(?: [^>]*)?>(.*?)</th>", made)
        if set(headings) <= set(heads):
            body = made.split("<tbody>")[1]
            cells = (re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr.*?</tr>", body))
            return [dict(zip(heads, (re.sub("<[^>]*>", "", cell) for cell in row), strict=True)) for row in cells]
    raise AssertionError(headings)


def asked(app: AppTest) -> str:
    """Ask on the page, without anybody's leave; returns the ticket of the link."""
    app.text_input(key="export_purpose").input("六月情况通报").run()
    app.button(key="export_ask").click().run()
    assert not app.exception
    return words_of(app).split("/export/")[1].split('"')[0].rstrip("\\")


@pytest.mark.parametrize(("page", "query", "area", "value"), PAGES)
@pytest.mark.parametrize("login", ["leader", "qingxiu"])
def test_a_file_holds_what_the_page_shows(
    own: None, open_page: OpenPage, login: str, page: str, query: dict[str, str], area: str, value: str
) -> None:
    if login == "qingxiu":
        # A bureau's clerk sees the bureau's towns on both pages.
        query, area = {name: code for name, code in query.items() if name != "among"}, "街道乡镇"
    app = open_page(login, page, **query)
    table = shown(app, area, value)
    answer = fetch(asked(app), user(login))
    assert isinstance(answer, FileResponse), answer.body
    texts, body = sheet(Path(answer.path))
    assert len(body) == len(table) > 1
    assert [row[area][1] for row in body] == [row[area].removesuffix(" *") for row in table]
    assert [row.get("名次", ("n", ""))[1] for row in body] == [
        re.sub(" 并列|—", "", row.get("名次", "")) for row in table
    ]
    for row, own_row in zip(body, table, strict=True):
        if own_row[value] == formats.share(None):
            assert row[value] == ("s", own_row[value])
        else:
            assert row[value][0] == "n", "a number"
            assert formats.share(Decimal(row[value][1])) == own_row[value]
        if "应征（万元）" in own_row:
            assert formats.wan(Decimal(row["应征（元）"][1])) == own_row["应征（万元）"]
        if "较去年（百分点）" in row:
            assert formats.points(Decimal(row["较去年（百分点）"][1]) / 100).strip("+-−") in own_row["较去年"]
        assert ("仅供参考" in row) == own_row[area].endswith(" *")
    someone = user(login)
    for words in (
        "数据截至",
        "2026-06-30",
        "口径",
        "六月情况通报",
        f"{someone.scope.label}（按登录账号的范围取数，汇总数据，不含单位和个人明细）",
    ):
        assert words in texts, words
    assert any("内部数据，禁止外传" in text and login in text for text in texts)
    (noted,) = exports.register(someone)
    assert (noted.state, noted.row_count, noted.decided_by or "") == ("made", len(table), "")
    assert noted.sha256 == hashlib.sha256(Path(answer.path).read_bytes()).hexdigest()
    (event,) = audit_search.find(Search(login=login, actions=("exported",)))
    assert event.row_count == len(table)


def test_what_is_missing_to_the_target_is_a_number_too(own: None, open_page: OpenPage) -> None:
    app = open_page("leader", "ranking", metric="collection_rate_employer")
    table = shown(app, "主管局", "距目标（户）")
    _, body = sheet(Path(fetch(asked(app), user("leader")).path))  # type: ignore[attr-defined]
    for row, own_row in zip(body, table, strict=True):
        kind, number = row.get("距目标（户）", ("", ""))
        assert (f"{formats.count(Decimal(number))} 户" if kind == "n" else number or formats.NONE) == own_row[
            "距目标（户）"
        ]
        kind, number = row.get("距目标（元）", ("", ""))
        assert (formats.money(Decimal(number)) if kind == "n" else number or formats.NONE) == own_row["距目标（元）"]
    assert any(row["距目标（户）"][0] == "n" for row in body if "距目标（户）" in row)


def test_the_section_needs_nobody_for_figures_and_a_leader_gets_no_list(own: None) -> None:
    section, leader = user("section"), user("leader")
    number = exports.request(section, "排名", "街道乡镇排名", RANKING, 10, "季度通报")
    assert entry(number).state == "approved"
    assert exports.state_of(entry(exports.request(section, "A7.4", "部分缴纳", FINDINGS, 4, "全市督办"))) == "requested"
    ticket = exports.ticket(section, number)
    assert fetch(ticket, leader).status_code == 403, "another's"
    assert isinstance(fetch(ticket, section), FileResponse)
    with pytest.raises(ExportRefusedError, match="不能导出清单"):
        exports.request(leader, "排名", "街道乡镇排名", {**FINDINGS, "kind": "unknown"}, 4, "季度通报")


def test_a_file_reads_and_prints_as_it_is_needed_at_a_desk(own: None) -> None:
    """Opened as Excel opens it: Chinese headings, codes as text, a sheet that fits across A4 and says on each whose it is."""
    clerk = user("qingxiu")
    towns = {**RANKING, "parent_code": "14501030000", "bureau_code": "14501030000", "areas": "青秀局"}
    for key, title, filters, first, codes in (
        ("A7.4", "部分缴纳", FINDINGS, "单位", {"记录编号", "疑点编号"}), ("排名", "街道乡镇排名", towns, "名次", {"街道乡镇"}),
    ):  # fmt: skip
        number = exports.request(clerk, key, title, filters, 4, "季度通报")
        answer = fetch(exports.ticket(clerk, number), clerk)
        assert isinstance(answer, FileResponse), answer.body
        book = openpyxl.load_workbook(answer.path)
        (made,) = book.worksheets
        rows = [[cell for cell in row if cell.value is not None] for row in made.iter_rows()]
        heading = next(row for row in rows if row and row[0].value == first and len(row) > 3)
        line, names = heading[0].row, [str(cell.value) for cell in heading]
        assert all(re.search("[\u4e00-\u9fff]", name) and "_" not in name for name in names), names
        body = [row for row in rows[line:] if row]
        assert body
        for column, name in zip(heading, names, strict=True):
            values = [cell.value for row in body for cell in row if cell.column == column.column]
            if name in codes:
                assert values and all(isinstance(value, str) for value in values), name
            width = made.column_dimensions[column.column_letter].width
            assert 8 <= width <= 62, (name, width)
        setup = made.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 9, 1, 0)
        assert made.sheet_properties.pageSetUpPr.fitToPage
        assert made.print_title_rows == f"${line}:${line}"
        assert made.freeze_panes == f"B{line + 1}"
        assert made.auto_filter.ref.startswith(f"A{line}:")
        for words in ("内部数据，禁止外传", "qingxiu", entry(number).code):
            assert words in made.oddHeader.center.text
            assert words in made.oddFooter.left.text


@pytest.mark.parametrize("login", ["cadre", "operator", "analyst", "admin"])
@pytest.mark.parametrize("filters", [RANKING, PROGRESS])
def test_other_roles_get_no_figures_either(own: None, open_page: OpenPage, login: str, filters: dict[str, Any]) -> None:
    """Not by a button, by asking, with another's ticket, nor with an entry that was smuggled into the register."""
    someone, leader = user(login), user("leader")
    with pytest.raises(ExportRefusedError, match="不能导出汇总表"):
        exports.request(someone, "排名", "排名", filters, 4, "季度通报")
    ticket = exports.ticket(leader, exports.request(leader, "排名", "排名", filters, 4, "季度通报"))
    assert fetch(ticket, someone).status_code == 403
    with store.unit_of_work() as session:
        session.add(
            Export(
                code="SMUGGLED", account_id=someone.account_id, login=login, display_name="x", role=str(someone.role),
                scope=someone.scope.key, rule_id="排名", title="x", filters=json.dumps(filters), purpose="x", expected_rows=1,
                state="approved", requested_at=store.now(), expires_at=store.now() + timedelta(hours=1),
                ticket_hash=keys.digest("smuggled"), ticket_expires_at=store.now() + timedelta(hours=1),
            )
        )  # fmt: skip
    assert fetch("smuggled", someone).status_code == 403
    assert audit_search.count(Search(login=login, actions=("refused",))) == 3
    assert audit_search.count(Search(actions=("exported",))) == 0
    if login == "cadre":
        for page in ("ranking", "progress"):
            app = open_page(login, page)
            assert not app.exception
            assert all(button.key != "export_ask" for button in app.button)


def test_a_file_never_leaves_the_scope(own: None) -> None:
    """Whatever the register says: the gate knows the account's scope."""
    clerk = user("qingxiu")
    for filters, name in ((RANKING, "排名"), (PROGRESS, "征收进度")):
        number = exports.request(clerk, name, "排名", filters, 4, "季度通报")
        _, body = sheet(Path(fetch(exports.ticket(clerk, number), clerk).path))  # type: ignore[attr-defined]
        assert body, name
        for row in body:
            assert "青秀局" in (row.get("主管局") or row["街道乡镇"])[1]


def test_a_used_or_unknown_ticket_of_a_leader_is_no_refused_list(own: None) -> None:
    leader = user("leader")
    ticket = exports.ticket(leader, exports.request(leader, "排名", "排名", RANKING, 4, "季度通报"))
    assert isinstance(fetch(ticket, leader), FileResponse)
    again = fetch(ticket, leader)
    assert (again.status_code, again.body.decode()) == (403, "下载凭证无效、已用过或已过期。")
    assert audit_search.count(Search(login="leader", actions=("refused",))) == 0
