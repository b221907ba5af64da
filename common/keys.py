"""The secret behind tokens and vault: where it lies and how the keys of each use are derived."""

import hashlib
import hmac
import os
import secrets

from common import paths

MINIMUM = 32


class KeyMissingError(RuntimeError):
    """No key is configured where one must exist already."""


def master_key(*, create: bool = False) -> bytes:
    """SHEBAO_KEY, else the key file; create writes a new key file (0600) when there is none."""
    given = os.environ.get("SHEBAO_KEY")
    if given:
        if len(given) < MINIMUM:
            raise KeyMissingError(f"SHEBAO_KEY must have at least {MINIMUM} characters")
        return given.encode()
    file = paths.secret_key_file()
    if not file.exists():
        if not create:
            raise KeyMissingError("no key: set SHEBAO_KEY or run the daily job once")
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(temporary, file)  # never replaces a key that another process wrote meanwhile
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return file.read_text(encoding="ascii").strip().encode()


def derive(purpose: str, *, create: bool = False) -> bytes:
    """The key of one purpose: 'token' for tokens, 'vault' for the vault file."""
    return hmac.new(master_key(create=create), f"shebao/{purpose}".encode(), hashlib.sha256).digest()


def vault_password(*, create: bool = False) -> str:
    """What opens the vault: ATTACH … (ENCRYPTION_KEY ?)."""
    return derive("vault", create=create).hex()
