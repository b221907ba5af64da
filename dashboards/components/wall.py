"""The wall screen: the overview without menu, in large type, that reads itself anew."""

import streamlit as st

from dashboards.components import address, table
from dashboards.registry import PageSpec

PAGE = "overview"
MINUTES = 5
_WHOLE_RUN = "wall_whole_run"


def is_on(here: PageSpec | None = None) -> bool:
    """Whether the address asks for the wall screen, on a page that has one."""
    return (here is None or here.page_id == PAGE) and address.get("wall") == "on"


def refresh() -> None:
    """Run the page again every few minutes. What is signed out or published meanwhile holds from then on."""
    st.session_state[_WHOLE_RUN] = True
    _again()


@st.fragment(run_every=f"{MINUTES}m")
def _again() -> None:
    # A fragment runs with the page too; only its own later runs are to start the page anew.
    if st.session_state.pop(_WHOLE_RUN, False):
        return
    st.rerun()


def switch() -> None:
    """The way to the wall screen and back, for mouse and keyboard."""
    words, value = ("退出大屏", None) if is_on() else ("大屏显示", "on")

    def go(_: str) -> None:
        address.put(wall=value)

    table.clickable(
        "wall_switch", f'<a class="sb-more sb-screen" data-key="wall" tabindex="0" role="button">{words}</a>', go
    )
