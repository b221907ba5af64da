"""What a person sees when a page breaks: a short number and what to do. The log gets the number, the kind of error and where it arose."""

import logging
import os

from sqlalchemy.exc import SQLAlchemyError

from common import failures
from dashboards.access import audit, sessions
from dashboards.access.roles import User
from dashboards.components import signing, states

_log = logging.getLogger("shebao.dashboard")


def told(error: Exception, where: str, user: User | None) -> str:
    """Show the number, log and record it; returns it. The error's own words stay unsaid everywhere: they may quote a value of a row.

    With SHEBAO_DEBUG=1 the error goes on as it came, for a developer.
    """
    if _is_debugged():
        raise error
    number = noted(error, where, user)
    states.broken(number)
    return number


def caught(error: Exception) -> bool:
    """For what breaks outside a page, in a button's callback or in the router; true: Streamlit is not to show it too."""
    if _is_debugged():
        return False
    try:
        user = signing.current()
    except (SQLAlchemyError, OSError):
        user = None
    states.broken(noted(error, "页面之外", user))
    return True


class Wordless(logging.Filter):
    """Takes the error's words and the lines around it out of what Streamlit logs of a broken run; what we log ourselves has its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, those with an error with its kind only."""
        if record.exc_info and not _is_debugged():
            kind = record.exc_info[0].__name__ if record.exc_info[0] is not None else "unknown"
            record.msg, record.args = f"{record.getMessage()}: {kind}", ()
            record.exc_info = record.exc_text = None
        return True


def noted(error: Exception, where: str, user: User | None) -> str:
    """Log and record an error by a number of its own; returns the number, for whoever tells it."""
    number = sessions.new_code()
    what = failures.described(error)
    _log.error("%s: %s failed: %s", number, where, what)
    if user is not None:
        try:
            audit.record_failure(user, where, number, what)
        except (SQLAlchemyError, OSError) as second:
            # When the store is what broke, the log above has all there is.
            _log.error("%s: not in the access log either: %s", number, type(second).__name__)
    return number


def _is_debugged() -> bool:
    return os.environ.get("SHEBAO_DEBUG") == "1"
