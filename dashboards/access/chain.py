"""The hash chain over the access log: what a row's hash covers. Never changed, because old rows carry it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboards.access import keys

GENESIS = "0" * 64
# Everything that a row says, in this order.
FIELDS = (
    "id", "at", "login", "role", "scope", "action", "purpose", "query_name", "tables", "row_count", "snapshot", "milliseconds",
    "subject", "client", "session_code",
)  # fmt: skip


def key() -> bytes:
    """The key of the chain: whoever can write the store, but not read this, cannot forge a row."""
    return keys.secret("audit_key", "SHEBAO_AUDIT_KEY")


def row_hash(secret: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """The hash of one row and of all rows before it."""
    text = json.dumps([previous, *(_plain(row[name]) for name in FIELDS)], separators=(",", ":"))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
