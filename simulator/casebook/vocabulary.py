"""The trade's words: names of departments, insurance items, bureaus, agencies, codes, in Chinese or as codes."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from common.paths import dbt_project_dir
from simulator.casebook.errors import CaseError, choices

HRSS, NHSA, TAX = "HRSS", "NHSA", "TAX"

DEPARTMENTS = {
    "hrss": HRSS, "人社": HRSS, "社保": HRSS, "人社局": HRSS, "rs": HRSS,
    "nhsa": NHSA, "医保": NHSA, "医保局": NHSA, "yb": NHSA,
}  # fmt: skip
SIDES = DEPARTMENTS | {"tax": TAX, "税务": TAX, "agency": "AGENCY", "经办机构": "AGENCY"}

SYSTEMS = {
    "nnsb": "NNSB", "南宁社保系统": "NNSB", "南宁市社保系统": "NNSB",
    "qyms": "QYMS", "区一门式系统": "QYMS", "区一门式": "QYMS",
    "qyyb": "QYYB", "区医保系统": "QYYB",
}  # fmt: skip

UNIT_TYPES = {
    "11": "11", "机关": "11", "government": "11",
    "12": "12", "事业": "12", "事业单位": "12", "institution": "12", "机关事业": "12",
    "91": "91", "企业": "91", "enterprise": "91",
    "92": "92", "个体": "92", "个体工商户": "92", "个体户": "92", "sole_trader": "92",
    "99": "99", "其他": "99", "other": "99",
}  # fmt: skip

ENTITY_TYPES = {
    "1110": "1110", "单位纳税人": "1110", "unit": "1110",
    "1120": "1120", "个体经营": "1120", "个体经营纳税人": "1120", "sole_trader": "1120",
    "1200": "1200", "临时登记": "1200", "temporary": "1200",
    "1210": "1210", "组织临时登记": "1210", "temporary_organisation": "1210",
}  # fmt: skip

TAXPAYER_STATUSES = {
    "03": "03", "正常": "03", "normal": "03",
    "05": "05", "非正常": "05", "abnormal": "05",
    "07": "07", "注销": "07", "已注销": "07", "deregistered": "07",
}  # fmt: skip

REGISTRATION_STATUSES = {
    "1": "1", "有效": "1", "valid": "1",
    "2": "2", "终止": "2", "ended": "2",
    "3": "3", "合并": "3", "merged": "3", "并档": "3",
}  # fmt: skip

ORIGINS = {
    "1": "1", "核定征集": "1", "核定": "1", "assessed": "1",
    "2": "2", "自行申报": "2", "self_declared": "2",
    "3": "3", "特殊缴费": "3", "special": "3",
}  # fmt: skip

CHANNELS = {
    "1": "1", "三方实时": "1", "实时": "1", "realtime": "1", "real_time": "1",
    "2": "2", "批量扣款": "2", "批扣": "2", "batch": "2",
    "3": "3", "银行端查询": "3", "bank": "3", "bank_counter": "3",
    "4": "4", "自收现金": "4", "现金": "4", "cash": "4",
    "5": "5", "年金托收": "5", "托收": "5", "annuity": "5",
}  # fmt: skip

SIGNED_THROUGH = {"1": "1", "前台": "1", "front": "1", "counter": "1", "2": "2", "客户端": "2", "client": "2"}

VERIFICATION = {
    "0": "0", "未验证": "0", "no": "0",
    "1": "1", "验证通过": "1", "passed": "1", "yes": "1",
    "2": "2", "验证失败": "2", "failed": "2",
}  # fmt: skip

VALIDATION = {
    "0": "0", "未校验": "0", "none": "0",
    "1": "1", "通过": "1", "passed": "1", "pass": "1",
    "2": "2", "不通过": "2", "failed": "2", "fail": "2",
}  # fmt: skip

RETURN_KINDS = {
    "remittance": "remittance", "上解": "remittance", "上解回盘": "remittance", "1": "remittance",
    "settlement": "settlement", "入库": "settlement", "入库回盘": "settlement", "2": "settlement",
    "both": "both", "上解和入库": "both", "全部": "both",
}  # fmt: skip

TABLE_PARTS = {
    "summary": "summary", "汇总": "summary", "汇总表": "summary",
    "processing": "processing", "处理": "processing", "处理表": "processing",
    "detail": "detail", "明细": "detail", "明细表": "detail",
}  # fmt: skip

REGISTRATION_PARTS = {
    "base": "base", "基础信息": "base", "基础信息表": "base",
    "enrolment": "enrolment", "参保险种": "enrolment", "参保险种表": "enrolment", "参保信息": "enrolment",
    "both": "both",
}  # fmt: skip

BANKS = {
    "102": "102", "工商银行": "102", "工行": "102",
    "103": "103", "农业银行": "103", "农行": "103",
    "104": "104", "中国银行": "104", "中行": "104",
    "105": "105", "建设银行": "105", "建行": "105",
    "301": "301", "交通银行": "301", "交行": "301",
    "403": "403", "邮储银行": "403", "邮政储蓄银行": "403",
    "313": "313", "城市商业银行": "313", "桂林银行": "313", "北部湾银行": "313",
    "314": "314", "农商银行": "314", "农商行": "314",
}  # fmt: skip

YES_WORDS = {"yes", "y", "true", "on", "1", "是", "有"}
NO_WORDS = {"no", "n", "false", "off", "0", "never", "none", "否", "无", "不", "没有"}

ITEM_ALIASES = {
    "企业养老": "10201", "城镇职工养老": "10201", "企业职工养老": "10201", "职工养老": "10201", "养老": "10201",
    "机关事业养老": "10211", "年金": "ZYNJ", "失业保险": "10202", "工伤保险": "10204",
    "职工医疗": "10203", "基本医疗": "10203", "城镇职工医疗": "10203", "医疗": "10203",
    "长护险": "10299-03", "长期护理": "10299-03", "长护": "10299-03",
    "公务员补助": "10299-04", "公务员医疗": "10299-04", "大额": "10299-05", "离休": "10299-06",
    "伤残军人": "10299-07", "门诊附加": "10299-01", "住院补充": "10299-02",
}  # fmt: skip


def plain(value: object) -> str:
    """Half width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", str(value)).strip()


