"""Natural persons by village, and what HRSS and NHSA know about them."""

from simulator.acts import resident as acts
from simulator.part import Part
from simulator.parts.resident.populate import populate
from simulator.parts.resident.report import report
from simulator.parts.resident.story import tell

PART = Part(name="resident", kind="resident", populate=populate, tell=tell, report=report)

__all__ = ["PART", "acts"]
