"""The dictionary in words: layers, the formula of a metric, and lineage in the order in which one reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
# From what is shown back to what was received.
LAYERS = {"marts": "集市表", "intermediate": "中间表", "staging": "标准表", "seed": "参考表", "source": "交换库表"}
PERSONAL = {"person_name": "姓名", "phone": "电话", "id_number": "证件号码", "account": "账号", "person_no": "人员编号"}


def formula(metric: Row) -> str:
    """A metric as people write it: what is divided by what."""
    numerator = str(metric["numerator_words"] or "")
    denominator = str(metric["denominator_words"] or "")
    return f"{numerator} ÷ {denominator}" if metric["is_rate"] and denominator else numerator


def matches(search: str, *texts: Any) -> bool:
    """Whether every word of what was typed is in one of the texts."""
    whole = " ".join(str(text or "") for text in texts).lower()
    return all(word in whole for word in search.lower().split())


def by_layer(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Tables by layer, those that were received last; within a layer the nearest first."""
    grouped: dict[str, list[Row]] = {layer: [] for layer in LAYERS}
    for row in sorted(rows, key=lambda one: (one.get("steps") or 0, str(one["table_name"]))):
        grouped.setdefault(str(row["layer"]), []).append(row)
    return [(layer, found) for layer, found in grouped.items() if found]


def origin(rows: Sequence[Row]) -> str:
    """Where a figure comes from in one sentence."""
    sources = [row for row in rows if row["layer"] == "source"]
    systems = sorted({str(row["table_name"]).split(".", 1)[0] for row in sources})
    if not sources:
        return "没有登记来源。"
    return (
        f"来自 {len(systems)} 个系统的 {len(sources)} 张交换库表，经 {max(int(row['steps']) for row in rows)} 步加工。"
    )
