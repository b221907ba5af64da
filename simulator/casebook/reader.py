"""Reads YAML so that every value stays as it was written and knows its line.

Numbers, dates and yes/no stay text (amounts never become floats, `on` never becomes true); only an empty
value, `~` and `null` are null. A key given twice is an error.
"""

from pathlib import Path
from typing import Any

import yaml

from simulator.casebook.errors import CaseError, Place

NULL_WORDS = {"", "~", "null", "Null", "NULL"}


class Text(str):
    """A scalar with its line."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, value: str, line: int = 0) -> "Text":
        """A text that remembers where it stood."""
        made = super().__new__(cls, value)
        made.line = line
        return made


class Record(dict[str, Any]):
    """A mapping with the line of itself and of each key."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.key_lines: dict[str, int] = {}


class Items(list[Any]):
    """A list with its line."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line


def line_of(value: object, default: int = 0) -> int:
    """The line a value stood on."""
    return int(getattr(value, "line", default) or default)


def _build(node: yaml.Node, file: str) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        if node.style is None and node.value in NULL_WORDS:
            return None
        return Text(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        items = Items(line)
        items.extend(_build(child, file) for child in node.value)
        return items
    if isinstance(node, yaml.MappingNode):
        record = Record(line)
        merged: list[Any] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise CaseError("a key must be a word", Place(file, key_node.start_mark.line + 1))
            key = key_node.value.strip()
            if key == "<<":
                inner = _build(value_node, file)
                merged += inner if isinstance(inner, list) else [inner]
                continue
            if key in record:
                raise CaseError(f"key “{key}” is given twice", Place(file, key_node.start_mark.line + 1))
            record[key] = _build(value_node, file)
            record.key_lines[key] = key_node.start_mark.line + 1
        for other in merged:
            for key, value in other.items() if isinstance(other, Record) else ():
                if key not in record:
                    record[key] = value
                    record.key_lines[key] = line
        return record
    raise CaseError("this kind of YAML is not used in cases", Place(file, line))


def read_text(text: str, file: str) -> list[Any]:
    """The documents of one file."""
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise CaseError(f"not YAML: {problem}", Place(file, line)) from error
    except yaml.YAMLError as error:
        raise CaseError(f"not YAML: {error}", Place(file)) from error
    return [_build(node, file) for node in nodes]


def read_file(path: Path, shown: str) -> list[Any]:
    """The documents of one file on disk."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError("the file is not UTF-8", Place(shown)) from error
    return read_text(text, shown)
