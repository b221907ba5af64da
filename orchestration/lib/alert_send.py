"""Send one message through Apprise to the address in an environment variable: true or false, and never an address in sight."""

from __future__ import annotations

import logging

from orchestration.lib.exchange_config import Secret

SENT, FAILED, NO_ADDRESS, BAD_ADDRESS = "sent", "failed", "no_address", "bad_address"


def send(address: Secret | None, title: str, body: str) -> str:
    """How it went. Whatever a service answers or raises stays here: it may quote the address, which holds the key."""
    if address is None:
        return NO_ADDRESS
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    target = apprise.Apprise()
    try:
        added = [target.add(url) for url in address.reveal().split()]
        if not added or not all(added):
            return BAD_ADDRESS
        return SENT if target.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT) else FAILED
    except Exception:
        return FAILED
