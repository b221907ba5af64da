"""The registry of acts: what people, banks and systems may do to a relation of subjects, by name."""

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.engine import insert_rows
from simulator.world import World, quoted

ActFunction = Callable[..., None]
_counter = itertools.count(1)


@dataclass(frozen=True)
class Act:
    """One act: on which entity it works, and the function that does it to a scope table of keys."""

    name: str
    subject: str
    function: ActFunction

    @property
    def doc(self) -> str:
        """What it does, in words."""
        return inspect.getdoc(self.function) or ""

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters and their defaults; `inspect.Parameter.empty` where one must be given."""
        found = inspect.signature(self.function).parameters
        return {name: parameter.default for name, parameter in found.items() if name not in ("world", "scope")}


_acts: dict[str, Act] = {}


def act(subject: str) -> Callable[[ActFunction], ActFunction]:
    """Register a function (world, scope, *, params) as an act on subjects of a kind: bill, registration, …"""

    def register(function: ActFunction) -> ActFunction:
        name = function.__name__
        assert name not in _acts, name
        _acts[name] = Act(name, subject, function)
        return function

    return register


def catalogue() -> dict[str, Act]:
    """All acts by name."""
    return dict(_acts)


def perform(world: World, name: str, subjects: str, **params: Any) -> None:
    """Do an act to subjects (a relation name or a select whose first column is the key)."""
    if name not in _acts:
        raise KeyError(f"unknown act {name}; known: {', '.join(sorted(_acts))}")
    found = _acts[name]
    unknown = set(params) - set(found.parameters)
    if unknown:
        raise TypeError(
            f"act {name} has no parameter {', '.join(sorted(unknown))}; it has {', '.join(found.parameters)}"
        )
    scope = world.scope(subjects, f"subject_{next(_counter)}")
    found.function(world, scope, **params)
    world.sql(f"drop table {scope}")


def record(world: World, rule_id: str, act_name: str, query: str) -> None:
    """Note what a rule must find: `query` gives subject_key, since_date, visible_from, visible_to.

    A state that was healed before it became a finding is a near-miss.
    """
    planted = world.rows(
        f"""
        select subject_key::varchar, since_date::date, visible_from::date, visible_to::date, visible_to <= visible_from
        from ({query}) as given(subject_key, since_date, visible_from, visible_to)
        """
    )
    found = [
        (rule_id, key, act_name, since, visible, until)
        for key, since, visible, until, is_healed in planted
        if visible is not None and not is_healed
    ]
    insert_rows(world.con, "world.truth", found)
    healed = [(rule_id, key, f"{act_name}: healed within the delay") for key, *_, is_healed in planted if is_healed]
    insert_rows(world.con, "world.near_miss", healed)


def past_delay(world: World, rule_id: str, event: str) -> str:
    """SQL of the first day on which the agreed delay after an event is over."""
    return f"workday_after(({event})::date, {world.params.delay(rule_id) + 1})"


def item_filter(items: list[str] | str | None, column: str = "insurance_code") -> str:
    """SQL condition that keeps the given insurance items; all without any."""
    if not items:
        return "true"
    return f"{column} in ({quoted([items] if isinstance(items, str) else items)})"
