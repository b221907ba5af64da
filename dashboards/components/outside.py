"""Logs, once a session, that an address asked for something outside the user's scope; nothing of it was shown."""

import streamlit as st

from dashboards.access import audit
from dashboards.access.roles import User

_SEEN = "asked_outside"


def asked(user: User, purpose: str, subject: str) -> None:
    """Log it when this session has not asked for the same before."""
    seen = st.session_state.setdefault(_SEEN, set())
    if (purpose, subject) not in seen and len(seen) < 1000:
        seen.add((purpose, subject))
        audit.record_refusal(user, purpose, "outside_scope", subject)