def code_norm(value: str) -> str:
    """A code as the warehouse compares it: half width, trimmed, upper case."""
    return plain(value).upper()


def pick(value: object, words: dict[str, str], what: str) -> str:
    """The code behind a word."""
    key = plain(value)
    for candidate in (key, key.lower(), key.replace(" ", "_").lower()):
        if candidate in words:
            return words[candidate]
    raise CaseError(f"{what}: “{value}” is not known; {choices(words, key)}")


@dataclass(frozen=True)
class Item:
    """An insurance item in all its codes."""

    code: str
    name: str
    department: str
    agency_code: str
    zsxm: str
    zspm: str
    is_treasury: bool


def _rows(seed: str) -> list[dict[str, Any]]:
    path = dbt_project_dir() / "seeds" / "reference" / f"{seed}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def items() -> dict[str, Item]:
    """All insurance items by canonical code."""
    found = {}
    for row in _rows("ref_insurance_item"):
        found[row["insurance_code"]] = Item(
            row["insurance_code"],
            row["insurance_name"],
            row["department_code"],
            row["agency_item_code"],
            row["zsxm_code"],
            row["zspm_code"],
            row["is_treasury"].lower() in {"true", "1", "y"},
        )
    return found


@cache
def _item_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for code, item in items().items():
        words[code] = words[code.lower()] = words[item.name] = code
        words[item.name.replace("保险费", "").replace("保险", "")] = code
    for word, code in ITEM_ALIASES.items():
        words.setdefault(word, code)
    return words


def _bare(word: str) -> str:
    """An item's name without 保险费, 保险, 险, 费 at its end."""
    return re.sub(r"(保险费|保险|险费|险|费)$", "", word)


def item(value: object, department: str | None = None) -> Item:
    """An insurance item by name, canonical code, or the code of the department (AAE140, insutype)."""
    key = plain(value)
    words = _item_words()
    if key in words:
        return items()[words[key]]
    same_code = [one for one in items().values() if one.agency_code == key]
    if department:
        same_code = [one for one in same_code if one.department == department]
    if len(same_code) == 1:
        return same_code[0]
    bare = _bare(key)
    for word, code in words.items():
        if bare and _bare(word) == bare:
            return items()[code]
    names = [f"{one.name} ({one.code})" for one in items().values()]
    raise CaseError(f"insurance item “{value}” is not known; {choices(names, key)}")


@cache
def bureaus() -> dict[str, dict[str, Any]]:
    """The bureaus by code."""
    return {row["bureau_code"]: row for row in _rows("ref_bureau")}


@cache
def offices() -> dict[str, str]:
    """Sub-offices and the bureau above each."""
    return {row["office_code"]: row["parent_bureau_code"] for row in _rows("ref_tax_office")}


@cache
def _office_names() -> dict[str, str]:
    return {row["office_name"]: row["office_code"] for row in _rows("ref_tax_office")}


def _short(name: str) -> str:
    return re.sub(r"(国家税务总局|南宁市|税务局|税务|局)", "", name)


@cache
def _bureau_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for code, row in bureaus().items():
        for name in (code, row["bureau_name"], row["short_name"], _short(row["bureau_name"])):
            words.setdefault(name, code)
        short = row["short_name"]
        for suffix in ("区", "县", "市", "局"):
            words.setdefault(short.removesuffix(suffix), code)
            words.setdefault(short.removesuffix(suffix) + suffix, code)
    extra = {"东盟": "14501960000", "风景": "14501970000", "青秀山": "14501970000", "高新区": "14501910000",
             "经开区": "14501950000", "市局": "14501000000", "第二税务分局": "14501002000", "第二分局": "14501002000",
             "二分局": "14501002000"}  # fmt: skip
    for word, code in extra.items():
        if code in bureaus():
            words.setdefault(word, code)
    return words


