"""Opens the state store (SQLite by default, SHEBAO_STATE_URL for another) and brings its tables up to date."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Update, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from common import paths

_MIGRATIONS = Path(__file__).parent / "migrations"
_lock = threading.Lock()
_engines: dict[str, Engine] = {}


def state_url() -> str:
    """Address of the state store."""
    return os.environ.get("SHEBAO_STATE_URL") or f"sqlite:///{paths.state_file()}"


def engine() -> Engine:
    """The engine of the current address; the first call of a process migrates."""
    url = state_url()
    with _lock:
        if url not in _engines:
            _engines[url] = _open(url)
        return _engines[url]


def _open(url: str) -> Engine:
    if url.startswith("sqlite:///"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create_engine(url, connect_args={"timeout": 15} if url.startswith("sqlite") else {})
    if url.startswith("sqlite"):
        event.listen(made, "connect", _sqlite_pragmas)
    migrate(made)
    return made


def _sqlite_pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode=wal")
    cursor.execute("pragma synchronous=normal")
    cursor.execute("pragma foreign_keys=on")
    cursor.close()


def migrate(target: Engine) -> None:
    """Run Alembic up to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with target.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction on the state store."""
    with sessionmaker(engine(), expire_on_commit=False)() as session, session.begin():
        yield session


@contextmanager
def serial_transaction() -> Iterator[Connection]:
    """One transaction that waits until nobody else writes: what it reads as the last row still is when it adds the next."""
    with engine().connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("begin immediate")
        elif connection.dialect.name == "postgresql":
            connection.exec_driver_sql("select pg_advisory_xact_lock(20260630)")
        yield connection
        connection.commit()


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Nobody else is inside under this name, in whatever thread or process of this machine."""
    folder = paths.state_file().parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def changed(session: Session, statement: Update) -> int:
    """How many rows an update changed."""
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def now() -> datetime:
    """UTC without a zone, as stored."""
    return datetime.now(UTC).replace(tzinfo=None)
