"""Acts: what departments, banks and payers do to the plan of a world, one function each, all set-based."""

from simulator.acts import agreement, association, bill, forward, payment, registration, returns
from simulator.acts.registry import Act, catalogue, perform

__all__ = [
    "Act", "agreement", "association", "bill", "catalogue", "forward", "payment", "perform", "registration", "returns",
]  # fmt: skip
