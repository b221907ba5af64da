"""What a sync of one table ends with: the answer, the proof, the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import Bound

# Names under which the proof shows what is no amount.
CURSOR_SUM = "更新时间校验"
KEY_SUM = "主键校验"


class SyncError(RuntimeError):
    """One table cannot be synced; the message names the table (and column) and holds no row's values."""


@dataclass(frozen=True)
class Parity:
    """Both sides of a table after a sync, rows that were set aside taken off the source's side."""

    count: int = 0
    source_count: int = 0
    expected_count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    expected_sums: dict[str, Decimal] = field(default_factory=dict)
    # whole: every row of both sides was counted and summed; windows: those touched, and a rotating share.
    scope: str = "whole"
    keys_proven: bool = False

    @property
    def equal(self) -> bool:
        """Whether both sides agree."""
        return self.count == self.expected_count and self.sums == self.expected_sums

    def with_keys_of(self, windows: Parity) -> Parity:
        """The proof of all rows, with the keys that were summed up in windows only."""
        return replace(
            self,
            sums={**self.sums, KEY_SUM: windows.sums[KEY_SUM]},
            expected_sums={**self.expected_sums, KEY_SUM: windows.expected_sums[KEY_SUM]},
            keys_proven=True,
        )

    def describe(self) -> str:
        """What differs, in words."""
        parts = []
        if self.count != self.expected_count:
            parts.append(f"行数 交换库 {self.expected_count} / 数仓 {self.count}")
        for name, expected in self.expected_sums.items():
            if self.sums.get(name) != expected:
                parts.append(f"{name} 合计 交换库 {expected:f} / 数仓 {self.sums.get(name, Decimal(0)):f}")
        return "两侧不平：" + "，".join(parts) if parts else "两侧相平"


@dataclass(frozen=True)
class SyncResult:
    """What happened to one table."""

    table: Table
    status: str  # ok | failed | waiting
    mode: str = ""  # first | full | incremental | healed | replay
    rows_read: int = 0
    rows_changed: int = 0
    rows_deleted: int = 0
    rows_quarantined: int = 0
    bytes_read: int = 0
    seconds: float = 0.0
    parity: Parity = field(default_factory=Parity)
    latest_cursor: Bound | None = None
    detail: str = ""


def failed(results: Sequence[SyncResult]) -> list[SyncResult]:
    """Tables that did not arrive although they could have been read."""
    return [r for r in results if r.status == "failed"]