def bureau(value: object) -> str:
    """A tax bureau's code by short name, full name or code."""
    key = plain(value)
    words = _bureau_words()
    for candidate in (key, _short(key)):
        if candidate in words:
            return words[candidate]
    raise CaseError(f"bureau “{value}” is not known; {choices([r['short_name'] for r in bureaus().values()], key)}")


def authority(value: object) -> str:
    """A bureau or one of its sub-offices, by name or code."""
    key = plain(value)
    if key in offices():
        return key
    if key in _office_names():
        return _office_names()[key]
    for word in ("税务所", "分局", "所", "科"):
        name = key.removesuffix(word)
        if word != "分局" and name != key and name in _bureau_words():
            return office_of(_bureau_words()[name])
    return bureau(value)


def office_of(bureau_code: str) -> str:
    """The first sub-office of a bureau (the bureau itself when it has none)."""
    for office, parent in offices().items():
        if parent == bureau_code:
            return office
    return bureau_code


def roll_up(authority_code: str) -> str:
    """The bureau above an office."""
    return offices().get(authority_code, authority_code)


@cache
def person_insurances() -> list[dict[str, str]]:
    """The insurances of natural persons with their codes."""
    return _rows("ref_person_insurance")


@cache
def agencies() -> dict[str, dict[str, Any]]:
    """The agencies by code."""
    return {row["agency_code"]: row for row in _rows("ref_agency")}


def agency(value: object) -> str:
    """An agency's code by name, district or code; an unknown 16-digit code stays as it is."""
    key = plain(value)
    if key in agencies():
        return key
    for row in agencies().values():
        name = row["agency_name"]
        if key == name:
            return str(row["agency_code"])
    matches = [row for row in agencies().values() if key and key in row["agency_name"]]
    if len(matches) == 1:
        return str(matches[0]["agency_code"])
    if re.fullmatch(r"\d{10,20}", key):
        return key
    raise CaseError(f"agency “{value}” is not known; {choices([r['agency_name'] for r in agencies().values()], key)}")


def agency_of_bureau(bureau_code: str) -> str:
    """The agency of a bureau's district (the city's own agency when the bureau is a zone without one)."""
    code = f"4500000201{bureau_code[1:7]}"
    if code in agencies():
        return code
    return next(key for key, row in agencies().items() if row["level"] == "city")


@cache
def towns() -> dict[str, dict[str, str]]:
    """The towns with the bureau responsible for each."""
    zone = {row["town_code"]: row["bureau_code"] for row in _rows("ref_town_bureau") if not row["valid_to"]}
    return {
        row["division_code"]: {
            "name": row["division_name"],
            "district": row["parent_code"],
            "bureau": zone[row["division_code"]],
        }
        for row in _rows("ref_division")
        if row["level"] == "town" and row["division_code"] in zone
    }


def town(value: object) -> str:
    """A town's code by code or name."""
    key = plain(value)
    if key in towns():
        return key
    for code, row in towns().items():
        if row["name"] == key:
            return code
    raise CaseError(f"town “{value}” is not known; give its code or name, e.g. {next(iter(towns()))}")


@cache
def town_of_bureau(bureau_code: str) -> str | None:
    """The first town of a bureau."""
    return min((code for code, row in towns().items() if row["bureau"] == bureau_code), default=None)


@cache
def _villages() -> dict[str, str]:
    """The first village of each town."""
    first: dict[str, str] = {}
    for row in _rows("ref_division"):
        if row["level"] == "village":
            first[row["parent_code"]] = min(first.get(row["parent_code"], row["division_code"]), row["division_code"])
    return first


def village_of_town(town_code: str | None) -> str | None:
    """The first village of a town."""
    return _villages().get(town_code or "")


@cache
def return_codes() -> dict[str, dict[str, Any]]:
    """Bank return codes."""
    return {row["return_code"]: row for row in _rows("ref_bank_return_code")}


SUCCESS = "90000"


def return_code(value: object) -> tuple[str, str | None]:
    """A bank's return code and text by code or by words; a code outside the table stays as it is."""
    key = plain(value)
    if key.lower() in {"success", "成功", "扣款成功", "交易成功", "ok"}:
        return SUCCESS, None
    if key in return_codes():
        return key, str(return_codes()[key]["return_text"])
    if re.fullmatch(r"\d{5}", key):
        return key, None
    for code, row in return_codes().items():
        if key in {row["return_text"], row["reason_class"], row["reason_class_name"]}:
            return code, str(row["return_text"])
    for code, row in return_codes().items():
        if key in row["return_text"] and code != SUCCESS:
            return code, str(row["return_text"])
    if "余额不足" in key:
        return "24007", key
    known = [f"{code} {row['return_text']}" for code, row in return_codes().items()]
    raise CaseError(f"bank result “{value}” is not known; {choices(known, key)} (or any five digits, with a text)")
