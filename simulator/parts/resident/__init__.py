"""Natural persons by village, and what HRSS and NHSA know about them."""

from simulator.part import Part
from simulator.parts.resident.populate import populate

PART = Part(name="resident", kind="resident", populate=populate)
