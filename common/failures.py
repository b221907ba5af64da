"""What may be said of an unforeseen error: its kind, the place among our own lines, and SQLite's code; never its words, which may quote a row."""

import sqlite3
import traceback
from pathlib import Path

from common import paths


def described(error: BaseException) -> str:
    """Such as `OperationalError SQLITE_BUSY orchestration/defs/run.py:45`; the code is that of https://www.sqlite.org/rescode.html."""
    words = [type(error).__name__, place(error)]
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlite3.Error) and (code := getattr(cause, "sqlite_errorname", None)):
            words.insert(1, code)
            break
        cause = cause.__cause__ or cause.__context__
    return " ".join(words)


def place(error: BaseException) -> str:
    """file:line of the innermost of our own lines."""
    root = paths.root()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(root) and not file.is_relative_to(root / ".venv"):
            return f"{file.relative_to(root)}:{frame.lineno}"
    return "elsewhere"
