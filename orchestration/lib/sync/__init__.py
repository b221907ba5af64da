"""Bring exchange tables into the raw schemas: typed, current row by key, proven against the source, table by table."""

from orchestration.lib.sync.engine import sync_tables
from orchestration.lib.sync.identity import exchange_identity
from orchestration.lib.sync.lock import SyncBusyError, only_one
from orchestration.lib.sync.policy import Policy
from orchestration.lib.sync.result import Parity, SyncError, SyncResult, failed

__all__ = [
    "Parity",
    "Policy",
    "SyncBusyError",
    "SyncError",
    "SyncResult",
    "exchange_identity",
    "failed",
    "only_one",
    "sync_tables",
]
