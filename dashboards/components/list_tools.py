"""What a list offers above itself: its order and its columns, kept in the address, and a search, which is not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboards.components import address
from dashboards.components.table import Column

# A choice that fits a phone is shown there whole; of a longer one a phone leaves out what the list leaves out anyway.
_FITS_A_PHONE = 4


def sort(orders: Mapping[str, str], *, default: str) -> str:
    """The order of a list by its code, as a select box; the default leaves the address short."""
    return address.select(
        "排序", "sort", list(orders), default=default, names=lambda code: orders[code], resets=("page",)
    )


def typed(key: str) -> str | None:
    """What stands in a search box, in small letters."""
    return str(st.session_state.get(key) or "").strip().lower() or None


def search(key: str, placeholder: str, label: str = "搜索") -> str | None:
    """What a person looks for; kept in the session and never in the address, because anything may be typed here."""
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        max_chars=40,
        autocomplete="off",
        on_change=address.drop,
        args=("page",),
    )
    return typed(key)


def bar() -> Any:
    """The place of a list's buttons, side by side."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def chosen(offered: Sequence[Column]) -> list[str] | None:
    """The columns that the address names, in the list's own order; None when it names none of them."""
    wanted = (address.get("cols") or "").split(".")
    return [column.name for column in offered[1:] if column.name in wanted] or None


def columns(offered: Sequence[Column]) -> list[Column]:
    """The columns to show, with the choice behind a button 列. The first one always stands: it says what a row is."""
    usual = [column.name for column in offered[1:] if not column.extra]
    wanted = chosen(offered)
    shown = usual if wanted is None else wanted
    labels = {column.name: column.label for column in offered[1:]}
    with st.popover("列", key="cols_open"):
        key = "choose_cols"
        st.session_state[key] = shown

        def changed() -> None:
            picked = st.session_state.get(key) or []
            names = [name for name in labels if name in picked]
            address.put(cols=None if names == usual else ".".join(names) or None)

        st.pills(
            "显示的列", list(labels), selection_mode="multi", key=key, on_change=changed,
            format_func=lambda name: labels[name],
        )  # fmt: skip
        if wanted is not None:
            st.button("恢复默认", key="cols_usual", on_click=address.drop, args=("cols",))
    if wanted is None:
        return [column for column in offered if not column.extra]
    kept = [offered[0], *(column for column in offered[1:] if column.name in wanted)]
    return kept if len(kept) > _FITS_A_PHONE else [replace(column, kind=_on_phones(column.kind)) for column in kept]


def _on_phones(kind: str) -> str:
    return " ".join(name for name in kind.split() if name != "hide-s")
