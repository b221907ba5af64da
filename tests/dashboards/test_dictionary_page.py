"""口径字典: words, formulas and lineage, for roles that see no row as well; what is typed stays in the session."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts
from dashboards.repositories import dictionary
from dashboards.services import dictionary as spoken
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]


def test_a_figure_leads_back_to_the_exchange(var) -> None:  # type: ignore[no-untyped-def]
    analyst = accounts.find("analyst")
    assert analyst is not None
    rows = dictionary.upstream(analyst, "mtr_cube_collection")
    assert {row["table_name"]: row["steps"] for row in rows} == {
        "int_bill_item": 1, "ref_bureau": 1, "stg_hrss__bill": 2, "hrss.RS_ZJXX": 3,
    }  # fmt: skip
    assert [layer for layer, _ in spoken.by_layer(rows)] == ["intermediate", "staging", "seed", "source"]
    assert spoken.origin(rows) == "来自 1 个系统的 1 张交换库表，经 3 步加工。"
    assert dictionary.upstream(analyst, "hrss.RS_ZJXX") == []
    assert [row["table_name"] for row in dictionary.downstream(analyst, "int_bill_item")] == ["mtr_cube_collection"]


def test_a_formula_is_said_as_people_write_it() -> None:
    rate = {"numerator_words": "已上解金额", "denominator_words": "应征金额", "is_rate": True}
    assert spoken.formula(rate) == "已上解金额 ÷ 应征金额"
    assert spoken.formula({**rate, "denominator_words": None, "is_rate": False}) == "已上解金额"
    assert spoken.matches("上解 应征", "应征", "已上解")
    assert not spoken.matches("上解 户籍", "已上解")


def test_metrics_are_searched(open_page: OpenPage) -> None:
    app = open_page("analyst", "dictionary", metric="collection_rate_amount")
    assert "征集信息表" in words_of(app), "its lineage"
    app.text_input(key="dictionary_search").input("按户籍").run()
    said = words_of(app)
    assert "已上解金额 ÷ 应征金额" not in said
    assert "已足额上解的户籍数 ÷ 有应征的户籍数" in said
    assert "户籍" not in str(dict(app.query_params))
    app.text_input(key="dictionary_search").input("不会有的词").run()
    assert "没有符合条件的指标" in words_of(app)


def test_rules_say_where_they_come_from(open_page: OpenPage) -> None:
    said = words_of(open_page("operator", "dictionary", view="rules", rule="A7.4"))
    for words in ("部分缴纳", "约定时限与参数", "从哪里来"):
        assert words in said, words


def test_tables_are_found_by_a_column(open_page: OpenPage) -> None:
    app = open_page("section", "dictionary", view="tables")
    assert "5 张表" in words_of(app)
    app.text_input(key="dictionary_search").input("联系电话").run()
    said = words_of(app)
    assert "1 张表" in said
    assert "个人信息：电话" in said
    assert "这就是交换库的表" in said
    one = words_of(open_page("section", "dictionary", view="tables", of="stg_hrss__bill"))
    assert "用到它的表：1 张" in one
    assert "征集信息表" in one


def test_a_layer_is_in_the_address(open_page: OpenPage) -> None:
    app = open_page("section", "dictionary", view="tables", layer="staging")
    assert "1 张表" in words_of(app)
    app.selectbox(key="choose_layer").select("all").run()
    assert "5 张表" in words_of(app)
    assert "layer" not in app.query_params


@pytest.mark.parametrize("of", ["nothing", "finding", "x'; drop table finding; --"])
def test_an_unknown_table_shows_the_first(open_page: OpenPage, of: str) -> None:
    app = open_page("section", "dictionary", view="tables", of=of)
    assert not app.exception
    assert "点选一行看字段与来源" in words_of(app)


def test_an_older_snapshot_has_no_dictionary(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "is_there", lambda user: False)
    app = open_page("section", "dictionary")
    assert not app.exception
    assert "来源暂无数据" in words_of(app)
