"""疑点数据: the overview of all rules, one rule's list, one finding."""

from dashboards.components import address
from dashboards.components.context import Context
from dashboards.pages.findings import detail, listed, overview
from dashboards.repositories import findings
from dashboards.services import catalogue

# Kinds whose rows are read as they stand in the rule's own table; so are those that age by the hour.
_READ_AS_LIST = ("list", "proposal")


def show(context: Context) -> None:
    """The page: which of its faces is in the address."""
    rules = catalogue.rules(findings.rules(context.user))
    chosen = next((rule for rule in rules if rule.rule_id == address.get("rule")), None)
    finding_id = address.get("finding")
    if chosen is None:
        overview.show(context, rules)
    elif finding_id is not None and chosen.ledger:
        detail.show(context, chosen, finding_id)
    elif chosen.rule_kind in _READ_AS_LIST or not chosen.ledger or chosen.by_hour:
        listed.show_table(context, chosen)
    else:
        listed.show_findings(context, chosen)
