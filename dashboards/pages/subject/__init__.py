"""户籍体检: one natural person's or one employer's records as every system holds them, on one page."""

from dashboards.components import address, frame
from dashboards.components.context import Context
from dashboards.pages.subject import person, unit

_VIEWS = {
    "person": ("自然人", "一个人在各系统的参保与缴费，并列核对"),
    "unit": ("用人单位", "一个单位的户籍、征集、协议、批扣、对账与疑点"),
}


def show(context: Context) -> None:
    """The page: for whom is in the address, and never who."""
    view = address.get("view") or "person"
    view = view if view in _VIEWS else "person"
    frame.head("户籍体检", _VIEWS[view][1], context)
    address.segments(
        "查谁", "view", list(_VIEWS), default="person", names=lambda code: _VIEWS[code][0], resets=("unit",)
    )
    if view == "unit":
        unit.show(context)
    else:
        person.show(context)
