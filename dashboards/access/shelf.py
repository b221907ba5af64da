"""Shelves in memory: things that wait for minutes for the session that put them there, whichever process serves it then.

The dashboard is served by several processes. One of them, which serves no page, keeps what they have to find again; they ask
it over a socket that only the service's user can open. So nothing of this is ever on a disk.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from multiprocessing.managers import BaseManager
from typing import Any, Generic, TypeVar

from dashboards.access.roles import User

T = TypeVar("T")
_MOST = 500


@dataclass(frozen=True)
class _Kept:
    owner: Hashable
    until: float
    value: Any = field(repr=False)


class _Board:
    """One shelf as it lies in the memory of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def put(self, name: str, owner: Hashable, value: Any, seconds: float, most: int, most_of_one: int) -> None:
        """Lay something down; what is too old falls, and the oldest where there are too many, of one owner or of all."""
        with self._lock:
            self._lay(name, owner, value, seconds, most, most_of_one)

    def first(self, name: str, value: Any, seconds: float, most: int) -> bool:
        """Lay something down where nothing lies yet; whether it was so."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None and _is_due(kept, None):
                return False
            self._lay(name, None, value, seconds, most, 0)
            return True

    def _lay(self, name: str, owner: Hashable, value: Any, seconds: float, most: int, most_of_one: int) -> None:
        now = time.monotonic()
        for old in [key for key, kept in self._kept.items() if kept.until <= now]:
            del self._kept[old]
        if most_of_one:
            mine = [key for key, kept in self._kept.items() if kept.owner == owner]
            for old in mine[: max(len(mine) - most_of_one + 1, 0)]:
                del self._kept[old]
        while len(self._kept) >= most:
            self._kept.popitem(last=False)
        self._kept[name] = _Kept(owner, now + seconds, value)

    def take(self, name: str, owner: Hashable) -> Any:
        """What lies there, and it is gone; None when there is nothing, it is too old or another's. Owner None: whosever it is."""
        with self._lock:
            kept = self._kept.pop(name, None)
        return kept.value if kept is not None and _is_due(kept, owner) else None

    def look(self, name: str, owner: Hashable) -> Any:
        """What lies there, by the same rule; it stays."""
        with self._lock:
            kept = self._kept.get(name)
        return kept.value if kept is not None and _is_due(kept, owner) else None

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()


def _is_due(kept: _Kept, owner: Hashable) -> bool:
    return kept.until > time.monotonic() and owner in (None, kept.owner)


class Shelf(Generic[T]):
    """Things by name, each of one owner (a session of an account, or an address) and for so many seconds."""

    def __init__(self, name: str, *, most: int = _MOST) -> None:
        self._name = name
        self._most = most

    def put(self, name: str, owner: User | str, value: T, seconds: float, *, most_of_one: int = 0) -> None:
        """Lay something down for this owner; what lay there under the name is gone. At most so many of one owner stay, where it is said."""
        _board(self._name).put(name, _owner(owner), value, seconds, self._most, most_of_one)

    def first(self, name: str, value: T, seconds: float) -> bool:
        """Lay something down, for nobody in particular, where nothing lies yet; whether it was so."""
        return bool(_board(self._name).first(name, value, seconds, self._most))

    def take(self, name: str, owner: User | None = None) -> T | None:
        """What lies there, and it is gone; None when there is nothing, it is too old or another session's. Without an owner: whosever it is."""
        found: T | None = _board(self._name).take(name, _owner(owner))
        return found

    def look(self, name: str, owner: User | None = None) -> T | None:
        """What lies there, by the same rule; it stays."""
        found: T | None = _board(self._name).look(name, _owner(owner))
        return found

    def has(self, name: str, owner: User) -> bool:
        """Whether something of this session still lies there."""
        return self.look(name, owner) is not None

    def clear(self) -> None:
        """Let go of everything."""
        _board(self._name).clear()


def _owner(owner: User | str | None) -> Hashable:
    return (owner.account_id, owner.session_code) if isinstance(owner, User) else owner


# What other processes may do with a shelf.
_WAYS = ("put", "first", "take", "look", "clear")
_lock = threading.Lock()
_boards: dict[str, Any] = {}
# The process that keeps, where it is another one.
_keeper: list[Any] = []


def _board(name: str) -> Any:
    """The shelf where it lies: here, or at the process that keeps them for all that serve."""
    with _lock:
        if name not in _boards:
            _boards[name] = _keeper[0].board(name) if _keeper else _Board()
        return _boards[name]


@dataclass(frozen=True)
class Address:
    """Where the processes that serve find the one that keeps, and the secret that opens it."""

    socket: str
    secret: bytes = field(repr=False)


class _Keeper(BaseManager):
    """What one process keeps for others."""


def keep(**others: Callable[[], Any]) -> Address:
    """Keep the shelves for other processes from now on; `others` are objects that they may ask too, by name, through `kept_by`."""
    _Keeper.register("board", callable=_board, exposed=_WAYS)
    for name, found in others.items():
        _Keeper.register(name, callable=found)
    secret = secrets.token_bytes(32)
    server = _Keeper(authkey=secret).get_server()
    threading.Thread(target=server.serve_forever, name="keeper", daemon=True).start()
    return Address(str(server.address), secret)


def kept_by(address: Address, *others: str) -> list[Any]:
    """From now on this process asks the one that keeps; returns those of its objects that are named."""
    _Keeper.register("board", exposed=_WAYS)
    for name in others:
        _Keeper.register(name)
    keeper = _Keeper(address.socket, authkey=address.secret)
    keeper.connect()
    with _lock:
        _keeper[:] = [keeper]
        _boards.clear()
    return [getattr(keeper, name)() for name in others]
