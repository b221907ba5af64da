"""The plugin by which dbt-duckdb's connections know the project's SQL functions (profiles.yml names it)."""

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb.func import PythonUDFType
from duckdb.sqltypes import DOUBLE, VARCHAR

from engines.functions import NAME_SIMILARITY, name_similarities


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Give a connection, and all others to its database, the project's functions."""
    con.create_function(NAME_SIMILARITY, _name_similarity, [VARCHAR, VARCHAR], DOUBLE, type=PythonUDFType.ARROW)


def _name_similarity(names: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.Array:
    return pa.array(name_similarities(names.to_pylist(), others.to_pylist()), type=pa.float64())


class Plugin(BasePlugin):
    """Called by dbt-duckdb for each database that it opens."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions."""
        register(conn)
