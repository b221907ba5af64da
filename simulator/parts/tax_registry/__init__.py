"""What the tax core keeps around employers: fund declarations, unit types, status history, merges, sections, projects, checks, write-offs."""

from simulator.acts import tax_registry as acts
from simulator.acts import upkeep as upkeep_acts
from simulator.part import Part
from simulator.parts.tax_registry import populate, report, story

__all__ = ["PART", "acts", "upkeep_acts"]

PART = Part(name="tax_registry", kind="employer", populate=populate.populate, tell=story.tell, report=report.report)
