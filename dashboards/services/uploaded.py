"""Reads an uploaded list (CSV in UTF-8 or GB18030, XLSX) into numbers and nothing else, within limits; every refusal is a Chinese sentence."""

import csv
import io
import re
import threading
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from common import identity

KINDS = {"unit": "用人单位", "person": "自然人"}
# Headings under which a number is looked for, in the order in which a row's first number counts.
HEADINGS = {
    "unit": (
        "统一社会信用代码", "社会信用代码", "信用代码", "单位编号", "社保编号", "医保编号", "纳税人识别号", "税号", "编号",
    ),
    "person": ("证件号码", "身份证号码", "身份证号", "公民身份号码", "身份证", "证件号", "人员编号", "个人编号", "编号"),
}  # fmt: skip
MOST_BYTES = 1024 * 1024
MOST_ROWS = {"unit": 1000, "person": 200}
MOST_COLUMNS = 50
# A package of Excel: how many parts, how much they unpack to, and how much tighter than that they may be packed.
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 200, 10 * 1024 * 1024, 100
# Empty lines do not count as rows, but somebody has to walk over them.
_MOST_LINES = 20_000
_MOST_LENGTH = 40
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z*()/_-]{1,39}")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+", re.I)
# Fifteen digits are all that a number in a sheet can hold.
_MOST_EXACT = 10**15
# What looks like the id number of a person: a birth date stands in it.
_DAY = r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_ID = re.compile(rf"[1-9]\d{{5}}((19|20)\d{{2}}{_DAY}\d{{3}}[\dX]?|\d{{2}}{_DAY}\d{{3}})")
_MAGIC = {
    b"\xd0\xcf\x11\xe0": "这是旧版 Excel（.xls）或加密的文件，请去掉密码，另存为 .xlsx 或 CSV 后上传。",
    b"%PDF": "这是 PDF 文件，请上传 .xlsx 或 CSV。",
    b"\x7fELF": "这不是表格文件，请上传 .xlsx 或 CSV。",
    b"MZ": "这不是表格文件，请上传 .xlsx 或 CSV。",
    b"\x89PNG": "这是图片，请上传 .xlsx 或 CSV。",
    b"\xff\xd8\xff": "这是图片，请上传 .xlsx 或 CSV。",
    b"\x1f\x8b": "这是压缩包，请解压后上传其中的表格。",
    b"Rar!": "这是压缩包，请解压后上传其中的表格。",
    b"7z\xbc\xaf": "这是压缩包，请解压后上传其中的表格。",
}
_DOCTYPE = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
# Unpacking is the only thing here that costs more than a moment: not more than two at a time.
_busy = threading.BoundedSemaphore(2)


class ListError(Exception):
    """Why a list is not taken; the message never holds a value of it."""


@dataclass(frozen=True)
class Entry:
    """One line of the list: its number as it is compared, and as it may be shown."""

    line: int
    shown: str
    number: str = field(repr=False)
    problem: str = ""


@dataclass(frozen=True)
class UploadedList:
    """What remains of an uploaded file."""

    kind: str
    heading: str
    entries: tuple[Entry, ...] = field(repr=False)

    @property
    def usable(self) -> list[Entry]:
        """Entries that can be asked for."""
        return [entry for entry in self.entries if not entry.problem]


def read(content: bytes, kind: str) -> UploadedList:
    """The numbers of a file; what it is is seen from its content, never from its name."""
    if not content.strip():
        raise ListError("文件是空的。")
    if len(content) > MOST_BYTES:
        raise ListError(too_large())
    for magic, words in _MAGIC.items():
        if content.startswith(magic):
            raise ListError(words)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if not _busy.acquire(timeout=10):
            raise ListError("服务器正忙，请稍后再试。")
        try:
            return _numbers(_sheet(content), kind)
        finally:
            _busy.release()
    return _numbers(_text(content), kind)


