"""One of the processes that serve the dashboard: gets everything ready, then answers on the socket that it was given."""

import gc
import logging
import socket
import threading

import uvicorn

from dashboards.access import accounts, shelf
from dashboards.access.roles import Role
from dashboards.access.shelf import Address
from dashboards.registry import PAGES
from dashboards.repositories.gate import gate
from dashboards.web import children, workshop

# What Streamlit's own runner sets: longest message in bytes, seconds between pings, seconds that an answer may take.
_LONGEST, _PING = 200_000_000, 30
_LAST_SECONDS = 3


def work(listening: socket.socket, keeper: Address) -> None:
    """Serve until told to stop, or until the process that started this one is gone."""
    children.end_with_the_parent()
    (kept,) = shelf.kept_by(keeper, "workshop")
    workshop.use(kept)
    from dashboards.web.server import app

    # The first visitors would wait for these, and all others with them.
    for page in PAGES:
        page.load()
    # Cadres may be thousands, each of a village of its own: theirs are made when they come.
    gate.warm_up(user for user in accounts.active() if user.role is not Role.CADRE)
    # What is loaded by now never becomes garbage, and need not be looked through for it.
    gc.collect()
    gc.freeze()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()
    settings = uvicorn.Config(
        app, ws="websockets-sansio", ws_max_size=_LONGEST, ws_ping_interval=_PING, ws_ping_timeout=_PING,
        ws_per_message_deflate=False, use_colors=False, access_log=False, log_level="warning", timeout_graceful_shutdown=_LAST_SECONDS,
    )  # fmt: skip
    # Addresses hold tickets. Streamlit gives this logger a handler of its own when it starts, whatever uvicorn was told.
    logging.getLogger("uvicorn.access").addFilter(lambda _: False)
    uvicorn.Server(settings).run(sockets=[listening])


def _collect(minutes: float = 10) -> None:
    """Streamlit does not (`.streamlit/config.toml`): collect garbage now and then."""
    waiting = threading.Event()
    while not waiting.wait(minutes * 60):
        gc.collect()
