"""Several processes behind one port: both serve, one that dies is replaced, and nothing outlives the one that started them."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from common import paths
from dashboards import screenshots
from dashboards.web import serving


def _served_by(server: psutil.Process) -> list[psutil.Process]:
    """Its processes that listen."""
    found = []
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            if any(one.status == psutil.CONN_LISTEN for one in child.net_connections("tcp")):
                found.append(child)
    return found


def _eventually(found: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.2)


@contextmanager
def _running(var: Path) -> Iterator[tuple[psutil.Process, str]]:
    with screenshots.served({"SHEBAO_VAR": str(var), "SHEBAO_DASHBOARD_PROCESSES": "2"}) as address:
        server = next(one for one in psutil.Process().children() if address.rpartition(":")[2] in one.cmdline())
        _eventually(lambda: len(_served_by(server)) == 2)
        yield server, address


def _healthy(address: str) -> bool:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        link.request("GET", "/_stcore/health")
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


@pytest.mark.slow
def test_visitors_fall_to_both_and_what_dies_is_replaced(var: Path) -> None:
    with _running(var) as (server, address):
        host, port = urlsplit(address).hostname, urlsplit(address).port
        links = [socket.create_connection((host, port)) for _ in range(40)]
        both = _served_by(server)
        _eventually(lambda: sum(len(_visitors(one)) for one in both) == 40)
        assert all(len(_visitors(one)) > 4 for one in both)
        for link in links:
            link.close()

        both[0].send_signal(signal.SIGKILL)
        _eventually(lambda: len(_served_by(server)) == 2 and both[0] not in _served_by(server))
        assert all(_healthy(address) for _ in range(20))

        # The port is taken: a second server says so, and shares no visitors.
        second = subprocess.run(
            [sys.executable, "-m", "dashboards", "--port", str(port)], cwd=paths.root(), capture_output=True, text=True, check=False,
            env={**os.environ, "SHEBAO_VAR": str(var)},
        )  # fmt: skip
        assert second.returncode == 1
        assert f"端口 {port} 不能使用" in re.sub(r"\s*\n", "", second.stdout)

        everything = [server, *server.children()]
        server.terminate()
        assert server.wait(15) == 0
        assert psutil.wait_procs(everything, 15)[1] == []


def _visitors(process: psutil.Process) -> list[object]:
    return [one for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]


@pytest.mark.slow
def test_it_gives_up_when_they_die_on_and_on(var: Path) -> None:
    with _running(var) as (server, _):
        until = time.monotonic() + 60
        while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
            for child in server.children():
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            time.sleep(0.1)
        assert server.wait(15) == 1


@pytest.mark.slow
def test_no_address_is_logged(var: Path, tmp_path: Path) -> None:
    """An address may hold a ticket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}", tmp_path / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "dashboards", "--port", str(port)], cwd=paths.root(), stdout=out, stderr=out,
            env={**os.environ, "SHEBAO_VAR": str(var), "SHEBAO_DASHBOARD_PROCESSES": "1"},
        )  # fmt: skip
        try:
            _eventually(lambda: _healthy(address))
            for path in ("/export/secret-ticket", "/consent/secret-ticket", "/overview?unit=secret-ticket"):
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                link.request("GET", path)
                link.getresponse().read()
                link.close()
        finally:
            server.terminate()
            server.wait(15)
    said = log.read_text(encoding="utf-8")
    assert "startup complete" in said
    assert "secret-ticket" not in said
    assert "GET " not in said


def test_how_many_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHEBAO_DASHBOARD_PROCESSES", raising=False)
    for cores, many in ((None, 1), (1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda found=cores: found)
        assert serving.processes() == many
    monkeypatch.setenv("SHEBAO_DASHBOARD_PROCESSES", "7")
    assert serving.processes() == 7
    for wrong in ("0", "-1", "two"):
        monkeypatch.setenv("SHEBAO_DASHBOARD_PROCESSES", wrong)
        with pytest.raises(serving.ServingError, match=f"SHEBAO_DASHBOARD_PROCESSES.*{wrong}"):
            serving.processes()
