"""Secrets of the dashboard: from the environment, else made once in a file that only the service's user reads."""

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from common import paths


def secret(name: str, variable: str) -> bytes:
    """The secret of this name; the environment variable goes before the file var/secrets/<name>."""
    given = os.environ.get(variable)
    if given:
        return given.encode()
    file = paths.var_dir() / "secrets" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written whole under another name first: a second process never reads half a secret.
        draft = file.with_name(f"{name}.{secrets.token_hex(6)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    stat = file.stat()
    return _read(file, stat.st_ino, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _read(file: Path, _inode: int, _written: int) -> bytes:
    """What the file holds, read once while it stays: each row of the access log needs a secret."""
    return file.read_bytes()


def digest(secret: str) -> str:
    """How a ticket or token is kept: whoever reads the store cannot use it. Enough for long random ones, not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()
