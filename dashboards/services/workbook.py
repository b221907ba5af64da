"""Writes a list as an Excel file: title, date, scope, definition and watermark first, numbers as numbers, ids as text, nothing that computes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

Row = Mapping[str, Any]
SHEET = "清单"
WIDTHS = {"text": 22, "long": 60, "money": 16, "count": 10, "share": 10, "day": 12}
# What Excel would take for a formula when a sheet is saved as text and opened again.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Field:
    """One column: its Chinese heading, what stands in a cell, and its kind (a key of WIDTHS)."""

    label: str
    value: Callable[[Row], Any]
    kind: str = "text"


@dataclass(frozen=True)
class About:
    """What the sheet says of itself."""

    title: str
    facts: Sequence[tuple[str, str]]
    watermark: str
    code: str


def write(file: Path, about: About, fields: Sequence[Field], rows: Iterable[Row]) -> int:
    """Write the file; rows are taken one by one and never held together. Returns their number."""
    book = xlsxwriter.Workbook(
        str(file),
        {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "tmpdir": str(file.parent),
        },
    )  # fmt: skip
    try:
        return _fill(book, about, fields, rows)
    finally:
        book.close()


def _fill(book: Any, about: About, fields: Sequence[Field], rows: Iterable[Row]) -> int:
    sheet = book.add_worksheet(SHEET)
    plain = {"font_name": "宋体", "font_size": 10, "valign": "top"}
    formats = {
        "text": book.add_format({**plain, "num_format": "@"}),
        "quoted": book.add_format({**plain, "num_format": "@", "quote_prefix": True}),
        "long": book.add_format({**plain, "num_format": "@", "text_wrap": True}),
        "money": book.add_format({**plain, "num_format": "#,##0.00"}),
        "count": book.add_format({**plain, "num_format": "#,##0"}),
        "share": book.add_format({**plain, "num_format": "0.00%"}),
        "day": book.add_format({**plain, "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({**plain, "num_format": "yyyy-mm-dd hh:mm"}),
        "title": book.add_format({"font_name": "黑体", "font_size": 14, "bold": True}),
        "name": book.add_format({**plain, "bold": True}),
        "mark": book.add_format({**plain, "bold": True, "font_color": "#b23c0e"}),
        "head": book.add_format({**plain, "bold": True, "bg_color": "#e6eff7", "border": 1, "text_wrap": True}),
    }
    book.set_properties({"title": about.title, "comments": about.watermark, "keywords": about.code})
    book.set_custom_property("导出码", about.code)
    for number, field in enumerate(fields):
        sheet.set_column(number, number, WIDTHS[field.kind])
    sheet.write_string(0, 0, about.title, formats["title"])
    line = 1
    for name, value in about.facts:
        sheet.write_string(line, 0, name, formats["name"])
        sheet.write_string(line, 1, value, formats["text"])
        line += 1
    sheet.write_string(line, 0, about.watermark, formats["mark"])
    line += 2
    for number, field in enumerate(fields):
        sheet.write_string(line, number, field.label, formats["head"])
    sheet.freeze_panes(line + 1, 1)
    # Printed on every sheet of paper; & begins a command there.
    printed = about.watermark.replace("&", "&&")[:200]
    sheet.set_header(f"&C&8{printed}")
    sheet.set_footer(f"&L&8{printed}&R&8&P/&N")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(line)
    first, count = line + 1, 0
    for row in rows:
        for number, field in enumerate(fields):
            _cell(sheet, first + count, number, field, field.value(row), formats)
        count += 1
    sheet.autofilter(line, 0, line + count, max(len(fields) - 1, 0))
    return count


def _cell(sheet: Any, line: int, number: int, field: Field, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(line, number, "是" if value else "否", formats["text"])
    elif isinstance(value, Decimal | float):
        sheet.write_number(line, number, float(value), formats["share" if field.kind == "share" else "money"])
    elif isinstance(value, int):
        sheet.write_number(line, number, value, formats["count"])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, number, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, number, datetime(value.year, value.month, value.day), formats["day"])
    else:
        text = str(value)
        kind = "quoted" if text.startswith(_DANGEROUS) else "long" if field.kind == "long" else "text"
        sheet.write_string(line, number, text, formats[kind])
