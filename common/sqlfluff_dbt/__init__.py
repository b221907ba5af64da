"""What dbt offers to Jinja, just enough for sqlfluff to render our models without a connection (see .sqlfluff)."""

import datetime
import gc
import itertools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2 import pass_context
from jinja2.runtime import Context
from sqlfluff.core.templaters.builtins.dbt import DbtMacroWrapper

# sqlfluff executes this module anew before every file. Python's own collector walks the large parse trees again and
# again; once a file, when the last one's tree is garbage, is enough.
if gc.isenabled():
    gc.disable()
    gc.collect()
    gc.freeze()
else:
    gc.collect()

# For the same reason: the parser in C.
_PROJECT = yaml.load(
    (Path(__file__).resolve().parents[2] / "dbt_project" / "dbt_project.yml").read_text("utf-8"), yaml.CSafeLoader
)


def _macro(context: Context, name: str) -> Callable[..., Any] | None:
    """A macro of the project by name, so that its `return()` ends it and nothing more."""
    found = context.get(name)
    return DbtMacroWrapper(found) if callable(found) else None


class _Adapter:
    """`adapter.dispatch('x')` finds duckdb__x or default__x, as dbt does for the default target."""

    def dispatch(self, name: str, package: str = "") -> Callable[..., Any]:
        @pass_context
        def call(context: Context, *args: Any, **kwargs: Any) -> Any:
            for prefix in ("duckdb__", "default__"):
                macro = _macro(context, prefix + name)
                if macro is not None:
                    return macro(*args, **kwargs)
            raise NameError(f"no macro for {name} on duckdb")

        return call

    def quote(self, name: str) -> str:
        return f'"{name}"'


class _Package:
    """`shebao.x(…)` is the project's macro x."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name in {"unsafe_callable", "alters_data"}:
            raise AttributeError(name)

        @pass_context
        def call(context: Context, *args: Any, **kwargs: Any) -> Any:
            macro = _macro(context, name)
            if macro is None:
                raise NameError(f"no macro {name}")
            return macro(*args, **kwargs)

        return call


def var(name: str, default: Any = "") -> Any:
    """A project variable with its value in dbt_project.yml."""
    return _PROJECT.get("vars", {}).get(name, default)


def fromyaml(text: str, default: Any = None) -> Any:
    """YAML text as values."""
    return yaml.safe_load(text)


def env_var(name: str, default: str = "") -> str:
    """The default: what a style check says must not depend on the machine."""
    return default


def log(*args: Any, **kwargs: Any) -> str:
    """Nothing is logged while linting."""
    return ""


adapter = _Adapter()
shebao = _Package()
modules = SimpleNamespace(datetime=datetime, itertools=itertools)
target = SimpleNamespace(name="duckdb", type="duckdb", schema="main")
execute = False
graph = SimpleNamespace(nodes={}, sources={})
flags = SimpleNamespace(WHICH="compile", FULL_REFRESH=False)
