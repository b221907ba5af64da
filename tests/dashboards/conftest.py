"""A published fixture snapshot, accounts of every role, and a helper that opens a page as a role."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import text_format
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import accounts, consent, demo, sessions
from dashboards.access.roles import User
from dashboards.access.signature import Signature
from dashboards.repositories.gate import MissingTableError, gate


@pytest.fixture(autouse=True)
def errors_break(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that breaks is to break its test, not to be told of on the screen."""
    monkeypatch.setenv("SHEBAO_DEBUG", "1")


@pytest.fixture
def own(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shared snapshot with a state store of its own."""
    monkeypatch.setenv("SHEBAO_STATE_URL", f"sqlite:///{tmp_path / 'state.sqlite'}")
    demo.init_demo()
    yield


# Two strokes over most of the field.
SIGNATURE = Signature(
    (tuple((100 + 40 * step, 120 + 20 * step) for step in range(20)), ((500, 100), (500, 500), (480, 480)))
)


def consented(login: str) -> None:
    """The account has signed its consent."""
    consent.give(user(login), SIGNATURE)


def user(login: str) -> User:
    """An account as the user that it signs in as."""
    found = accounts.find(login)
    assert found is not None
    return found


@pytest.fixture
def open_page(var: Path) -> Callable[..., AppTest]:
    """open_page(login, page_id, **query) → the page after its run."""

    def opened(login: str, page_id: str | None = None, **query: str) -> AppTest:
        app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60)
        app.session_state["session_token"] = sessions.start(user(login))[0]
        if page_id is not None:
            app.run()
            go(app, page_id)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return opened


def sign_in(app: AppTest, login: str, password: str) -> None:
    """Fill in the sign-in form that the page shows, and send it."""
    app.text_input(key="login_name").input(login)
    app.text_input(key="login_password").input(password)
    app.button[0].click().run()


def go(app: AppTest, page_id: str) -> None:
    """Choose a registered page by its address; AppTest.switch_page knows files only."""
    found = [key for key, info in app._registered_pages.items() if info.get("url_pathname") == page_id]
    if found:
        app._page_hash = found[0]
    else:
        # The default page of a user has no path of its own.
        assert app._registered_pages, "AppTest no longer keeps the registered pages"
        app._page_hash = next(key for key, info in app._registered_pages.items() if not info.get("url_pathname"))


# Streamlit's names of elements: random at each run, so that now and then one holds eleven digits like a phone's.
_ELEMENT = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")


def words_of(app: AppTest) -> str:
    """All text that the run sent to the browser, but for the names of elements."""
    return _ELEMENT.sub("element", "\n".join(_texts(app._tree)))


def _texts(node: Any) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if proto is not None:
        yield text_format.MessageToString(proto, as_utf8=True)
        for field in ("json", "mixed", "arrow_data"):
            payload = getattr(proto, field, "")
            if isinstance(payload, str) and payload.startswith("{"):
                yield "\n".join(str(value) for value in json.loads(payload).values())
    for child in getattr(node, "children", {}).values():
        yield from _texts(child)


@pytest.fixture
def failed_run(var: Path) -> Iterator[None]:
    """The newest run failed: what is shown is the snapshot before."""
    status = var / "published" / "STATUS.json"
    kept = status.read_text()
    status.write_text('{"status": "failed", "as_of": "2026-07-01", "finished_at": "2026-07-01 10:00:00"}')
    yield
    status.write_text(kept)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """without(query): the snapshot is of an earlier version, and lacks what this query reads."""

    def lose(lost: str) -> None:
        real = gate.query

        def query(user: User, purpose: str, name: str, *args: Any, **more: Any) -> Any:
            if name == lost:
                raise MissingTableError(lost)
            return real(user, purpose, name, *args, **more)

        monkeypatch.setattr(gate, "query", query)

    return lose


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Let the state store's clock stand a time later."""
    from dashboards.access import store

    real = store.now

    def forward(delta: Any) -> None:
        monkeypatch.setattr(store, "now", lambda: real() + delta)

    return forward
