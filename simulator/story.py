"""The story of the demo city: which anomalies and near-misses are planted, on whom, and when."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.world import World


def tell(world: "World") -> None:
    """Plant everything."""