def too_large() -> str:
    """What is said of a file over the limit."""
    return f"文件超过 {MOST_BYTES // 1024} KB，请删去不需要的列和行后再上传。"


# Text


def _text(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    text = _decoded(content)
    if any(mark < " " and mark not in "\t\r\n" for mark in text):
        raise ListError("这不是表格文件，请上传 .xlsx 或 CSV。")
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = max("\t;，,", key=first.count)
    try:
        # Row by row: a megabyte of empty lines is not unfolded before somebody counts them.
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1)
    except csv.Error:
        raise ListError("CSV 文件的引号或分隔不完整，请用 Excel 重新另存为“CSV UTF-8”。") from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ListError("文件的编码是 UTF-16，请另存为“CSV UTF-8”或 .xlsx 后上传。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListError("文件的编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”或 .xlsx 后上传。")


# Excel


def _sheet(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    _check_package(content)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception:
        # Whatever a library says of a broken file may hold a piece of it.
        raise ListError("这个 .xlsx 文件打不开，请用 Excel 重新另存后上传。") from None
    try:
        if not book.worksheets:
            raise ListError("文件里没有工作表。")
        sheet = book.worksheets[0]
        # What a sheet says of its own size may be anything.
        sheet.reset_dimensions()
        yield from _cells(sheet)
    except ListError:
        raise
    except Exception:
        raise ListError("这个 .xlsx 文件打不开，请用 Excel 重新另存后上传。") from None
    finally:
        book.close()


def _cells(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    for line, row in enumerate(sheet.iter_rows(), 1):
        if len(row) > MOST_COLUMNS:
            raise ListError(f"表格超过 {MOST_COLUMNS} 列，请只保留需要的列。")
        for place, cell in enumerate(row, 1):
            if cell.value is not None and cell.data_type == "f":
                raise ListError(f"第 {line} 行第 {place} 列是公式，请复制后“选择性粘贴 › 数值”再上传。")
        yield line, [cell.value for cell in row]


def _check_package(content: bytes) -> None:
    """Look at the directory before anything is unpacked, then unpack part by part within what the directory says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_directory(parts)
            for part in parts:
                # Python never unpacks more of a part than its directory entry says, and then compares the check sum.
                body = package.read(part)
                # Which parts are XML is said by the package itself, so all are looked at.
                if any(word in body for word in _DOCTYPE):
                    raise ListError("文件含有不允许的声明，不予读取。")
    except ListError:
        raise
    except Exception:
        raise ListError("这个 .xlsx 文件已损坏，请用 Excel 重新另存后上传。") from None


def _check_directory(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise ListError("这是压缩包或其他文件，不是 Excel 表格；请上传 .xlsx 或 CSV。")
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise ListError("文件的内部结构不正常，不予读取。")
    if any(part.flag_bits & 1 for part in parts):
        raise ListError("文件有密码，请去掉密码后上传。")
    # Excel writes nothing else, and other methods may claim any amount of memory before the first byte comes out.
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise ListError("文件的压缩方式不是 Excel 的，不予读取；请用 Excel 重新另存后上传。")
    if any("vbaproject" in name.lower() for name in names):
        raise ListError("文件带宏，请另存为不带宏的 .xlsx 后上传。")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise ListError(f"文件解压后超过 {MOST_UNPACKED // 1024 // 1024} MB，不予读取；请只保留需要的列和行。")
    for part in parts:
        if part.file_size > 64 * 1024 and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise ListError("文件的压缩比不正常，不予读取；请用 Excel 重新另存后上传。")


# Numbers


def _numbers(rows: Iterable[tuple[int, Sequence[Any]]], kind: str) -> UploadedList:
    """The first row with anything in it is the heading; when it is a number itself there is none."""
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    places: list[int] | None = None
    heading = ""
    for line, row in rows:
        if line > _MOST_LINES:
            raise ListError("表格的空行太多，请删去末尾的空行后再上传。")
        if len(row) > MOST_COLUMNS:
            raise ListError(f"表格超过 {MOST_COLUMNS} 列，请只保留需要的列。")
        texts = [_cell(value, line, place) for place, value in enumerate(row, 1)]
        if not any(texts):
            continue
        if places is None:
            places, heading = _places(texts, kind)
            if heading:
                continue
        at = next((place for place in places if place < len(texts) and texts[place]), None)
        given = "" if at is None else texts[at]
        if at is not None and _has_lost_digits(row[at], given):
            raise ListError(
                f"第 {line} 行第 {at + 1} 列的号码是按数值存的，末几位已丢失；请把该列设为文本格式，重新填写后上传。"
            )
        if len(entries) >= MOST_ROWS[kind]:
            raise ListError(f"一次最多查 {MOST_ROWS[kind]:,} 个{KINDS[kind]}，请分次上传。")
        entries.append(_entry(line, given, kind, seen))
    if not entries:
        raise ListError("文件里没有号码。")
    if all(entry.problem for entry in entries):
        raise ListError("文件里没有可用的号码，请核对列名和号码。")
    return UploadedList(kind, heading, tuple(entries))


def _cell(value: Any, line: int, place: int) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < _MOST_EXACT and float(value).is_integer() else str(value)
    text = str(value).strip()
    if text.startswith("="):
        raise ListError(f"第 {line} 行第 {place} 列是公式，请复制后“选择性粘贴 › 数值”再上传。")
    return text


def _has_lost_digits(value: Any, text: str) -> bool:
    """Whether Excel took a long number for a quantity: in a sheet as a number, in a text as 4.50E+17."""
    if isinstance(value, int | float):
        return abs(value) >= _MOST_EXACT
    return bool(_SCIENTIFIC.fullmatch(text))


def _places(texts: Sequence[str], kind: str) -> tuple[list[int], str]:
    """Where the numbers stand, and under what heading; without headings there has to be one column."""
    plain = ["".join(text.split()) for text in texts]
    named = [
        (rank, place)
        for place, text in enumerate(plain)
        for rank, name in enumerate(HEADINGS[kind])
        if text == name or (name != "编号" and name in text)
    ]
    if named:
        ordered = list(dict.fromkeys(place for _, place in sorted(named)))
        return ordered, "、".join(dict.fromkeys(plain[place][:20] for place in ordered))
    filled = [place for place, text in enumerate(plain) if text]
    if len(filled) == 1 and any(mark.isdigit() for mark in plain[filled[0]]):
        return filled, ""
    wanted = "、".join(HEADINGS[kind][:5])
    raise ListError(f"首行没有认得的列名。请在首行写明列名，例如：{wanted}；或只留一列号码。")


def _entry(line: int, given: str, kind: str, seen: dict[str, int]) -> Entry:
    number = identity.code_norm(given)
    if not number:
        return Entry(line, "（空）", "", "没有号码")
    shown = hidden(number, kind)
    if len(number) > _MOST_LENGTH or not _NUMBER.fullmatch(number) or not any(mark.isdigit() for mark in number):
        return Entry(line, "（略）", "", "号码格式不对")
    key = identity.id_number_key(number) if kind == "person" else number
    if key in seen:
        return Entry(line, shown, "", f"与第 {seen[key]} 行重复")
    seen[key] = line
    return Entry(line, shown, number)


def hidden(number: str, kind: str) -> str:
    """A number as it may stand on the screen: an id number without its middle, a number of the trade as it is."""
    is_id = bool(_ID.fullmatch(number)) and len(number) in (15, 17, 18)
    if kind == "person":
        # Whatever is neither a row of digits nor as long as an id number may be a passport.
        is_id = is_id or not number.isdigit() or len(number) in (15, 17, 18)
    if not is_id:
        return number
    if len(number) >= 15:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    return f"{number[:1]}{'*' * max(len(number) - 2, 1)}{number[-1:]}"
