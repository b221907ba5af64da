"""What the attacks share: the fixture snapshot, and a served dashboard with a store of its own."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboards import screenshots
from dashboards.access import accounts, sessions
from tests.dashboards import fixture_snapshot
from tests.dashboards.conftest import later, open_page, own

__all__ = ["later", "open_page", "own"]


class Server:
    """A dashboard in a process of its own, with its state store in reach."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request, exactly as written: no client tidies the path."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if method in ("POST", "PUT"):
                connection.putheader("Content-Length", "0")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @staticmethod
    def cookie_of(login: str) -> str:
        """The cookie of somebody who signed in."""
        user = accounts.find(login)
        assert user is not None
        return f"{sessions.COOKIE}={sessions.sign(sessions.start(user)[0])}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("attacked")
    fixture_snapshot.write(folder)
    patch: Any
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        patch.delenv("SHEBAO_STATE_URL", raising=False)
        with screenshots.served({"SHEBAO_VAR": str(folder)}) as address:
            yield Server(address)
