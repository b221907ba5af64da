"""No number reaches a page past the gate: the repositories' own calls, read from their syntax trees."""

import ast

import pytest

from common import paths

FOLDER = paths.root() / "dashboards" / "repositories"
# The gate itself and what it is made of.
BELOW = {"gate", "policy", "snapshot"}
ASKS = {"query", "look_up", "stream"}
# What answers nothing of the snapshot: limits, digests, what the access log knows, and whether the user has a table at all.
ELSEWHERE = {
    "bulk.asked_today", "bulk.daily_limit", "bulk.digest", "dictionary.is_there", "person.looks", "person.record_look",
    "person.subject_of", "vault.hourly_limit", "vault.reveals_of_last_hour",
}  # fmt: skip
Graph = dict[str, set[str]]


class Module:
    """One repository: its functions, and by which names it knows other repositories."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.functions = {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}
        self.known = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module == "dashboards.repositories"
            for alias in node.names
        }

    def asked(self, function: ast.FunctionDef) -> set[str]:
        """What a function hands its own user to: functions by their full names, and the gate."""
        found: set[str] = set()
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and node.args and _is_name(node.args[0], "user")):
                continue
            for target in ast.walk(node.func):
                if isinstance(target, ast.Name) and target.id in self.functions:
                    found.add(f"{self.name}.{target.id}")
                elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    owner = self.known.get(target.value.id, target.value.id)
                    found.add("gate" if owner == "gate" and target.attr in ASKS else f"{owner}.{target.attr}")
        return found

    def calls_of_the_gate(self) -> list[ast.Call]:
        return [
            node for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_name(node.func.value, "gate")
        ]  # fmt: skip


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def past_the_gate(modules: list[Module]) -> set[str]:
    """Public functions that do not take a user first, or do not hand that user on to the gate, themselves or through others."""
    graph: Graph = {
        f"{module.name}.{name}": module.asked(function)
        for module in modules
        for name, function in module.functions.items()
    }
    return {
        f"{module.name}.{name}"
        for module in modules
        for name, function in module.functions.items()
        if not name.startswith("_")
        and not (_takes_a_user(function) and "gate" in _reached(graph, f"{module.name}.{name}"))
    }


def _takes_a_user(function: ast.FunctionDef) -> bool:
    first = next(iter(function.args.args), None)
    kept = not any(
        isinstance(node, ast.Name) and node.id == "user" and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(function)
    )
    return (
        first is not None
        and first.arg == "user"
        and first.annotation is not None
        and _is_name(first.annotation, "User")
        and kept
    )


def _reached(graph: Graph, start: str) -> set[str]:
    seen, left = set(), [start]
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left += graph.get(one, ())
    return seen


def _modules() -> list[Module]:
    files = [file for file in FOLDER.glob("*.py") if file.stem not in BELOW | {"__init__"}]
    return [Module(file.stem, file.read_text(encoding="utf-8")) for file in files]


def test_every_function_hands_its_user_to_the_gate() -> None:
    modules = _modules()
    assert len(modules) > 10
    assert past_the_gate(modules) == ELSEWHERE


def test_the_gate_is_asked_by_name_for_the_user_who_asks() -> None:
    """No free SQL, nothing of the gate's inside, nobody else's user."""
    for module in _modules():
        for call in module.calls_of_the_gate():
            assert isinstance(call.func, ast.Attribute)
            assert call.func.attr in ASKS | {"has", "among"}, (module.name, call.lineno)
            assert call.args, (module.name, call.lineno)
            assert _is_name(call.args[0], "user"), (module.name, call.lineno)


# The processes that serve open the snapshot before the first visitor comes, and ask nothing.
OPENS = {"web/worker.py", "web/workshop.py"}


def test_processes_that_serve_only_open_the_snapshot() -> None:
    for name in OPENS:
        module = Module(name, (paths.root() / "dashboards" / name).read_text(encoding="utf-8"))
        calls = [ast.unparse(call.func) for call in module.calls_of_the_gate()]
        assert calls == ["gate.warm_up"], name


def test_nothing_else_has_the_gate_in_its_hands_or_makes_a_user() -> None:
    for file in (paths.root() / "dashboards").rglob("*.py"):
        name = file.relative_to(paths.root() / "dashboards").as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "dashboards.repositories.gate":
                taken = {alias.name for alias in node.names} & {"gate", "Gate"}
                assert not taken or name.startswith("repositories/") or name in OPENS, name
            if isinstance(node, ast.ImportFrom) and node.module == "dashboards.repositories":
                assert "gate" not in {alias.name for alias in node.names}, name
            if isinstance(node, ast.Call) and _is_name(node.func, "User"):
                assert name.startswith("access/"), (name, node.lineno)


@pytest.mark.parametrize(
    "source",
    [
        "def rows(): return gate.query(user, 'x', 'y')",
        "def rows(purpose: str, user: User): return gate.query(user, purpose, 'y')",
        "def rows(user): return gate.query(user, 'x', 'y')",
        "def rows(user: User): return gate.query(other, 'x', 'y')",
        "def rows(user: User): return gate.query_text(user, 'x', 'y', 'select 1', {})",
        "def rows(user: User): return gate._database(snapshot.current(), user)",
        "def rows(user: User): return _read(user)\ndef _read(user: User): return open('x')",
        "def rows(user: User): return _ask(WHOLE)\ndef _ask(user: User): return gate.query(user, 'x', 'y')",
        "def rows(user: User):\n    user = WHOLE\n    return gate.query(user, 'x', 'y')",
        "def rows(user: User): return other.rows(user)",
    ],
)
def test_ways_past_the_gate_are_found(source: str) -> None:
    assert past_the_gate([Module("made", source)]) == {"made.rows"}


@pytest.mark.parametrize(
    "source",
    [
        "def rows(user: User): return gate.query(user, 'x', 'y').rows",
        "def rows(user: User): return [row for row in gate.stream(user, 'x', 'y', {}, limit=1)]",
        "def rows(user: User): return (_one if x else _other)(user)\ndef _one(user: User): return gate.look_up(user, 'x', 'y', t)\ndef _other(user): ...",
    ],
)
def test_ways_through_the_gate_are_seen(source: str) -> None:
    assert past_the_gate([Module("made", source)]) == set()
