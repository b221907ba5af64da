"""户籍体检: one natural person's registrations and payments as every system holds them, on one page."""

from dashboards.components import frame
from dashboards.components.context import Context
from dashboards.pages.subject import person


def show(context: Context) -> None:
    """The page."""
    frame.head("户籍体检", "一个人在各系统的参保与缴费，并列核对", context)
    person.show(context)
