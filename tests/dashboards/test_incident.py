"""What breaks outside a page, in a callback or in the router: a number on the screen, the kind in the log, and no word of the error anywhere."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import incident
from dashboards.web.server import app
from tests.dashboards.conftest import words_of

VALUE = "450103199001011234"


def _breaks() -> None:
    """As Streamlit does it with an error that nobody caught; the tester of apps knows no handler."""
    from streamlit.error_util import handle_user_script_exception

    from dashboards.components import incident

    try:
        raise ValueError("450103199001011234")
    except ValueError as error:
        handle_user_script_exception(error, incident.caught)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What Streamlit logs of broken runs; its own handler writes where the first test of the process wrote."""
    kept = io.StringIO()
    handler, logger = logging.StreamHandler(kept), logging.getLogger("streamlit.error_util")
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


@pytest.mark.usefixtures("var")
def test_an_error_outside_a_page_has_a_number_and_no_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], logged: io.StringIO
) -> None:
    monkeypatch.delenv("SHEBAO_DEBUG")
    said = words_of(AppTest.from_function(_breaks).run())
    number = re.search(r"出错编号 (\w+)", said)
    assert number is not None
    printed = "".join(capfd.readouterr()) + logged.getvalue()
    for where in (said, printed):
        assert VALUE not in where
        assert "raise ValueError" not in where
    assert "Uncaught app execution: ValueError" in printed


def test_the_server_asks_us(monkeypatch: pytest.MonkeyPatch) -> None:
    assert app._on_script_error is incident.caught
    monkeypatch.setenv("SHEBAO_DEBUG", "1")
    assert not incident.caught(ValueError("x"))
