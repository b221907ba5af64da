"""The tax side of natural persons: registrations, amounts, batch deduction, payments, virtual households, returns."""

from simulator.acts import resident_tax as _acts  # noqa: F401  registers the acts
from simulator.part import Part
from simulator.parts.resident_tax.populate import populate
from simulator.parts.resident_tax.report import report
from simulator.parts.resident_tax.story import tell

PART = Part(name="resident_tax", kind="resident", populate=populate, tell=tell, report=report)
