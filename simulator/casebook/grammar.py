"""What an act and a key of the language of cases are, and the keys that many acts share."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Key:
    """One key of an act, a cast entry or an expectation."""

    name: str
    kind: str
    meaning: str
    default: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """Something somebody does."""

    name: str
    group: str
    meaning: str
    keys: tuple[Key, ...]
    aliases: tuple[str, ...] = ()
    subject: str = "bill"  # what a bare value after the act's name stands for
    example: str = ""
    clock: str = "09:00"
    extra: dict[str, str] = field(default_factory=dict)


BILL = Key("bill", "bill", "the bill", "the case's only bill", ("单据", "征集单"))
ON = Key("on", "moment", "the day, or day and time", "required", ("date", "at", "日期", "时间"))
EMPLOYER = Key("employer", "employer", "the employer", "the case's only employer", ("单位", "用人单位"))
BY = Key("by", "departments", "hrss, nhsa or both", "both, where an employer is meant; else from the items", ("部门",))
REGISTRATION = Key(
    "registration", "registration", "a registration by its label, or `甲 hrss`", "employer + by", ("户籍",)
)
TICKET = Key(
    "ticket",
    "ticket",
    "one invoice (缴款书) of the bill",
    "all invoices of the bill it can apply to",
    ("税票", "invoice"),
)
ITEMS = Key("items", "items", "only these insurance items", "all", ("item", "insurance", "险种"))
LINES = Key(
    "lines", "lines", "amount per insurance item: `{城职养老: 2400.00, 失业: 100.00}`", "", ("明细", "险种金额")
)
AMOUNT = Key("amount", "amount", "one amount for the whole", "", ("金额",))
ALONE = Key("alone", "flag", "yes: only this step, no earlier step is filled in", "no", ("only_this", "单独"))
NOT = Key("not", "steps", "steps that are not filled in: `not: [read_by_tax]`", "", ("without_steps", "未"))
PART = Key("only", "registration_part", "base, enrolment or both: which of the two tables", "both", ("part", "表"))
KIND = Key("kind", "return_kind", "remittance (上解), settlement (入库) or both", "remittance", ("类型",))
RETURN = Key("return", "return", "a returned row by its label", "", ("回盘",))
TAXPAYER = Key("taxpayer", "taxpayer", "a taxpayer by its label", "the employer's own", ("纳税人",))
AGREEMENT = Key("agreement", "agreement", "the agreement's label", "the case's only agreement", ("协议",))
BUREAU = Key("bureau", "bureau", "a bureau by short name or code", "", ("主管局", "局"))
SHORT_BY = Key("by", "departments", "hrss or nhsa", "hrss, where it is registered there", ("部门",))
