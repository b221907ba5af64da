"""Serves the dashboard with several processes on one port: one interpreter runs one page at a time, and a bureau has more people than that.

The kernel spreads connections over them (SO_REUSEPORT); a page stays with the process that its connection fell to. What they have to
find of each other's (tickets, uploaded lists, signatures) and the making of files is here, in the process that serves no page.
"""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections import deque
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from dashboards.access import shelf
from dashboards.access.shelf import Address
from dashboards.web import worker, workshop

_MOST = 4
# So many ends within so many seconds are no accident.
_ENDS, _WITHIN = 5, 60.0
_READY_SECONDS, _LAST_SECONDS = 30.0, 6.0


class ServingError(Exception):
    """Nothing is served; the message says why and what to do, in Chinese."""


def processes() -> int:
    """How many serve: SHEBAO_DASHBOARD_PROCESSES, default one a core and at most 4."""
    given = os.environ.get("SHEBAO_DASHBOARD_PROCESSES")
    if not given:
        return max(min(os.cpu_count() or 1, _MOST), 1)
    if not given.isdigit() or int(given) < 1:
        raise ServingError(f"SHEBAO_DASHBOARD_PROCESSES 应为不小于 1 的整数，现为“{given}”。")
    return int(given)


def serve(address: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; a process that ends by itself is replaced, unless that goes on and on."""
    count = processes()
    _must_be_free(address, port)
    # Read by Streamlit in each process.
    os.environ |= {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_ADDRESS": address}
    stopping = threading.Event()
    kept = signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    # Those who open pages are there before the first who wants a file.
    workshop.start(_READY_SECONDS)
    keeper = shelf.keep(workshop=workshop.here)
    serving = [_started(address, port, keeper) for _ in range(count)]
    ends: deque[float] = deque(maxlen=_ENDS)
    try:
        while not stopping.is_set():
            wait([process.sentinel for process in serving], timeout=0.5)
            for place, process in enumerate(serving):
                if process.is_alive() or stopping.is_set():
                    continue
                ends.append(time.monotonic())
                if len(ends) == _ENDS and ends[-1] - ends[0] < _WITHIN:
                    raise ServingError(f"服务进程反复退出（退出码 {process.exitcode}），请看上面的日志。")
                serving[place] = _started(address, port, keeper)
    finally:
        _stop(serving)
        workshop.stop()
        signal.signal(signal.SIGTERM, kept)


def _must_be_free(address: str, port: int) -> None:
    """Another server on this port would share its visitors with this one, unnoticed: the kernel spreads them over all who ask it to."""
    with socket.socket(_family(address), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen()
        except OSError as error:
            raise ServingError(
                f"{address} 的端口 {port} 不能使用（{error.strerror}）。请停掉占用它的程序，或换一个端口：make serve PORT=…"
            ) from None


def _started(address: str, port: int, keeper: Address) -> BaseProcess:
    listening = socket.socket(_family(address), socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # Only bound: connections fall to it once its process is ready and listens.
        listening.bind((address, port))
        # Not forked: threads of this process hold locks that nobody would open there.
        process = multiprocessing.get_context("spawn").Process(
            target=worker.work, args=(listening, keeper), name="dashboard"
        )
        process.start()
    finally:
        listening.close()
    return process


def _stop(serving: list[BaseProcess]) -> None:
    """Let them end what they are at, for some seconds."""
    for process in serving:
        process.terminate()
    until = time.monotonic() + _LAST_SECONDS
    for process in serving:
        process.join(max(until - time.monotonic(), 0))
        if process.is_alive():
            process.kill()
            process.join()


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
