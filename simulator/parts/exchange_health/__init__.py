"""How the exchange systems live: heartbeats, failed inserts, space and slow reads, by working hours and month-end peaks."""

from simulator.acts import exchange_health as acts
from simulator.part import Part
from simulator.parts.exchange_health import populate, report, story

__all__ = ["PART", "acts"]

PART = Part(name="exchange_health", kind="city", populate=populate.populate, tell=story.tell, report=report.report)
