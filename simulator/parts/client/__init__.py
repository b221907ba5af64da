"""The employer client (用人单位客户端): accounts, logins, bindings, confirmations, declarations, payments and prints."""

from simulator.acts import client as _acts  # noqa: F401  registers the acts
from simulator.part import Part
from simulator.parts.client import populate, report, story

PART = Part(name="client", kind="employer", populate=populate.populate, tell=story.tell, report=report.report)
