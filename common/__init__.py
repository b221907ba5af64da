"""The few things that simulator, orchestration and dashboards share: where files lie and which days are worked."""
