"""Code tables of the tax core that every build has, whatever its cases say: without them nothing could be right."""

import datetime as dt
from typing import Any

from simulator.casebook import vocabulary as w

SINCE = dt.datetime(2020, 11, 1, 8)


def rows() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Rows by system and table: the districts that tax and HRSS agreed on for construction projects."""
    districts = [
        {"XZQH_DM": code[1:7], "QHMC": row["short_name"], "ZGSWJ_DM": code, "YXQQ": SINCE.date(), "GXSJ": SINCE}
        for code, row in w.bureaus().items()
        if row["kind"] == "bureau"
    ]
    return {("tax_registry", "GCXM_QH"): districts}
