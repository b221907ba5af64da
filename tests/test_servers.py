"""What a machine lacks is said loudly, and fails where it must be there."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from simulator import mariadb
from tests import servers
from tests.oracle import h2

Need = Callable[[], None]
Skipped, Failed = pytest.skip.Exception, pytest.fail.Exception


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(h2, "missing", lambda: "java is missing")
    monkeypatch.setattr(mariadb, "missing_tools", lambda: ["mariadbd"])


@pytest.mark.parametrize(
    ("need", "ci", "user", "outcome"),
    [
        (servers.need_h2, "", 0, Skipped),
        (servers.need_h2, "true", 1000, Skipped),
        (servers.need_h2, "true", 0, Failed),
        (lambda: servers.need_mount("mount: permission denied"), "", 0, Skipped),
        (lambda: servers.need_mount("mount: permission denied"), "true", 1000, Skipped),
        (lambda: servers.need_mount("mount: permission denied"), "true", 0, Failed),
        (servers.need_mariadb, "", 0, Skipped),
        (servers.need_mariadb, "true", 1000, Failed),
    ],
)
def test_what_is_lacking(
    need: Need, ci: str, user: int, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    # Not pytest.raises: a skip where a failure is wanted would only skip this test.
    with pytest.raises((Skipped, Failed), match=r"NOT (RUN|TESTED)") as told:
        need()
    assert told.type is outcome


def test_what_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(h2, "missing", lambda: None)
    monkeypatch.setattr(mariadb, "missing_tools", list)
    servers.need_h2()
    servers.need_mariadb()
    servers.need_mount(None)
