"""The page's address is its state: reads and writes query parameters, and nothing that names a person."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboards.access import audit
from dashboards.components import signing
from dashboards.services import links

_REFUSED = "refused_values"


def get(name: str) -> str | None:
    """A parameter, when its value is one that the address may hold."""
    _note_refused()
    return links.clean(name, st.query_params.get(name))


def _note_refused() -> None:
    """All values that no address of ours holds are logged, also those that this page does not read. An empty one says nothing."""
    for name, value in st.query_params.items():
        if value and name in links.PATTERNS and links.clean(name, value) is None:
            noted = st.session_state.setdefault(_REFUSED, set())
            seen = (st.session_state.get(signing.TOKEN), name)
            if seen not in noted and (user := signing.current()) is not None:
                noted.add(seen)
                audit.record_refused_value(user, name)


def put(**values: str | None) -> None:
    """Set parameters; None removes one."""
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif links.clean(name, value) is not None:
            st.query_params[name] = value


def drop(*names: str) -> None:
    """Remove parameters."""
    put(**dict.fromkeys(names))


def select(
    label: str,
    name: str,
    options: Sequence[str],
    *,
    default: str,
    names: Callable[[str], str],
    resets: Sequence[str] = (),
    help: str | None = None,
) -> str:
    """A select box bound to a parameter; the default leaves the address short. `resets` fall when it changes."""
    return _bound(st.selectbox, label, name, options, default, names, resets, help=help)


def segments(
    label: str,
    name: str,
    options: Sequence[str],
    *,
    default: str,
    names: Callable[[str], str],
    resets: Sequence[str] = (),
) -> str:
    """A row of choices bound to a parameter."""
    return _bound(
        st.segmented_control, label, name, options, default, names, resets, required=True, label_visibility="collapsed"
    )


def _bound(
    widget: Callable[..., Any], label: str, name: str, options: Sequence[str], default: str,
    names: Callable[[str], str], resets: Sequence[str], **more: Any,
) -> str:  # fmt: skip
    key = f"choose_{name}"
    wanted = get(name)
    value = wanted if wanted is not None and wanted in options else default
    st.session_state[key] = value

    def changed() -> None:
        chosen = st.session_state.get(key) or default
        put(**{name: None if chosen == default else chosen})
        drop(*resets)

    widget(label, list(options), format_func=names, key=key, on_change=changed, **more)
    return value


def pager(total: int, page_size: int, name: str = "page") -> int:
    """Page numbers bound to a parameter, which a second list on a page has of its own; returns the page from 1."""
    pages = max((total + page_size - 1) // page_size, 1)
    wanted = int(get(name) or 1)
    page = min(max(wanted, 1), pages)
    if pages > 1:
        # The address decides: for each of its pages a widget of its own, so that none remembers another's.
        key = f"choose_{name}_{page}"

        def changed() -> None:
            chosen = int(st.session_state.get(key) or 1)
            put(**{name: None if chosen == 1 else str(chosen)})

        st.pagination(pages, default=page, key=key, on_change=changed)
    return page
