"""The client's module 个人社保 for village cadres: accounts, imported rosters, matching runs, logins and prints."""

from simulator.acts import cadre as _acts  # noqa: F401  registers the acts
from simulator.part import Part
from simulator.parts.cadre import populate, report, story

PART = Part(name="cadre", kind="resident", populate=populate.populate, tell=story.tell, report=report.report)
