"""Stand between the sync and a server's socket, and do something to the server once so many bytes have come over."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path


class Tap:
    """Listens on a socket of its own and passes on what is said; armed, `action` happens once, in the middle of an answer."""

    def __init__(self, place: Path, server: Path, action: Callable[[], None]) -> None:
        self.server = server
        self.left: int | None = None
        self.action = action
        self.happened = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place))
        place.chmod(0o777)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, after_bytes: int) -> None:
        """From now on so many bytes may come."""
        self.left = after_bytes

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                inside, _ = self._listener.accept()
            except OSError:
                return
            outside = socket.socket(socket.AF_UNIX)
            try:
                outside.connect(str(self.server))
            except OSError:
                inside.close()
                continue
            for source, target, counted in ((inside, outside, False), (outside, inside, True)):
                threading.Thread(target=self._pass, args=(source, target, counted), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while part := source.recv(65_536):
                if counted:
                    self._count(len(part))
                target.sendall(part)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int) -> None:
        with self._lock:
            if self.left is None:
                return
            self.left -= size
            if self.left < 0 and not self.happened.is_set():
                self.happened.set()
                self.action()
