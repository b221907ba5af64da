"""Lists that follow from the ordinary course of employers: what each must show, told after everything else has happened."""

from simulator.part import Part
from simulator.parts.extracts import notes

PART = Part(name="extracts", kind="employer", populate=notes.populate, tell=notes.tell)
