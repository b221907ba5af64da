"""An exchange that is a folder of files: <schema>/<table>.parquet, .csv (UTF-8 or GB18030) or .xlsx, or <schema>/<table>/ with parts.

What a file cannot say exactly is read as text and typed by the contract: everything in CSV and XLSX. A CSV has a head line;
its separator is what the head line holds most of; an empty field is NULL, "" is an empty text. GB18030 is decoded here, byte
by byte wrong ones become U+FFFD, which the sync sets aside. In XLSX the first sheet is read, with its head in the first row;
days and moments are Excel's numbers, and an amount with the noise of Excel's 17 digits is rounded to the 15 that it shows.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.contract import Column, Table
from orchestration.lib.exchange_config import ConfigError, Connection
from orchestration.lib.sources import measuring
from orchestration.lib.sources.base import (
    ALIAS,
    Bound,
    Checksum,
    ExchangeError,
    Measure,
    Rows,
    SourceColumn,
    Step,
    literal,
    quoted,
)
from orchestration.lib.sources.extensions import extension_file

SUFFIXES = (".parquet", ".csv", ".xlsx")
ENCODINGS = ("auto", "utf-8", "gb18030")
_BLOCK = 1 << 20
_LINE = re.compile(r"[Ll]ine:? (\d+)")


@dataclass(frozen=True)
class _Stamp:
    """By what a file is recognised as the same."""

    path: Path
    size: int
    changed: int


class TextDialect(measuring.DuckDBDialect):
    """Keys that come as text are summed up as what the contract types them to be."""

    def key_text(self, column: SourceColumn, declared: Column) -> str:
        """The text that the typed value would have."""
        if column.read_as.upper() != "VARCHAR" or declared.text_format or declared.data_type == "varchar":
            return super().key_text(column, declared)
        own = quoted(column.name)
        typed = f"try_cast(nullif(trim({own}), '') as {declared.data_type})"
        pattern = {"date": "%Y%m%d", "timestamp": "%Y-%m-%d %H:%M:%S.%f"}.get(declared.data_type)
        text = f"strftime({typed}, '{pattern}')" if pattern else f"cast({typed} as varchar)"
        return f"coalesce({text}, {own}, '')"


class FilesReader:
    """Reads the tables of a folder; files that are replaced while they are read are noticed."""

    kind = "files"
    rereadable = True
    scan_is_cheap = True
    checksum: Checksum = "md5"
    trouble: ExchangeError | None = None

    def __init__(self, connection: Connection, alias: str = ALIAS) -> None:
        self.connection = connection
        self.name = connection.name
        self.alias = alias
        self.limits = connection.limits
        self.windows = connection.windows
        self.folder = Path(connection.required("folder"))
        self.encoding = (connection.text("encoding") or "auto").lower()
        if self.encoding not in ENCODINGS:
            raise ConfigError(f"连接 {self.name}：encoding = {self.encoding!r} 不认识（可用：{'，'.join(ENCODINGS)}）")
        self._dialect = TextDialect()
        self._decoded: tempfile.TemporaryDirectory[str] | None = None
        self._stamps: dict[str, tuple[_Stamp, ...]] = {}
        self._relations: dict[str, str] = {}
        self._columns: dict[str, dict[str, SourceColumn]] = {}

    def __repr__(self) -> str:
        return f"FilesReader({self.name!r})"

    def attach(self, con: duckdb.DuckDBPyConnection) -> None:
        """See that the folder is there."""
        if not self.folder.is_dir():
            raise ExchangeError(f"交换文件夹 {self.name} 不存在：{self.folder.name}")
        self._forget()
        self._decoded = tempfile.TemporaryDirectory(prefix="shebao-files-")

    def detach(self, con: duckdb.DuckDBPyConnection) -> None:
        """Remove what was decoded."""
        self._forget()

    def _forget(self) -> None:
        self._stamps.clear()
        self._relations.clear()
        self._columns.clear()
        if self._decoded is not None:
            self._decoded.cleanup()
            self._decoded = None

    @contextmanager
    def snapshot(self, con: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """A file counts as it was when its table was first asked for; one replaced since is an error of that table."""
        self._stamps.clear()
        self._relations.clear()
        self._columns.clear()
        yield

    def join(self, con: duckdb.DuckDBPyConnection) -> None:
        """Nothing to do."""

    # what is there

    def columns(self, con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, SourceColumn]:
        """Columns of the head line or of the file's schema."""
        if table.id not in self._columns:
            relation = self._raw(con, table)
            if relation is None:
                return {}
            rows = self._run(con, table, f"describe from {relation}")
            self._columns[table.id] = {
                str(r[0]).upper(): SourceColumn(str(r[0]), str(r[1]), self._stamps[table.id][0].path.suffix[1:])
                for r in rows
            }
        return self._columns[table.id]

    def _files(self, table: Table) -> list[Path]:
        """The table's file, or the parts in its folder, whatever the case of the names."""
        schema = self.connection.schema_of(table.exchange_schema)
        places = [f for f in self.folder.iterdir() if f.is_dir() and f.name.upper() == schema.upper()]
        found: list[Path] = []
        for place in places:
            for entry in sorted(place.iterdir()):
                if entry.is_file() and entry.stem.upper() == table.name.upper() and _suffix(entry) in SUFFIXES:
                    found.append(entry)
                elif entry.is_dir() and entry.name.upper() == table.name.upper():
                    found += [f for f in sorted(entry.iterdir()) if f.is_file() and _suffix(f) in SUFFIXES]
        if len({_suffix(f) for f in found}) > 1:
            names = "，".join(f.name for f in found[:5])
            raise ExchangeError(f"{table.id}: 文件夹中同时有几种格式的文件（{names}），不知以哪个为准")
        return found

    def _raw(self, con: duckdb.DuckDBPyConnection, table: Table) -> str | None:
        """The files as a relation of DuckDB; None when there are none."""
        known = self._stamps.get(table.id)
        if known is not None:
            if tuple(_stamp(s.path) for s in known) != known:
                raise ExchangeError(f"{table.id}: 文件在读取过程中被替换，请等写完后重新同步")
            return self._relations[table.id]
        files = self._files(table)
        if not files:
            return None
        stamps = tuple(_stamp(f) for f in files)
        suffix = _suffix(files[0])
        if suffix == ".parquet":
            relation = f"read_parquet([{', '.join(literal(str(f)) for f in files)}], union_by_name = true)"
        elif suffix == ".csv":
            relation = self._csv(table, files)
        else:
            con.execute(f"load {literal(str(extension_file('duckdb_extension_excel')))}")
            parts = [f"from read_xlsx({literal(str(f))}, header = true, all_varchar = true)" for f in files]
            relation = f"({' union all by name '.join(parts)})"
        self._stamps[table.id], self._relations[table.id] = stamps, relation
        return relation

    def _csv(self, table: Table, files: Sequence[Path]) -> str:
        assert self._decoded is not None
        parts = []
        for number, file in enumerate(files):
            target = Path(self._decoded.name) / f"{table.source}.{table.name}.{number}.csv"
            readable = target if _decode(file, target, self.encoding) else file
            with readable.open(encoding="utf-8-sig", newline="") as head:
                first = head.readline()
            delimiter = max(",\t;|", key=first.count)
            parts.append(
                f"from read_csv({literal(str(readable))}, header = true, all_varchar = true, auto_detect = false,"
                f" delim = {literal(delimiter)}, quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false,"
                f" max_line_size = 16777216, columns = {_columns_of(first, delimiter)})"
            )
        return f"({' union all by name '.join(parts)})"

    # reading

    def relation(
        self, con: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[SourceColumn], rows: Rows
    ) -> str:
        """The files, or a part of their rows."""
        relation = self._raw(con, table)
        if relation is None:
            raise ExchangeError(f"{table.id}: 交换文件夹中没有这张表的文件")
        if self._stamps[table.id][0].path.suffix.lower() == ".xlsx":
            declared = {c.name.upper(): c for c in table.columns}
            items = ", ".join(_cell(c, declared.get(c.name.upper())) for c in columns)
        else:
            items = ", ".join(quoted(c.name) for c in columns)
        text = f"select {items} from {relation}"
        if not rows.whole:
            named = {c.name.upper(): c for c in columns}
            if table.cursor and table.cursor.upper() in named:
                condition = measuring.where(self._dialect, table, named, rows)
                return f"(from ({text}) where {condition})"
            every = self.columns(con, table)
            condition = measuring.where(self._dialect, table, every, rows)
            inner = self.relation(con, table, list(every.values()), Rows())
            return f"(select {', '.join(quoted(c.name) for c in columns)} from {inner} where {condition})"
        return f"({text})"

    def measure(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        columns: Mapping[str, SourceColumn],
        rows: Rows,
        *,
        keys: bool,
        by: Step | None = None,
    ) -> dict[Bound | None, Measure]:
        """Counted and summed over the files themselves."""
        relation = self.relation(con, table, list(columns.values()), rows)
        text = measuring.query(self._dialect, table, columns, relation, "", keys=keys, by=by)
        return measuring.answer(table, self._run(con, table, text), keys=keys)

    def unique_key(self, con: duckdb.DuckDBPyConnection, table: Table) -> bool:
        """A file enforces nothing."""
        return False

    def pieces(self, con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> Sequence[str]:
        """Files are read in one go."""
        return []

    def _run(self, con: duckdb.DuckDBPyConnection, table: Table, text: str) -> list[tuple[Any, ...]]:
        try:
            return con.execute(text).fetchall()
        except duckdb.Error as error:
            line = _LINE.search(str(error))  # the rest of the message may quote the row
            place = f"，第 {line[1]} 行" if line else ""
            raise ExchangeError(f"{table.id}: 文件读不出来（{type(error).__name__}{place}）") from None


def _suffix(file: Path) -> str:
    return file.suffix.lower()


def _stamp(file: Path) -> _Stamp:
    try:
        told = file.stat()
    except FileNotFoundError:
        return _Stamp(file, -1, 0)
    return _Stamp(file, told.st_size, told.st_mtime_ns)


def _columns_of(first: str, delimiter: str) -> str:
    """The names of a head line as DuckDB wants them, all of type text."""
    import csv

    names = [name.strip() for name in next(csv.reader([first.rstrip("\r\n")], delimiter=delimiter), [])]
    pairs = ", ".join(f"{literal(name or f'column{number}')}: 'VARCHAR'" for number, name in enumerate(names))
    return "{" + pairs + "}"


def _decode(file: Path, target: Path, encoding: str) -> bool:
    """Write a file as UTF-8 unless it is; whether it had to be written."""
    wrong = {name: _wrong_bytes(file, name) for name in (("utf-8", "gb18030") if encoding == "auto" else (encoding,))}
    found = min(wrong, key=lambda name: wrong[name])  # UTF-8 where both would do
    if found == "utf-8" and not wrong[found]:
        return False
    with file.open("rb") as source, target.open("w", encoding="utf-8", newline="") as out:
        decoder = codecs.getincrementaldecoder(found)(errors="replace")
        while block := source.read(_BLOCK):
            out.write(decoder.decode(block))
        out.write(decoder.decode(b"", final=True))
    return True


def _wrong_bytes(file: Path, encoding: str) -> int:
    """How many places of a file cannot be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    wrong = 0
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            wrong += decoder.decode(block).count("\N{REPLACEMENT CHARACTER}")
        return wrong + decoder.decode(b"", final=True).count("\N{REPLACEMENT CHARACTER}")


def _cell(column: SourceColumn, declared: Column | None) -> str:
    """A cell of a sheet as the text that the contract can type."""
    own = quoted(column.name)
    if declared is None or declared.text_format:
        return own
    kind = declared.data_type
    if kind in ("date", "timestamp"):
        serial = f"regexp_full_match({own}, '[0-9]{{1,6}}([.][0-9]+)?')"
        milliseconds = f"cast(round(try_cast({own} as double) * 86400000) as bigint)"
        moment = f"timestamp '1899-12-30' + to_milliseconds({milliseconds})"
        pattern = "%Y-%m-%d" if kind == "date" else "%Y-%m-%d %H:%M:%S.%g"
        return f"case when {serial} then strftime({moment}, '{pattern}') else {own} end as {own}"
    if kind.startswith("decimal") or kind in ("integer", "bigint"):
        fits = kind if kind.startswith("decimal") else "decimal(38, 0)"
        exact = f"try_cast({own} as decimal(38, 12)) is not distinct from try_cast({own} as {fits})"
        shown = f"format('{{:.15g}}', try_cast({own} as double))"
        return f"case when {exact} or try_cast({own} as double) is null then {own} else {shown} end as {own}"
    return own
