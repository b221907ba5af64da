"""What a list offers above itself: its order, kept in the address."""

from collections.abc import Mapping

from dashboards.components import address


def sort(orders: Mapping[str, str], *, default: str) -> str:
    """The order of a list by its code, as a select box; the default leaves the address short."""
    return address.select(
        "排序", "sort", list(orders), default=default, names=lambda code: orders[code], resets=("page",)
    )
