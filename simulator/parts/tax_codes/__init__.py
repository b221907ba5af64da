"""Code tables of the tax core: sections, accounting set-up, agreed districts, checks, mappings, towns, agencies' scope, base limits."""

from simulator.acts import tax_codes as acts
from simulator.part import Part
from simulator.parts.tax_codes import populate, story

__all__ = ["PART", "acts"]

PART = Part(name="tax_codes", kind="city", populate=populate.populate, tell=story.tell)
