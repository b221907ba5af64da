"""The published dictionary: names, layers and edges of the manifest, and nothing that is not in it."""

import duckdb

from orchestration.lib import dictionary

MANIFEST = {
    "sources": {
        "source.shebao.hrss.RS_ZJXX": {
            "resource_type": "source", "source_name": "hrss", "name": "RS_ZJXX", "description": "征集信息表（人社推送）",
            "columns": {
                "AAE005": {"name": "AAE005", "data_type": "varchar", "description": "联系电话，必填",
                           "config": {"meta": {"personal_data": "phone"}}},
            },
        },
    },
    "nodes": {
        "seed.shebao.ref_bureau": {
            "resource_type": "seed", "name": "ref_bureau", "path": "ref_bureau.csv", "description": "", "columns": {},
        },
        "model.shebao.stg_bill": {
            "resource_type": "model", "name": "stg_bill", "path": "staging/hrss/stg_bill.sql", "description": "征集单",
            "columns": {}, "depends_on": {"nodes": ["source.shebao.hrss.RS_ZJXX", "macro.x"]},
        },
        "model.shebao.anm_partly_paid": {
            "resource_type": "model", "name": "anm_partly_paid", "path": "marts/anomaly/anm_partly_paid.sql",
            "description": "已征收小于应征的\n征集单", "depends_on": {"nodes": ["model.shebao.stg_bill", "seed.shebao.ref_bureau"]},
            "config": {"meta": {"rule_id": "A7.4", "title": "部分缴纳", "requirements": ["A7.4"]}},
            "columns": {
                "amount": {"name": "amount", "data_type": "decimal(18,2)", "description": "金额（元）", "config": {"meta": {"label": "欠缴金额"}}},
                "bill_key": {"name": "bill_key", "data_type": "string", "description": "单据键：部门|流水号"},
            },
        },
        "test.shebao.x": {"resource_type": "test", "name": "x"},
    },
}  # fmt: skip


def test_every_table_has_its_layer_and_its_name() -> None:
    made = dictionary.of_manifest(MANIFEST, ["anm_partly_paid"])
    assert [row[:3] for row in made.tables] == [
        ("anm_partly_paid", "marts", "部分缴纳"), ("hrss.RS_ZJXX", "source", "征集信息表"), ("ref_bureau", "seed", "ref_bureau"),
        ("stg_bill", "staging", "征集单"),
    ]  # fmt: skip
    rule = made.tables[0]
    assert rule[3:] == ("已征收小于应征的 征集单", '["A7.4"]', "A7.4", True)
    assert [row[6] for row in made.tables[1:]] == [False] * 3


def test_columns_have_chinese_names_and_classes() -> None:
    made = dictionary.of_manifest(MANIFEST, [])
    assert made.columns == [
        ("anm_partly_paid", "amount", 0, "欠缴金额", "金额（元）", "decimal(18,2)", None),
        ("anm_partly_paid", "bill_key", 1, "单据键", "单据键：部门|流水号", "string", None),
        ("hrss.RS_ZJXX", "AAE005", 0, "联系电话", "联系电话，必填", "varchar", "phone"),
    ]


def test_edges_are_between_tables_only() -> None:
    assert dictionary.of_manifest(MANIFEST, []).edges == [
        ("anm_partly_paid", "ref_bureau"), ("anm_partly_paid", "stg_bill"), ("stg_bill", "hrss.RS_ZJXX"),
    ]  # fmt: skip


def test_it_is_written_as_it_is() -> None:
    made = dictionary.of_manifest(MANIFEST, ["anm_partly_paid"])
    with duckdb.connect() as con:
        dictionary.write(con, "main", made)
        for name, rows in zip(dictionary.TABLES, (made.tables, made.columns, made.edges), strict=True):
            assert sorted(con.execute(f"select * from {name}").fetchall(), key=str) == sorted(rows, key=str), name
        con.execute("create schema nothing")
        dictionary.write(con, "nothing", dictionary.Dictionary([], [], []))
        for name in dictionary.TABLES:
            assert con.execute(f"select count(*) from nothing.{name}").fetchone() == (0,)


def test_a_title_ends_at_the_first_mark_of_either_language() -> None:
    assert dictionary.heading("纳税人登记信息表. Taxpayers of the tax register") == "纳税人登记信息表"
    assert dictionary.heading("单据：归属、环节。粒度：bill_key。") == "单据"
    assert dictionary.heading("费率 0.5 的险种") == "费率 0.5 的险种"
