"""What is told when a table does not come: the cause in words that quote nothing, and what to do about it."""

from __future__ import annotations

import duckdb

from orchestration.lib.sources.base import ExchangeError

# A sign in the database's own text (which may quote rows, and is not passed on), and what it means.
_SIGNS = (
    ("statement timeout", "语句超时"),
    ("canceling statement", "语句被取消"),
    ("no space left", "磁盘已满"),
    ("disk quota", "磁盘已满"),
    ("could not write", "磁盘写入失败"),
    ("snapshot", "一致读取的连接中断"),
    ("terminating", "连接中断"),
    ("connection", "连接中断"),
    ("out of memory", "内存不足"),
    ("does not exist", "列或表已不存在"),
    ("timeout", "超时"),
)
# A word of ours, and what makes it right. In the order in which they are looked for.
_ADVICE = (
    (("磁盘",), "请先腾出数仓所在磁盘的空间，再次运行即从已提交处接着做"),
    (("内存不足",), "请调大 SHEBAO_MEMORY 或减少同时运行的任务，再次运行即可"),
    (("连接中断",), "已提交的数据不受影响，再次运行即从中断处接着做；反复中断请对方数据库管理员查看"),
    (
        ("连不上", "打不开", "不存在，请先", "一致性读取"),
        "请检查对方数据库是否在运行、网络与 exchange.toml 中的地址、账号，恢复后再次运行即可",
    ),
    (("口令", "权限"), "请检查 exchange.toml 中的账号及其查询权限，再次运行即可"),
    (("超时", "超过", "语句被取消"), "请错开高峰，或放宽 exchange.toml 的 statement_timeout_seconds，再次运行即可"),
    (("列或表已不存在",), "对方刚改过表结构，请与对方确认后再次运行"),
)


def kind_of(error: duckdb.Error) -> str:
    """What went wrong, in words that quote nothing."""
    text = str(error).lower()
    said = next((word for sign, word in _SIGNS if sign in text), "")
    return f"{said}，{type(error).__name__}" if said else type(error).__name__


def is_break(said: str) -> bool:
    """Whether the connection is gone, and is to be opened anew."""
    return any(word in said for word in ("连接中断", "连不上"))


def with_advice(said: str) -> str:
    """The same with a sentence about what to do."""
    advice = next((advice for words, advice in _ADVICE if any(word in said for word in words)), "")
    return f"{said}。{advice}" if advice else said


def of_table(table_id: str, reader_name: str, error: Exception, trouble: ExchangeError | None = None) -> str:
    """One line that names the table, the connection, the cause and what to do."""
    said = str(trouble or error)
    if isinstance(error, duckdb.Error) and trouble is None:
        said = f"交换库 {reader_name}：读取或写入失败（{kind_of(error)}）"
    named = said if said.startswith(table_id) else f"{table_id}: {said}"
    return with_advice(named)
