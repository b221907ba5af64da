"""Files of exports made in a process of their own: the same file, the same register and log, whatever becomes of the process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from starlette.responses import FileResponse

from common import paths
from dashboards.access import audit_search, exports
from dashboards.access.audit_search import Search
from dashboards.web import workshop
from tests.dashboards.conftest import user
from tests.dashboards.test_exports import FINDINGS, cells, entry, fetch


@pytest.fixture
def opened(own: None) -> Iterator[psutil.Process]:
    """The workshop, and its process."""
    workshop.start()
    try:
        yield _process()
    finally:
        workshop.stop()


def _process() -> psutil.Process:
    """It gets ready beside whoever opened the workshop."""
    for _ in range(600):
        found = [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]
        if found:
            (only,) = found
            return only
        time.sleep(0.1)
    raise AssertionError("no process")


def _asked(rule: str = "A7.4") -> tuple[int, str]:
    clerk = user("qingxiu")
    number = exports.request(clerk, rule, "部分缴纳", FINDINGS, 4, "逐户核实")
    return number, exports.ticket(clerk, number)


def _fails(number: int, ticket: str, why: str) -> None:
    """No file, and a number in the answer under which the log says why; the register knows."""
    answer = fetch(ticket, user("qingxiu"))
    (event,) = audit_search.find(Search(actions=("page_failed",)))
    assert answer.status_code == 500
    assert event.subject in bytes(answer.body).decode()
    assert event.query_name.startswith(why)
    assert entry(number).state == "failed"


def test_the_file_is_the_same_wherever_it_is_made(opened: psutil.Process) -> None:
    ticket = _asked()[1]
    made = fetch(ticket, user("qingxiu"))
    assert isinstance(made, FileResponse)
    there = opened.cpu_times().user
    workshop.stop()
    number, ticket = _asked()
    here = fetch(ticket, user("qingxiu"))
    assert isinstance(here, FileResponse)

    body = [[row for row in cells(Path(one.path)) if len(row) > 3] for one in (made, here)]
    assert len(body[0]) > 1
    assert body[0] == body[1]
    assert there > 0
    events = audit_search.find(Search(actions=("exported",)))
    assert [(event.login, event.row_count) for event in events] == [("qingxiu", entry(number).row_count)] * 2
    # Its questions passed its own gate, and stand in the log under the export's purpose.
    asked = audit_search.find(Search(actions=("query",), purpose="导出：逐户核实"))
    assert {event.row_count for event in asked} == {entry(number).row_count}
    assert audit_search.verify().holds


def test_an_error_in_the_process_is_told_by_its_number(opened: psutil.Process) -> None:
    _fails(*_asked("A0.0"), "StopIteration dashboards/web/export_files.py:")
    assert isinstance(fetch(_asked()[1], user("qingxiu")), FileResponse)


def test_a_broken_process_costs_one_file(opened: psutil.Process) -> None:
    assert isinstance(fetch(_asked()[1], user("qingxiu")), FileResponse)
    opened.send_signal(signal.SIGKILL)
    opened.wait(10)
    _fails(*_asked(), "BrokenProcessPool")
    assert isinstance(fetch(_asked()[1], user("qingxiu")), FileResponse)
    assert _process().pid != opened.pid


def test_the_process_stands_back_and_ends_with_the_server(tmp_path: Path) -> None:
    script = (
        "import os, signal, psutil\n"
        "from dashboards.web import workshop\n"
        "if __name__ == '__main__':\n"
        "    workshop.start()\n"
        "    workshop.here()._process().submit(len, '').result()\n"
        "    [child] = [c for c in psutil.Process().children() if 'spawn_main' in ' '.join(c.cmdline())]\n"
        "    print(child.pid, child.nice(), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    file = tmp_path / "serves.py"
    file.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(paths.root())},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid, niceness = done.stdout.split()
    assert int(niceness) == os.nice(0) + 10
    for _ in range(100):
        if not psutil.pid_exists(int(pid)) or psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.1)
    else:
        raise AssertionError("the process outlived the server")
